# SPDX-License-Identifier: Apache-2.0
"""Deployment: what jurisdictions decide for themselves, how ready they are, and how much of them is really covered."""
