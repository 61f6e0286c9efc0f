# SPDX-License-Identifier: Apache-2.0
"""Fingerprints: image to quality, minutiae, template, search and calibrated decision; synthetic fingers; evaluation.

Imports only interchange, where it must decode. No Django, no database, no network."""
