# SPDX-License-Identifier: Apache-2.0
"""Reads: the counts of a state's quarter, as plain text from which its report is made; what was published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.oversight.programme import selectors as programme
from secure_communities.oversight.programme.rules import AgencyCount
from secure_communities.oversight.programme.selectors import SEARCHED, Asked
from secure_communities.oversight.transparency import files, years
from secure_communities.oversight.transparency.files import Kind
from secure_communities.oversight.transparency.models import Publication, PublishedFile
from secure_communities.oversight.transparency.periods import NoPeriod, Quarter, quarter_named, quarter_on
from secure_communities.oversight.transparency.rules import MATCHED, UNMATCHED, UNSEARCHED
from secure_communities.platform.agencies.models import County, OriginatingAgency, State
from secure_communities.platform.agencies.rules import Coverage as Reach
from secure_communities.platform.agencies.rules import nff_effect
from secure_communities.policy.local import DOCUMENTED, Switch
from secure_communities.policy.offences.series import SERIES, series_of
from secure_communities.policy.priority import Basis, Outside, RuleSet
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.deployment.models import SwitchSetting
from secure_communities.prioritize.rulesets import selectors as rulesets

ENDED = frozenset({DispositionKind.DISMISSED, DispositionKind.ACQUITTED, DispositionKind.NOT_CHARGED})
NOT_ASSESSED, NO_CODE, ALL_ENDED, NOT_ENDED = "NOT_ASSESSED", "NO_CODE", "ENDED", "NOT_ENDED"
SPLIT = {Basis.CONVICTED: "convicted", Basis.CHARGED: "charged only", Basis.FINDING: "on an officer’s finding"}
ByCounty = dict[str, dict[str, int]]


def inputs(state: State, quarter: Quarter, *, at: datetime) -> dict[str, Any]:
    """Everything that a report is made of, in plain values. What happens after `at` counts for nothing."""
    asked = Asked(quarter.start, min(quarter.end, at), state.fips)
    rules = _rules(asked.end, at)
    sent = {one.originator: one for one in programme.by_agency(asked)}
    agencies = _agencies(state, quarter, sent)
    counties = dict(County.objects.filter(pk__in={one.county_id for one in agencies}).values_list("fips", "name"))
    found = programme.submissions(asked).filter(SEARCHED, query__isnull=False).order_by("id")
    originators = dict(found.values_list("control_number", "originator"))
    places = {one.pk: str(one.county_id) for one in agencies}
    matched = {number: places[one] for number, one in originators.items() if one in places}
    matches = Counter(originators.values())  # one reading of what matched, so that every table has the same sums
    leading, ended = _charges(asked, matched)
    least = rules.levels[-1]
    return {
        "state": {"code": state.usps, "name": state.name}, "period": str(quarter),
        "from": quarter.start.date().isoformat(), "until": quarter.end.date().isoformat(),
        "counties": dict(sorted(counties.items())),
        "agencies": [
            {"ori": one.ori, "name": one.agency.name, "county": one.county_id,
             "counts": _funnel(sent.get(one.pk), matches[one.pk])}
            for one in agencies
        ],
        "rules": {"code": rules.code, "version": rules.version, "hash": rules.hash, "title": rules.title,
                  "draft": rules.draft},
        "mixes": [_levels(asked, rules, matched), _series(leading, matched), _outcomes(ended, matched)],
        "shares": [
            {"table": "levels", "column": f"{least.code}:{basis}", "title": f"Minor ({least.title}), {SPLIT[basis]}"}
            for basis in (Basis.CONVICTED, Basis.CHARGED)
        ] + [
            {"table": "charges", "column": "5400", "title": "Traffic as the first charge with a code"},
            {"table": "outcomes", "column": ALL_ENDED, "title": "Every charge ended without conviction"},
        ],
        "switches": _switches(state, quarter),
        "reduced": _reduced(state),
    }  # fmt: skip


def preview(state: State, quarter: Quarter, *, at: datetime) -> dict[str, Any]:
    """The report as it would be published. Of a quarter that is not over: of the days before this one (UTC)."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return files.report_of(files.canonical(inputs(state, quarter, at=at if at >= quarter.end else day)))


