# SPDX-License-Identifier: Apache-2.0
"""Evidence: what other registers answer about a person whose match two examiners confirmed, behind one port.

A source that fails is recorded as failed, never as nothing found. Rows are only ever added. Nothing here judges.
"""
