# SPDX-License-Identifier: Apache-2.0
"""Figures of the programme from the records: a fixed number of queries, however many bookings there are.

A match is one that two examiners confirmed: what is still being compared is told nowhere (S1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Immigration, Intake
from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.oversight.programme import rules
from secure_communities.platform.agencies.models import OriginatingAgency, Participation, State
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.prioritize.assessments import selectors as assessments
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.rulesets import selectors as rulesets

SEARCHED = Q(intake_state=Intake.ACCEPTED) & ~Q(immigration_state__in=[Immigration.WAITING, Immigration.NOT_SEARCHED])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which bookings are counted: received within [start, end), by agencies of one state (FIPS) or of all."""

    start: datetime | None
    end: datetime
    state: str = ""

    def of(self, path: str = "") -> Q:
        """The condition on the submissions that `path` leads to."""
        found = Q(**{f"{path}received_at__lt": self.end})
        if self.start is not None:
            found &= Q(**{f"{path}received_at__gte": self.start})
        return found & Q(**{f"{path}originator__agency__state": self.state}) if self.state else found


class Percentiles(Aggregate):
    """Median, 90th and 95th of a hundred, continuous."""

    function = "PERCENTILE_CONT"
    output_field = DurationField()

    def __init__(self, expression: object, share: float) -> None:
        super().__init__(expression)
        self.template = f"PERCENTILE_CONT({share:.2f}) WITHIN GROUP (ORDER BY %(expressions)s)"


def submissions(asked: Asked) -> QuerySet[Submission]:
    """The bookings that are counted."""
    return Submission.objects.filter(asked.of())


def queries(asked: Asked) -> QuerySet[StatusQuery]:
    """The confirmed matches among them."""
    return StatusQuery.objects.filter(asked.of("submission__"))


def states() -> list[State]:
    """The states that have an agency which submits."""
    return list(State.objects.filter(Exists(OriginatingAgency.objects.filter(agency__state=OuterRef("pk")))))


def by_agency(asked: Asked) -> list[rules.AgencyCount]:
    """What each ORI sent, in one query."""
    found = submissions(asked).order_by().values_list("originator_id")
    matched = SEARCHED & Q(query__isnull=False)
    rows = found.annotate(
        received=Count("id"), searched=Count("id", filter=SEARCHED), matched=Count("id", filter=matched)
    )
    return [rules.AgencyCount(*row) for row in rows]


def began() -> dict[int, date]:
    """When each ORI's part in the programme began for bookings: by its own entry, else by its county's; the first."""
    entries = Participation.objects.filter(purpose=Purpose.BOOKING).order_by()
    own = dict(entries.exclude(originating_agency=None).values_list("originating_agency").annotate(Min("starts_on")))
    county = dict(entries.exclude(county=None).values_list("county").annotate(Min("starts_on")))
    found: dict[int, date] = {}
    for number, where in OriginatingAgency.objects.values_list("pk", "county_id"):
        days = [day for day in (own.get(number), county.get(where)) if day]
        if days:
            found[number] = min(days)
    return found


def in_wave(month: str) -> list[int]:
    """The ORIs of one wave."""
    first = began()
    if month == rules.NO_WAVE:
        return list(OriginatingAgency.objects.exclude(pk__in=first).values_list("pk", flat=True))
    return [number for number, day in first.items() if rules.month_of(day) == month]


def charges(asked: Asked) -> QuerySet[Charge]:
    """The charges that came with the bookings, each with its latest outcome as `outcome` and `sentence`."""
    latest = Disposition.objects.filter(charge=OuterRef("pk")).order_by("-id")
    return Charge.objects.filter(arrest__correlation__in=_booked(asked)).annotate(
        outcome=Subquery(latest.values("kind")[:1]), sentence=Subquery(latest.values("sentence_months")[:1])
    )  # fmt: skip


def _booked(asked: Asked) -> QuerySet[Submission, Any]:
    return submissions(asked).order_by().values("control_number")


OUTCOME_KNOWN = Q(outcome__isnull=False) & ~Q(outcome=DispositionKind.PENDING)
CONVICTED = Q(outcome=DispositionKind.CONVICTED)
SENTENCED = CONVICTED & Q(sentence__isnull=False)