def _rules(end: datetime, at: datetime) -> RuleSet:
    """The rules that ordered the work as the quarter ended, in the version under which cases are assessed now.

    Rules that come into force as the next quarter begins are not of this one.
    """
    held = rulesets.active_rule_set(end - timedelta(microseconds=1))
    return next((one for one in rulesets.selectable(at) if one.code == held.code), held)


def _agencies(state: State, quarter: Quarter, sent: Mapping[int, AgencyCount]) -> list[OriginatingAgency]:
    """Those that could submit in the quarter, and whoever did."""
    able = (
        Q(starts_on__lt=quarter.end.date()) & (Q(ends_on=None) | Q(ends_on__gt=quarter.start.date())) & ~Q(purpose="")
    )
    found = OriginatingAgency.objects.filter(able | Q(pk__in=list(sent)), county__state=state)
    return list(found.select_related("agency", "county").order_by("county_id", "ori"))


def _funnel(sent: AgencyCount | None, matched: int) -> dict[str, int]:
    searched, received = (sent.searched, sent.received) if sent else (matched, matched)
    return {MATCHED: matched, UNMATCHED: max(0, searched - matched), UNSEARCHED: received - searched}


def _levels(asked: Asked, rules: RuleSet, matched: Mapping[str, str]) -> dict[str, Any]:
    """Matches by what the rules say of them. There is no level without charged and convicted (S6)."""
    classes = [
        [f"{level.code}:{basis}", f"{level.title}, {words}"] for level in rules.levels for basis, words in SPLIT.items()
    ]
    classes += [[str(one), rules.title_of(one)] for one in Outside]
    classes.append([NOT_ASSESSED, "Not assessed"])
    known, outside = {code for code, _ in classes}, {str(one) for one in Outside}
    found: ByCounty = defaultdict(Counter)
    rows = CurrentAssessment.objects.filter(
        rule_set=rules.code, assessment__rule_hash=rules.hash, query__in=programme.queries(asked)
    ).order_by()
    for number, answer, basis in rows.values_list("query__submission__control_number", "effective_answer", "basis"):
        if number in matched:
            code = answer if answer in outside else f"{answer}:{basis}"
            found[matched[number]][code if code in known else str(Outside.REVIEW)] += 1
    for county, everybody in Counter(matched.values()).items():
        found[county][NOT_ASSESSED] += everybody - sum(found[county].values())
    draft = " These rules are a draft." if rules.draft else ""
    return {
        "key": "levels", "title": f"Matches by level, under {rules.code}", "classes": classes,
        "by_county": _plain(found),
        "note": f"What stood when the report was made. A charge is not a conviction.{draft}",
    }  # fmt: skip


