# SPDX-License-Identifier: Apache-2.0
"""Reads what is on record of every county, over all months and as one plan has it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from secure_communities.identify.intake.models import Submission
from secure_communities.platform.agencies.models import County, OriginatingAgency, Participation
from secure_communities.platform.agencies.rules import Entry
from secure_communities.platform.agencies.vocabulary import Consent, Exit, Purpose
from secure_communities.prioritize.counties import rules
from secure_communities.prioritize.deployment.models import Readiness
from secure_communities.prioritize.rollout.models import PlannedActivation, RolloutPlan

# From the latest submission of each ORI back to the latest of an earlier month, by the index: as many steps as months
# with a submission, however many there are in each.
SENT_BEFORE = """
WITH RECURSIVE latest(ori, at) AS (
    SELECT ori.id, (SELECT max(received_at) FROM intake_submission
                    WHERE originator_id = ori.id AND received_at < %s)
    FROM agencies_originatingagency AS ori
    UNION ALL
    SELECT ori, (SELECT max(received_at) FROM intake_submission
                 WHERE originator_id = ori
                 AND received_at < date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
    FROM latest WHERE at IS NOT NULL
), months AS (
    SELECT ori, at AT TIME ZONE 'UTC' AS at FROM latest WHERE at IS NOT NULL
)
SELECT ori, array_agg((extract(year FROM at) * 12 + extract(month FROM at) - 1)::int) FROM months GROUP BY ori
"""


def timeline(*, plan: RolloutPlan | None, at: datetime) -> rules.Timeline:
    """Every county of the register over all months (UTC), with the months of that plan."""
    now = rules.month_number(at.date())
    entries, terms, measures, planned = _entries(), _terms(at), _measures(), _planned(plan)
    return rules.timeline(
        (
            rules.county(
                fips, name, entries=tuple(entries.get(fips, ())), terms=tuple(terms.get(fips, ())),
                measures=tuple(measures.get(fips, ())), planned=planned.get(fips), now=now,
            )
            for fips, name in County.objects.order_by("fips").values_list("fips", "name")
        ),
        now=now,
    )  # fmt: skip


def _entries() -> dict[str, list[Entry]]:
    """By county, its entries for booking."""
    found: dict[str, list[Entry]] = defaultdict(list)
    rows = Participation.objects.filter(county__isnull=False, purpose=Purpose.BOOKING)
    for fips, number, begin, end, consent, left in rows.values_list(
        "county", "pk", "starts_on", "ends_on", "consent", "exit"
    ):
        found[fips].append(
            Entry(number, of_one_ori=False, starts_on=begin, ends_on=end, consent=Consent(consent),
                  exit=Exit(left) if left else None)
        )  # fmt: skip
    return found


def _terms(at: datetime) -> dict[str, list[rules.Term]]:
    """By county, its ORIs that book."""
    begin = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before, present = Submission.objects.filter(received_at__lt=begin), Q(received_at__gte=begin, received_at__lte=at)
    last = before.order_by("-received_at", "-id").values_list("pk", flat=True).first()
    sent = sent_before(begin, last) if last else {}
    sends = Exists(Submission.objects.filter(present, originator=OuterRef("pk")))
    rows = OriginatingAgency.objects.filter(purpose=Purpose.BOOKING, county__isnull=False).annotate(sends=sends)
    found: dict[str, list[rules.Term]] = defaultdict(list)
    for pk, fips, starts, ends, this_month in rows.order_by().values_list(
        "pk", "county", "starts_on", "ends_on", "sends"
    ):
        found[fips].append(rules.Term(starts, ends, sent.get(pk, frozenset()), this_month))
    return found


@lru_cache(maxsize=2)
def sent_before(begin: datetime, last: int) -> dict[int, frozenset[int]]:
    """By ORI, the months before that moment in which it submitted; `last`: the last submission before it.

    Nothing is received in the past: while `last` is the same, so is the answer, and it is read once by each process.
    """
    with connection.cursor() as cursor:
        cursor.execute(SENT_BEFORE, [begin])
        return {ori: frozenset(months) for ori, months in cursor.fetchall()}


def _measures() -> dict[str, list[tuple[str, float, date]]]:
    """By county, what was noted of its readiness, in the order of the days."""
    found: dict[str, list[tuple[str, float, date]]] = defaultdict(list)
    rows = Readiness.objects.order_by("as_of", "id").values_list("county", "name", "value", "as_of")
    for fips, name, value, day in rows:
        found[fips].append((name, value, day))
    return found


def _planned(plan: RolloutPlan | None) -> dict[str, int]:
    """By county, the month in which the plan brings it on line; those on line already have none."""
    rows = PlannedActivation.objects.filter(plan=plan, done=False).order_by().values_list("county", "month")
    return {fips: rules.month_number(month) for fips, month in rows} if plan else {}
