# SPDX-License-Identifier: Apache-2.0
"""Wire formats: ANSI/NIST-ITL transactions, EBTS profiles, images, IDR, IAQ and IAR messages.

Bytes in, values out, and back without loss. Imports no other library, no Django, no network."""
