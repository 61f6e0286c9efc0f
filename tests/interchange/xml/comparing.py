# SPDX-License-Identifier: Apache-2.0
"""Whether two transactions say the same, field by field, whatever their lengths and the order of their fields."""

from __future__ import annotations

from secure_communities.interchange.itl import Transaction


def said(transaction: Transaction) -> list[tuple[int, int | None, dict[str, object]]]:
    """Type, IDC and every field of every record; an image as its bytes. LEN is computed, not said."""
    return [
        (
            record.type,
            record.idc,
            {
                field.tag: field.raw if field.is_image else field.values
                for field in record.fields
                if field.tag != f"{record.type}.001"
            },
        )
        for record in transaction.records
    ]
