# SPDX-License-Identifier: Apache-2.0
"""Tables to carry away: the same rows as CSV, as a workbook and as a PDF to keep, each saying where it comes from.

In: `Table` (what rows) and `About` (what for, under which filters, as of when). Out: bytes, or CSV piece by piece."""

from __future__ import annotations

from secure_communities.platform.exports.tables import About, Format, Table, TooLarge, Unexportable
from secure_communities.platform.exports.writing import CONTENT_TYPES, csv_of, csv_pieces, file_name, pdf_of, xlsx_of

__all__ = [
    "CONTENT_TYPES", "About", "Format", "Table", "TooLarge", "Unexportable", "csv_of", "csv_pieces", "file_name",
    "pdf_of", "xlsx_of",
]  # fmt: skip
