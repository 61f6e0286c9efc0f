# SPDX-License-Identifier: Apache-2.0
"""Builders of the identification path for tests: a jail, submissions at each turn, staff, enrolled people.

Prints come from the template sampler, so no image is extracted here; searches are the real ones.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import Template
from secure_communities.identify.examination import services as examination
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register, RegisterSubject, Source
from secure_communities.identify.intake import preparation, services
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.models import Channel, Submission
from secure_communities.identify.records import services as records
from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import DispositionFacts, DispositionKind
from secure_communities.identify.research import review
from secure_communities.identify.research import services as research
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.identify.responses import services as responses
from secure_communities.interchange import files, itl
from secure_communities.interchange.files import Form
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Channel as Delivery
from secure_communities.platform.agencies.vocabulary import IdrDelivery
from secure_communities.policy.determination import Correction
from tests.builders.transactions import a_booking
from tests.platform.builders import a_participation, a_user, an_administrator, an_ori

AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
EVIDENCE = [{"system": "IMMIGRATION REGISTER", "record": "ENCOUNTERS", "retrieved_at": AT.isoformat(), "summary": ""}]
IDENTITY = {"family": "SAMPLEHIDDEN", "given": "VIOLETTA", "dob": AT.date().replace(year=1988), "pob": "XX", "sex": "F"}

_numbers = count(1)


def now() -> datetime:
    return AT


@cache
def fingers(seed: int) -> dict[int, Template]:
    """The enrolled ten fingers of one sampled person."""
    return sample_tenprint(np.random.default_rng([seed, 1]))


@cache
def fingers_again(seed: int) -> dict[int, Template]:
    """Another impression of the same fingers."""
    return impress_tenprint(fingers(seed), np.random.default_rng([seed, 2]))


def a_jail(
    ori: str = "ZZTX00101", *, participating: bool = True, delivery: IdrDelivery = IdrDelivery.NO_MATCH_AND_MATCH,
    tots: tuple[str, ...] = ("CAR", "CNA"), channel: Delivery = Delivery.API,
) -> OriginatingAgency:  # fmt: skip
    jail = an_ori(ori, tots=tots)
    if participating:
        a_participation(jail.county)
    agencies.set_delivery_preference(
        ori=jail, idr_delivery=delivery, state_capable=True, ori_capable=True, channel=channel,
        starts_on=jail.starts_on, reason="Sample", by=an_administrator(), at=AT,
    )  # fmt: skip
    return jail


def a_submission(
    jail: OriginatingAgency | None = None,
    *,
    fields: dict[str, Any] | None = None,
    form: Form = Form.TRADITIONAL,
    **booking: Any,
) -> Submission:
    """A booking just received: kept, queued, not yet looked into. `fields` overrides Type-2 fields."""
    jail = jail or a_jail()
    booking["person"] = fields
    booking.setdefault("tcn", f"SYN{jail.ori}-{next(_numbers):06d}")
    content = files.write(itl.parse(a_booking(ori=jail.ori, **booking)), form)
    return services.receive(
        content=content, channel=Channel.API, presented_by=jail, actor=f"ori:{jail.ori}", at=AT
    ).submission


def an_accepted_submission(jail: OriginatingAgency | None = None, *, person: int = 1, **booking: Any) -> Submission:
    """A booking of sampled person number `person`, checked, with both sides' probes and searches queued."""
    submission = a_submission(jail, **booking)
    parsed = services.transaction_of(submission)
    prepared = preparation.Prepared(parsed, read_booking(parsed), fingers_again(person))
    preparation.accept(services.locked(submission.pk), prepared, at=AT)
    return fresh(submission)


def fresh(submission: Submission) -> Submission:
    return Submission.objects.select_related("originator", "data_key").get(pk=submission.pk)


def a_criminal_subject(person: int = 1) -> RegisterSubject:
    subject = galleries.enrol(
        register=Register.CRIMINAL, source=Source.BOOKING, tenprint=fingers(person), actor="system:test", at=AT
    )
    records.open_criminal_record(
        subject=subject, demographics={"names": ["SAMPLE,ONE"], "sex": "M"}, at=AT, actor="system:test"
    )
    return subject


def an_immigration_subject(person: int = 1, *, protected_class: str | None = "NONE") -> RegisterSubject:
    subject = galleries.enrol(
        register=Register.IMMIGRATION, source=Source.ENCOUNTER, tenprint=fingers(person), actor="system:test", at=AT
    )
    records.open_immigration_record(
        subject=subject, identities=[IDENTITY], a_number="A000000001", protected_class=protected_class,
        last_encounter={"date": AT.date().replace(year=2005), "class": "TRAVEL", "site": "DEMO", "reason": "ADMISSION"},
        at=AT, actor="system:test",
    )  # fmt: skip
    return subject


