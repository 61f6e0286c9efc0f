# SPDX-License-Identifier: Apache-2.0
"""Gather the facts of a case: the charges of all the person's criminal records, the standing, the findings in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Cast

from secure_communities.identify.citizenship import selectors as citizenship
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.people.models import Assignment, Person, SourceRecord
from secure_communities.identify.records import protection
from secure_communities.identify.records.models import Arrest, Charge, Disposition
from secure_communities.identify.records.protection import Disclosure
from secure_communities.identify.records.rules import CodeSource
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.keys import services as keys
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.citizenship import Standing as Sign
from secure_communities.policy.offences import EDITION
from secure_communities.policy.priority import Facts, FindingName, RuleSet
from secure_communities.policy.priority import Finding as FindingFact
from secure_communities.prioritize.facts import rules
from secure_communities.prioritize.facts.models import Circumstance, Finding, OutcomeCheck, UntoldCode
from secure_communities.prioritize.facts.rules import OnRecord, Reported
from secure_communities.prioritize.facts.worklists import CONFIRMATION

EVIDENCE, WORDS = "facts.evidence", "facts.circumstance"


NOW = Q(ends_at=None)


def subjects_of(query: StatusQuery) -> set[int]:
    """Every register subject known to be the case's person: by its own booking, and by records joined by people."""
    booked = Charge.objects.filter(arrest__correlation=query.submission.control_number)
    own = {query.subject.pk, *booked.values_list("arrest__record__subject_id", flat=True)}
    return own | _joined(SourceRecord.objects.filter(Q(subject__in=own) | Q(submission=query.submission)))[0]


def cases_of(subject: int) -> QuerySet[StatusQuery]:
    """Every case whose person a register subject is known to be: the other way round of `subjects_of`."""
    subjects, bookings = _joined(SourceRecord.objects.filter(subject=subject))
    subjects |= {subject}
    booked = list(Arrest.objects.filter(record__subject__in=subjects).values_list("correlation", flat=True))
    ways = (  # each by itself: an index answers one, and none answers all three at once
        Q(submission__control_number__in=booked), Q(submission__in=bookings),
        Q(examination__confirmed__subject__in=subjects),
    )  # fmt: skip
    found = {pk for way in ways for pk in StatusQuery.objects.filter(way).values_list("pk", flat=True)}
    return StatusQuery.objects.filter(pk__in=found)


def signs_of(query: StatusQuery) -> frozenset[Sign]:
    """How the signs of citizenship stand that count for a case: its own, and those of any case of the person (S2)."""
    others = cases_of(query.subject.pk).exclude(pk=query.pk).select_related("submission").defer("submission__content")
    return citizenship.standings(query.submission).union(*(citizenship.standings(one.submission) for one in others))


def protected(query: StatusQuery) -> bool:
    """Whether a case is, or may be, of a protected person: by its own record, or by any joined to it (S19)."""
    joined = RegisterSubject.objects.filter(pk__in=subjects_of(query), register=Register.IMMIGRATION)
    known = {query.subject, *joined, *(one.subject for one in cases_of(query.subject.pk))}
    return any(protection.disclosure(one) is not Disclosure.FULL for one in known)


def _joined(records: QuerySet[SourceRecord]) -> tuple[set[int], set[int]]:
    """The register subjects and the submissions whose records are the people's that these records are of."""
    numbers = list(records.values_list("pk", flat=True))
    people = list(Assignment.objects.filter(NOW, record__in=numbers).values_list("person", flat=True))
    mine = Assignment.objects.filter(NOW, person__in=people).values_list("record__subject", "record__submission")
    subjects, submissions = zip(*mine, strict=True) if mine else ((), ())
    return set(subjects) - {None}, set(submissions) - {None}


def unconfirmed(query: StatusQuery) -> list[Charge]:
    """The charges of a case's person whose code nobody confirmed, and of which nobody said that it cannot be told."""
    open_ones = [one for one in charges_of(query) if one.code_source != CodeSource.HUMAN_CONFIRMED]
    told = set(UntoldCode.objects.filter(charge__in=open_ones).values_list("charge", flat=True))
    return [one for one in open_ones if one.pk not in told]


