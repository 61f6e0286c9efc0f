# SPDX-License-Identifier: Apache-2.0
"""Pillar 3: cases, detainers, custody, beds, transport, hearings. Built with capability 5."""