def search_criminal(submission: Submission) -> Submission:
    examination.search(submission.pk, Register.CRIMINAL, now=now)
    responses.release(submission.pk, at=AT)  # what the job does that the answer queued
    return fresh(submission)


def search_immigration(submission: Submission) -> Submission:
    examination.search(submission.pk, Register.IMMIGRATION, now=now)
    return fresh(submission)


def a_candidate_match(**options: Any) -> Examination:
    """A comparison waiting for examiners on the immigration side."""
    an_immigration_subject(protected_class=options.pop("protected_class", "NONE"))
    submission = search_immigration(an_accepted_submission(**options))
    return Examination.objects.get(submission=submission, register=Register.IMMIGRATION)


def an_examiner() -> User:
    return a_user(Role.EXAMINER)


def identify(compared: Examination, examiner: User | None = None) -> Any:
    """One examiner's identification of the first candidate."""
    return conclude(
        compared, examiner or an_examiner(), Verdict.IDENTIFICATION, compared.candidates.get(rank=1).pk,
        "All ten fingers agree.",
    )  # fmt: skip


def exclude(compared: Examination, examiner: User | None = None, verdict: Verdict = Verdict.EXCLUSION) -> Any:
    """One examiner's exclusion (or inconclusive)."""
    return conclude(compared, examiner or an_examiner(), verdict, None, "Nothing agrees.")


def conclude(
    compared: Examination, examiner: User, verdict: Verdict, candidate: int | None, rationale: str = "As I saw it."
) -> Any:
    """One decision; a lead examiner before whom a dispute lies looks first, as the rules ask."""
    said: dict[str, Any] = {
        "examination_id": compared.pk, "examiner": examiner, "verdict": verdict, "candidate_id": candidate,
        "rationale": rationale, "at": AT,
    }  # fmt: skip
    disputed = Examination.objects.filter(pk=compared.pk, finding="lead_needed").exists()
    looked = compared.first_looks.filter(examiner=examiner).exists()
    if disputed and Role.LEAD_EXAMINER in examiner.roles(AT) and not looked:
        examination.look(**said)
    return examination.decide(**said)


def a_confirmed_match(*, answered: bool = True, **options: Any) -> StatusQuery:
    """A match two examiners confirmed: the query stands at the support centre. `answered`: the first response left."""
    compared = a_candidate_match(**options)
    if answered:
        search_criminal(compared.submission)
    identify(compared)
    identify(compared)
    return StatusQuery.objects.get(submission=compared.submission)


def a_specialist() -> User:
    return a_user(Role.SUPPORT_SPECIALIST)


def an_officer() -> User:
    return a_user(Role.AUTHORISED_OFFICER)


def a_draft(query: StatusQuery, *, author: User | None = None, code: Code = Code.NONIMM_OVERSTAY, **values: Any) -> Any:
    values = {"evidence": EVIDENCE, "confidence": "Two records agree.", **values}
    return research.draft(query_id=query.pk, author=author or a_specialist(), code=code, at=AT, **values)


def a_conviction(query: StatusQuery) -> Disposition:
    """The criminal register, which must have identified the person, learns that a charge led to a conviction."""
    charge = Charge.objects.filter(arrest__correlation=query.submission.control_number).first()
    facts = DispositionFacts(kind=DispositionKind.CONVICTED, source="COURT", decided_on=AT.date())
    return records.record_disposition(charge=charge, facts=facts, at=AT, actor="system:test")


def agreed(query: StatusQuery, drafted: Any) -> None:
    """Supervisor and counsel agree to a draft."""
    for role in (Role.SUPPORT_SUPERVISOR, Role.COUNSEL):
        review.concur(
            query_id=query.pk, draft_id=drafted.pk, reviewer=a_user(role), capacity=role, reason="It holds.", at=AT
        )


def a_correction(query: StatusQuery, *, by: User | None = None, code: str = "ERROR") -> Any:
    """The determination that stands is opened again."""
    return review.correct(
        query_id=query.pk, by=by or an_officer(), code=Correction(code), words="The record was another's.", at=AT
    )


def a_determination(query: StatusQuery, **options: Any) -> Determination:
    drafted = a_draft(query, **options)
    return research.sign(
        query_id=query.pk, officer=an_officer(), draft_id=drafted.pk, authority="Sample delegation 1",
        reason="The evidence supports the code.", at=AT,
    )  # fmt: skip
