# SPDX-License-Identifier: Apache-2.0
"""What people do with an assessment: open it for a purpose, and decide what the rules leave to them."""
