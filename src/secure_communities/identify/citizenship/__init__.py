# SPDX-License-Identifier: Apache-2.0
"""Citizenship: claims from many sources, the signs of it that code raises, and their clearance by two people (S2, S3).

A claim is added, never overwritten. While a sign is open, the database refuses every adverse path.
"""
