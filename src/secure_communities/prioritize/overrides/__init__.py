# SPDX-License-Identifier: Apache-2.0
"""Decisions of two people that stand beside an assessment for a time, and never change it."""
