# SPDX-License-Identifier: Apache-2.0
"""Pillar 1: intake, galleries, records, examination, research and responses."""