def without_work(cases: Collection[int]) -> QuerySet[Charge]:
    """Of some cases (by their numbers), the charges that wait for a person and are not on the list."""
    chosen = StatusQuery.objects.filter(pk__in=cases)
    booked = Charge.objects.filter(arrest__correlation__in=chosen.values("submission__control_number"))
    direct = set(booked.values_list("arrest__record__subject", flat=True))
    direct |= set(chosen.values_list("examination__confirmed__subject", flat=True))
    records = SourceRecord.objects.filter(Q(subject__in=direct) | Q(submission__in=chosen.values("submission")))
    subjects = direct | _joined(records)[0]
    found = Charge.objects.filter(arrest__record__subject__in=subjects).exclude(code_source=CodeSource.HUMAN_CONFIRMED)
    told = UntoldCode.objects.filter(charge=OuterRef("pk"))
    return found.exclude(Exists(told)).exclude(_listed()).select_related("arrest").order_by("pk")


def on_the_list(subject: int) -> list[int]:
    """The numbers of a register subject's charges that are on the list."""
    return list(Charge.objects.filter(_listed(), arrest__record__subject=subject).values_list("pk", flat=True))


def _listed() -> Exists:
    number = Cast(OuterRef("pk"), CharField())
    return Exists(WorkItem.objects.filter(worklist=CONFIRMATION, about_type="charge", about_id=number, closed_at=None))


def person_of(query: StatusQuery) -> Person | None:
    """The person whose records the case's are, or None before they are registered."""
    found = Assignment.objects.filter(ends_at=None, record__subject=query.subject).select_related("person").first()
    return found.person if found else None


def charges_of(query: StatusQuery) -> list[Charge]:
    """Every charge on record of the case's person, oldest first."""
    latest = Prefetch("dispositions", queryset=Disposition.objects.order_by("-id"))
    asked = Prefetch("outcome_checks", queryset=OutcomeCheck.objects.order_by("-checked_at"))
    found = Charge.objects.filter(arrest__record__subject__in=subjects_of(query))
    return list(found.select_related("arrest").prefetch_related(latest, asked).order_by("pk"))


def gather(
    query: StatusQuery, *, at: datetime, rule_set: RuleSet, charges: Iterable[Charge] | None = None,
    signs: Collection[Sign] | None = None,
) -> Facts:  # fmt: skip
    """The facts of a case as of a moment. Reads codes and dates only: no name, no birthplace, no free text.

    `charges`, `signs`: those of the case, where the caller has read them.
    """
    found = charges_of(query) if charges is None else charges
    standing = signs_of(query) if signs is None else signs
    known = [_on_record(one, query) for one in found]
    determination = query.in_force
    return Facts(
        as_of=at.date(),
        standing=rules.standing(determination.code if determination else None, standing),
        charges=tuple(rules.charge_fact(one, as_of=at.date(), fresh_days=rule_set.fresh_days) for one in known),
        findings=tuple(
            FindingFact(
                FindingName(one.name), one.value, f"finding:{one.pk}", "" if one.value is not None else "NOT_KNOWN"
            )
            for one in findings_in_force(query)
        ),
        versions={"offences": EDITION},
    )


def findings_in_force(query: StatusQuery) -> list[Finding]:
    """The latest statement under each name."""
    latest = Finding.objects.filter(query=query).order_by("name", "-id").distinct("name")
    return list(latest.select_related("stated_by"))


def circumstances_in_force(query: StatusQuery) -> list[Circumstance]:
    """The circumstances that hold by the latest word on each."""
    latest = Circumstance.objects.filter(query=query).order_by("code", "-id").distinct("code")
    return [one for one in latest.select_related("recorded_by") if one.holds]


def evidence_of(finding: Finding) -> str:
    """What a finding rests on, opened. Raises KeyDestroyed."""
    return keys.unseal(finding.query.submission.data_key, finding.sealed_evidence, context=EVIDENCE).decode()


def words_of(circumstance: Circumstance) -> str:
    """A circumstance in words, opened. Raises KeyDestroyed."""
    return keys.unseal(circumstance.query.submission.data_key, circumstance.sealed_words, context=WORDS).decode()


def _on_record(charge: Charge, query: StatusQuery) -> OnRecord:
    checks = list(charge.outcome_checks.all())
    return OnRecord(
        pk=charge.pk,
        code=charge.code,
        code_source=charge.code_source,
        unknown_reason=charge.unknown_reason,
        issuing_state=charge.issuing_state,
        offence_date=charge.offence_date,
        recorded_on=charge.arrest.recorded_at.date(),
        this_booking=charge.arrest.correlation == query.submission.control_number,
        outcomes=tuple(
            Reported(
                one.kind, one.decided_on, one.sentence_months, one.maximum_months, one.source, one.recorded_at.date()
            )
            for one in charge.dispositions.all()
        ),
        asked_on=checks[0].checked_at.date() if checks else None,
    )