def completeness(asked: Asked) -> rules.Completeness:
    """How much is known of the charges."""
    reasons = dict(charges(asked).order_by().values_list("unknown_reason").annotate(Count("id")))
    every, coded = sum(reasons.values()), reasons.pop("", 0)
    convicted = Q(kind=DispositionKind.CONVICTED)
    counted = latest_outcomes(asked).aggregate(
        known=Count("id", filter=~Q(kind=DispositionKind.PENDING)), convicted=Count("id", filter=convicted),
        sentences=Count("id", filter=convicted & Q(sentence_months__isnull=False)),
    )  # fmt: skip
    return rules.Completeness(
        rules.Rate(coded, every), rules.Rate(counted["known"], every),
        rules.Rate(counted["sentences"], counted["convicted"]), reasons,
    )  # fmt: skip


def latest_outcomes(asked: Asked) -> QuerySet[Disposition]:
    """Of each charge that has one, the outcome that stands: none was reported later. Joins answer it, no look-ups."""
    later = Disposition.objects.filter(charge=OuterRef("charge"), pk__gt=OuterRef("pk"))
    return Disposition.objects.filter(~Exists(later), charge__arrest__correlation__in=_booked(asked)).order_by()


def level_rows(asked: Asked, *, at: datetime) -> list[rules.LevelRow]:
    """Cases by level and basis under the rule set that orders the work, provisional ones told (S6)."""
    active = rulesets.active_rule_set(at)
    mix = assessments.level_mix(rule_set=active.code, queries=queries(asked))
    order = [one.code for one in sorted(active.levels, key=lambda one: one.rank)]
    return rules.levels(((one.answer, one.basis, one.provisional, one.cases) for one in mix), order)


def cases(asked: Asked, *, at: datetime) -> QuerySet[CurrentAssessment]:
    """What stands of each case under the rule set that orders the work."""
    found = CurrentAssessment.objects.filter(rule_set=rulesets.active_rule_set(at).code)
    return found.filter(query__in=queries(asked)).select_related("query__submission__originator")


def overrides(asked: Asked) -> QuerySet[Override]:
    """What two people decided otherwise, or one proposes to."""
    return Override.objects.filter(query__in=queries(asked)).select_related("query__submission__originator")


def override_states(asked: Asked) -> dict[str, int]:
    """How many overrides are in each state."""
    return dict(overrides(asked).order_by().values_list("state").annotate(Count("id")))


def times(asked: Asked) -> dict[str, rules.Spans]:
    """How long the agency waited for its first answer and for a notice, and how long a determination took."""
    return {
        "first": _spans(first_answers(asked)),
        "determined": _spans(determinations(asked)),
        "second": _spans(second_answers(asked)),
    }


def first_answers(asked: Asked) -> QuerySet[Message]:
    """First responses that left, with `took` since receipt."""
    return _messages(asked, MessageKind.FIRST)


def second_answers(asked: Asked) -> QuerySet[Message]:
    """Second responses that left after a determination, with `took` since receipt."""
    return _messages(asked, MessageKind.SECOND)


def determinations(asked: Asked) -> QuerySet[Determination]:
    """First determinations, with `took` since the query was sent."""
    found = Determination.objects.filter(asked.of("query__submission__"), version=1)
    return found.annotate(took=F("signed_at") - F("query__sent_at"))


def _messages(asked: Asked, kind: MessageKind) -> QuerySet[Message]:
    found = Message.objects.filter(asked.of("submission__"), kind=kind, version=1, ready_at__isnull=False)
    return found.annotate(took=F("ready_at") - F("submission__received_at"))


def _spans(found: QuerySet[Message] | QuerySet[Determination]) -> rules.Spans:
    counted = found.order_by().aggregate(
        number=Count("id"), median=Percentiles("took", 0.5), p90=Percentiles("took", 0.9), p95=Percentiles("took", 0.95)
    )
    return rules.Spans(counted["number"], counted["median"], counted["p90"], counted["p95"])
