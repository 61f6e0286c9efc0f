# SPDX-License-Identifier: Apache-2.0
"""Responses: every message that goes out, composed once, kept sealed, released in order, delivered at least once.

The first (criminal) response always leaves first; no notice of a match leaves before two examiners confirmed it.
Both rules are triggers in the database as well.
"""
