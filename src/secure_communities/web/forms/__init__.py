# SPDX-License-Identifier: Apache-2.0
"""What people fill in, a module a subject. Forms check shape only; whether an act is allowed is asked of services."""
