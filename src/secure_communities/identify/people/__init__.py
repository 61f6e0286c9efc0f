# SPDX-License-Identifier: Apache-2.0
"""People: which records are one person's, by confirmed prints or by named humans, and never by a score."""
