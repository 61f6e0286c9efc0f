# SPDX-License-Identifier: Apache-2.0
"""Synthetic people and their fingers: identities, finger images, slaps, sampled templates, booking files.

In: seeds. Out: 8-bit images at 500 ppi, templates, ANSI/NIST-ITL bytes. Everything follows from the seed; nothing here
describes a real person. Imports interchange only (to write the files), and the template of this library."""
