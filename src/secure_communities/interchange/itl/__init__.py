# SPDX-License-Identifier: Apache-2.0
"""ANSI/NIST-ITL transactions in the traditional encoding: a lossless codec, modelled on the standard's 2000–2015 forms.

Bytes → Transaction → the same bytes. Lenient about meaning (see `profiles`), strict about lengths and limits."""

from __future__ import annotations

from secure_communities.interchange.itl.building import (
    Value,
    emit,
    fingerprint_record,
    text_record,
    transaction,
    with_field,
    with_records,
)
from secure_communities.interchange.itl.errors import CodecError, Finding, shown
from secure_communities.interchange.itl.header import Header, read_header
from secure_communities.interchange.itl.imagery import ImageView
from secure_communities.interchange.itl.parsing import parse
from secure_communities.interchange.itl.records import Field, Record, Transaction, tag_name

__all__ = [
    "CodecError",
    "Field",
    "Finding",
    "Header",
    "ImageView",
    "Record",
    "Transaction",
    "Value",
    "emit",
    "fingerprint_record",
    "parse",
    "read_header",
    "shown",
    "tag_name",
    "text_record",
    "transaction",
    "with_field",
    "with_records",
]
