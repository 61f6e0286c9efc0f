# SPDX-License-Identifier: Apache-2.0
"""Checks that look at several fields: resolutions, custody data, identities (E0006)."""

from __future__ import annotations

from collections.abc import Iterator

from secure_communities.interchange.itl import Finding, Transaction
from secure_communities.interchange.profiles.fields import Place
from secure_communities.interchange.profiles.values import read_date


def check_resolutions(transaction: Transaction) -> Iterator[Finding]:
    """1.011 and 1.012 when there are records of Types 3–7: neither is zero, NTR is at most NSR."""
    header, place = transaction.header, Place(0, None)
    if not any(3 <= record.type <= 7 for record in transaction.records):
        return
    values = {}
    for tag, name in (("1.011", "NSR"), ("1.012", "NTR")):
        text = header.text(tag) or ""
        if len(text) == 5 and text.isascii() and text[2] == "." and (text[:2] + text[3:]).isdigit():
            values[tag] = float(text)
            if not values[tag]:
                message = f"{name} is 00.00, but the file has binary images"
                yield place.finding("E0006", tag, message, header.occurrences(tag)[0])
    if len(values) == 2 and values["1.012"] > values["1.011"]:
        message = "NTR is greater than NSR: images are never sent finer than they were scanned"
        yield place.finding("E0006", "1.012", message, header.occurrences("1.012")[0])


def check_person(transaction: Transaction) -> Iterator[Finding]:
    """Type-2: custody data come together and not before the arrest; a civil number excludes a criminal one."""
    for index, record in enumerate(transaction.records):
        if record.type != 2:
            continue
        place = Place(index, record.idc)
        start, arrest = record.text("2.054"), record.text("2.045")
        if (start is None) != (record.text("2.055") is None):
            yield place.finding("E0006", "2.055", "custody data need both their start (SSD) and their text (SLE)")
        if start is not None and record.text("2.009") is None:
            yield place.finding("E0006", "2.009", "custody data need the case number (OCA)")
        first, second = read_date(arrest or ""), read_date(start or "")
        if first and second and second < first:
            yield place.finding("E0006", "2.054", "custody starts before the arrest", record.occurrences("2.054")[0])
        if record.text("2.085") is not None and record.text("2.014") is not None:
            yield place.finding("E0006", "2.085", "a civil record number and an FBI number exclude each other")