def _charges(asked: Asked, matched: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """By booking, the series of its first charge with a code; the bookings whose every charge ended unconvicted."""
    leading: dict[str, str] = {}
    standing: set[str] = set()
    charged: set[str] = set()
    rows: QuerySet[Any] = programme.charges(asked).order_by("arrest__correlation", "sequence", "pk")
    for number, code, outcome in rows.values_list("arrest__correlation", "code", "outcome"):
        if number in matched:
            charged.add(number)
            if outcome not in ENDED:
                standing.add(number)
            series = series_of(code)
            if series:
                leading.setdefault(number, series)
    return leading, charged - standing


def _series(leading: Mapping[str, str], matched: Mapping[str, str]) -> dict[str, Any]:
    found: ByCounty = defaultdict(Counter)
    for number, county in matched.items():
        found[county][leading.get(number, NO_CODE)] += 1
    return {
        "key": "charges", "title": "Matches by their first charge", "by_county": _plain(found),
        "classes": [*([code, title] for code, title in SERIES.items()), [NO_CODE, "No charge with a code"]],
        "note": "Each booking once, by the series of its first charge with a code, in the order of the agency. "
        "What was charged, whatever became of it.",
    }  # fmt: skip


def _outcomes(ended: set[str], matched: Mapping[str, str]) -> dict[str, Any]:
    found: ByCounty = defaultdict(Counter)
    for number, county in matched.items():
        found[county][ALL_ENDED if number in ended else NOT_ENDED] += 1
    return {
        "key": "outcomes", "title": "Matches by what became of the charges", "by_county": _plain(found),
        "classes": [
            [ALL_ENDED, "Every charge dismissed, acquitted or not brought"], [NOT_ENDED, "Otherwise, or not known"]
        ],
        "note": "What was on record when the report was made: outcomes come late, and later ones are not added.",
    }  # fmt: skip


def _plain(found: ByCounty) -> dict[str, dict[str, int]]:
    return {county: {code: n for code, n in sorted(of.items()) if n} for county, of in sorted(found.items())}


def _switches(state: State, quarter: Quarter) -> list[dict[str, Any]]:
    """The local switches as the quarter ended: the latest setting of each, with its ground and day (S24)."""
    rows = SwitchSetting.objects.filter(county__state=state, starts_on__lt=quarter.end.date()).select_related("county")
    latest = rows.order_by("county_id", "switch", "-starts_on", "-id").distinct("county_id", "switch")
    return [
        {
            "county": one.county_id, "title": one.county.name, "switch": one.switch, "on": one.on,
            "from": one.starts_on.isoformat(), "ground": one.citation, "words": DOCUMENTED[Switch(one.switch)],
        }
        for one in latest
    ]  # fmt: skip


def _reduced(state: State) -> str:
    effect = nff_effect(nff=state.nff, forward_subsequent=state.forward_subsequent)
    return effect.sentence if effect.coverage is Reach.FIRST_ARRESTS_ONLY else ""


# -- what was published ------------------------------------------------------------------------------------------------


def publications() -> QuerySet[Publication]:
    """Every publication, the latest quarter first; their counts stay in the database."""
    return Publication.objects.defer("inputs").select_related("state")


def file_of(state: str, period: str, kind: Kind) -> bytes:
    """The published bytes of a quarter; of a year, the sum of its four. Raises Publication.DoesNotExist, NoPeriod."""
    if period.isdigit():
        made = files.files_of(year_of(state, period)).get(kind)
        if made is None:  # a PDF is set once, when its quarter is published: nobody unnamed has one made
            raise Publication.DoesNotExist(f"a year has no {kind}")
        return made
    quarter = quarter_named(period)
    found = PublishedFile.objects.filter(
        publication__state__usps=state, publication__year=quarter.year, publication__quarter=quarter.number, kind=kind
    ).first()
    if found is None:
        raise Publication.DoesNotExist(f"{state} {period} is not published")
    return bytes(found.content)


def year_of(state: str, year: str) -> dict[str, Any]:
    """A year from its four published quarters. Raises Publication.DoesNotExist unless all four are there, NoPeriod."""
    if not year.isascii() or len(year) != 4:
        raise NoPeriod(f"{year[:20]!r} is no year")
    rows = PublishedFile.objects.filter(
        publication__state__usps=state, publication__year=int(year), kind=Kind.REPORT_JSON
    ).order_by("publication__quarter")
    quarters = [files.content_of(bytes(one.content)) for one in rows]
    if len(quarters) != 4:
        raise Publication.DoesNotExist(f"{state} {year}: {len(quarters)} of its four quarters are published")
    return years.added(quarters)


def stands(publication: Publication) -> bool:
    """Whether the stored counts give the stored bytes again (S24)."""
    made = files.files_of(files.report_of(bytes(publication.inputs)))
    return all(bytes(one.content) == made[Kind(one.kind)] for one in publication.files.filter(kind__in=made))


def first_quarter() -> Quarter | None:
    """The quarter of the first booking on record."""
    first = Submission.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return quarter_on(first.date()) if first else None
