# SPDX-License-Identifier: Apache-2.0
"""Transaction + profile → findings: what the reader tolerated, record counts, field tables, images, relations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from secure_communities.interchange.itl import Finding, Header, Transaction, shown
from secure_communities.interchange.profiles.fields import Place, check_fields
from secure_communities.interchange.profiles.fingers import check_fingers
from secure_communities.interchange.profiles.pictures import check_image, check_segments
from secure_communities.interchange.profiles.relations import check_person, check_resolutions
from secure_communities.interchange.profiles.tables import EDITIONS, Edition, TransactionRule, edition
from secure_communities.interchange.profiles.values import Dates, read_date


def profile_names() -> list[str]:
    """Every profile, `edition/TOT`."""
    return [f"{name}/{tot}" for name in EDITIONS for tot in edition(name).transactions]


def profile_for(transaction: Transaction) -> str | None:
    """The profile that the transaction's TOT, domain (1.013) and version (1.002) ask for; None for another TOT."""
    rules = edition_for(transaction)
    return f"{rules.name}/{transaction.tot}" if transaction.tot in rules.transactions else None


def edition_for(transaction: Transaction) -> Edition:
    """The edition that 1.013 names, the one before it if it is in between; else the one 1.002 suggests."""
    domain = transaction.header.values("1.013")
    stated = re.search(r"([0-9]{1,2})(?:\.([0-9]))?", domain[0][1]) if domain and len(domain[0]) > 1 else None
    editions = [edition(name) for name in EDITIONS]
    if stated:
        number = (int(stated[1]), int(stated[2] or 0))
        return (
            [rules for rules in editions if rules.number <= number][-1] if number >= editions[0].number else editions[0]
        )
    return next((rules for rules in editions if transaction.version in rules.versions), editions[0])


def is_answer(tot: str | None) -> bool:
    """Whether a transaction of this type is an answer: such a one is never answered, not even with an error."""
    return tot is not None and any(tot in edition(name).answers for name in EDITIONS)


def check_admission(header: Transaction | Header, *, destination: str | None = None) -> list[Finding]:
    """What the header alone forbids: an answer posted as a submission, an unknown TOT, another destination."""
    findings = []
    if is_answer(header.tot):
        message = f"{shown(header.tot or '')} is an answer; only submissions are taken here"
        findings.append(Finding("A0004", message=message, record=0, tag="1.004"))
    elif header.tot is not None and not _is_submission(header.tot):
        message = f"the type of transaction {shown(header.tot)} is not known here"
        findings.append(Finding("H0002", message=message, record=0, tag="1.004"))
    if destination is not None and header.dai is not None and header.dai != destination:
        message = f"the destination {shown(header.dai)} is not ours ({destination})"
        findings.append(Finding("H0002", message=message, record=0, tag="1.007"))
    return findings


def validate(
    transaction: Transaction, profile: str, *, received_on: date, destination: str | None = None
) -> list[Finding]:
    """Everything wrong with `transaction` as `profile` (`ebts-10.0/CAR`), in file order; [] when it is valid.

    Give `destination`, our own DAI, for a transaction that has come in: then answers and other destinations are
    refused too. Raises KeyError for an unknown profile.
    """
    name, _, tot = profile.partition("/")
    rules = edition(name)
    rule = rules.transactions[tot]
    findings = [finding for finding in transaction.warnings if not finding.tolerated]
    if destination is not None:
        findings += check_admission(transaction, destination=destination)
    findings += _checked(transaction, rules, rule, received_on)
    return sorted(findings, key=lambda finding: (_last(finding.record), finding.offset or 0))


def _checked(transaction: Transaction, rules: Edition, rule: TransactionRule, received_on: date) -> Iterator[Finding]:
    if transaction.tot is not None and transaction.tot != rule.tot:
        message = f"the type of transaction is {shown(transaction.tot)}, not {rule.tot}"
        yield Finding("H0002", message=message, record=0, tag="1.004")
    yield from _check_counts(transaction, rule)
    dates = _dates(transaction, received_on)
    for index, record in enumerate(transaction.records):
        place = Place(index, record.idc)
        yield from check_fields(record, rules.fields.get(record.type, ()), place=place, tot=rule.tot, dates=dates)
        if record.type == 14:
            yield from check_segments(record, index=index, edition=rules)
    yield from check_resolutions(transaction)
    yield from check_person(transaction)
    repeated = {finding.record for finding in transaction.warnings if finding.tag and finding.tag.endswith(".999")}
    for view in transaction.images():
        if view.record not in repeated:
            yield from check_image(view)
    if rule.way == "in":
        yield from check_fingers(transaction, edition=rules)


def _check_counts(transaction: Transaction, rule: TransactionRule) -> Iterator[Finding]:
    for types, low, high in rule.records:
        count = sum(record.type in types for record in transaction.records)
        if not low <= count <= high:
            name = " or ".join(map(str, sorted(types)))
            message = f"{count} records of type {name} in a {rule.tot}; {low} to {high} are allowed"
            yield Finding("E0001" if count < low else "E0003", message=message, record=0, tag="1.003")
    allowed = frozenset().union(*(types for types, _, _ in rule.records))
    for index, record in enumerate(transaction.records):
        if record.type not in allowed:
            message = f"RECORD TYPE {record.type} has no place in a {rule.tot}"
            yield Finding("E0003", message=message, record=index, idc=record.idc, offset=record.offset)


def _dates(transaction: Transaction, received_on: date) -> Dates:
    sent = read_date(transaction.date or "")
    ahead = sent is not None and received_on < sent <= received_on + timedelta(days=1)
    return Dates(received_on, sent if sent and ahead else received_on)


def _is_submission(tot: str) -> bool:
    rules = [edition(name).transactions.get(tot) for name in EDITIONS]
    return any(rule is not None and rule.way == "in" for rule in rules)


def _last(record: int | None) -> int:
    return 1_000 if record is None else record
