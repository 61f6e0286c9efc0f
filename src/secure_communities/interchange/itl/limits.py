# SPDX-License-Identifier: Apache-2.0
"""Hard limits of the reader, checked before anything is allocated in proportion to them."""

from __future__ import annotations

FILE_BYTES = 64 * 1024 * 1024
RECORDS = 256
FIELDS_PER_RECORD = 2_000
FIELDS = 20_000
SUBFIELDS_PER_FIELD = 5_000
# Separators (RS and US) in all text of one file: bounds the lists made when every value is asked for.
SEPARATORS = 200_000
TEXT_FIELD_BYTES = 200_000
LENGTH_DIGITS = 9
