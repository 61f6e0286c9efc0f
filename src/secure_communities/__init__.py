# SPDX-License-Identifier: Apache-2.0
"""Secure Communities: one fingerprint submission, two registers, an answer within hours."""

__version__ = "0.1.0"
