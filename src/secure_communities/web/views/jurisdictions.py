# SPDX-License-Identifier: Apache-2.0
"""What is really covered, and where to go first: by state, county and ORI, with every input of the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.planning.ranking import WEIGHTS, Input
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.agencies import selectors as register
from secure_communities.platform.agencies.models import County, Participation
from secure_communities.policy.local import DOCUMENTED
from secure_communities.prioritize.deployment import selectors
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from secure_communities.prioritize.deployment.selectors import Place
from secure_communities.web.presenters.jurisdictions import INPUTS
from secure_communities.web.views import frame

DAYS = 90
LEVEL_OF_ORIS = 2
PLACES = (
    {"key": "place", "title": "Place"},
    {"key": "submitting", "title": "ORIs that submitted", "numeric": True},
    {"key": "share", "title": "Share", "numeric": True},
    {"key": "submissions", "title": "Submissions", "numeric": True},
    {"key": "last", "title": "Latest"},
    {"key": "reduced", "title": "What takes away from it"},
)
RANKS = (
    {"key": "rank", "title": "Rank", "numeric": True},
    {"key": "place", "title": "County"},
    {"key": "score", "title": "Score", "numeric": True},
    {"key": "range", "title": "Rank if weights vary by half"},
    {"key": "parts", "title": "Made of"},
    {"key": "missing", "title": "Not known"},
)
MEASURES = (
    {"key": "name", "title": "Input"},
    {"key": "value", "title": "Value"},
    {"key": "source", "title": "Source"},
    {"key": "as_of", "title": "As of"},
)
SETTINGS = (
    {"key": "from", "title": "From"},
    {"key": "switch", "title": "Switch"},
    {"key": "on", "title": "Set to"},
    {"key": "ground", "title": "Ground"},
)
ENTRIES = (
    {"key": "from", "title": "From"},
    {"key": "whose", "title": "Whose"},
    {"key": "purpose", "title": "Purpose"},
    {"key": "until", "title": "Until"},
    {"key": "basis", "title": "Legal basis"},
    {"key": "consent", "title": "Consent"},
    {"key": "ground", "title": "Ground"},
)


@require_safe
@frame.staff_page
def coverage(request: HttpRequest) -> HttpResponse:
    """Coverage of the last 90 days; `state` opens the counties of one, `county` the ORIs of one."""
    now = clock.now()
    places, trail = _coverage(now), [("All states", "")]
    for name in ("state", "county"):
        wanted = request.GET.get(name, "")
        found = next((one for one in places if one.code == wanted), None)
        if found is None:
            break
        places, trail = list(found.parts), [*trail, (found.name, "")]
    level = len(trail) - 1
    opens = _opens(request, places) if level == LEVEL_OF_ORIS else {}
    context = {
        "columns": PLACES,
        "rows": [_covered(one, level, request.GET.get("state", ""), opens) for one in places],
        "caption": f"{' · '.join(name for name, _ in trail)}, last {DAYS} days",
        "here": reverse("web:coverage") if level else "",
    }
    return frame.show(request, "web/coverage.html", context)


def _coverage(now: datetime) -> list[Place]:
    """Of the last days up to this very second, as the lists that the numbers open count."""
    return selectors.coverage(since=now - timedelta(days=DAYS), until=now + timedelta(seconds=1))


def _opens(request: HttpRequest, oris: Sequence[Place]) -> dict[str, str]:
    """By ORI, the list of what it submitted, as far as the reader may see it: by number, or as bookings in codes."""
    codes = [one.code for one in oris]
    seen = register.originators_visible_to(request.user, at=clock.now()).filter(ori__in=codes)
    found = {
        ori: f"{reverse('web:submissions')}?{urlencode({'ori': ori, 'days': DAYS})}"
        for ori in seen.values_list("ori", flat=True)
    }
    if may(request.user, Permission.PROGRAMME_VIEW, at=clock.now()):
        rows = reverse("web:programme-rows")
        found = {ori: f"{rows}?{urlencode({'days': DAYS, 'ori': ori})}" for ori in codes} | found
    return found


def _covered(one: Place, level: int, state: str, opens: Mapping[str, str]) -> dict[str, Any]:
    here = reverse("web:coverage")
    query = {0: {"state": one.code}, 1: {"state": state, "county": one.code}}.get(level)
    place: dict[str, Any] = {"text": f"{one.name} ({one.code})"}
    if query:
        place["href"] = f"{here}?{urlencode(query)}"
    return {
        "place": place,
        "submitting": f"{one.submitting} of {one.oris}",
        "share": f"{one.share:.0%}" if one.share is not None else "–",
        "submissions": {"text": f"{one.submissions:,}", "href": opens.get(one.code, "")},
        "last": f"{one.last:%Y-%m-%d}" if one.last else "never in this time",
        "reduced": one.reduced or "",
    }


@require_safe
@frame.staff_page
def ranking(request: HttpRequest) -> HttpResponse:
    """Where to go first, with what each place's score is made of and how firm its rank is."""
    now = clock.now()
    found = selectors.ranking(at=now)
    names = dict(County.objects.filter(pk__in=[one.jurisdiction for one in found.order]).values_list("fips", "name"))
    rows = [
        {
            "rank": one.rank,
            "place": {
                "text": f"{names.get(one.jurisdiction, '')} ({one.jurisdiction})",
                "href": reverse("web:jurisdiction", args=[one.jurisdiction]),
            },
            "score": f"{one.score:.3f} ({one.low:.3f} to {one.high:.3f})",
            "range": f"{one.best} to {one.worst}" if one.best != one.worst else "the same",
            "parts": ", ".join(f"{INPUTS[name]} {part:.3f}" for name, part in one.parts.items() if part),
            "missing": ", ".join(INPUTS[name] for name in one.missing),
        }
        for one in found.order
    ]
    weights = [(Input(name), weight) for name, weight in WEIGHTS.items()]
    context = {
        "columns": RANKS, "rows": rows, "as_of": now,
        "weights": [{"name": INPUTS[name], "weight": f"{weight:.2f}", "tau": f"{found.tau.get(name, 1):.2f}"}
                    for name, weight in weights],
        "weight_columns": (
            {"key": "name", "title": "Input"}, {"key": "weight", "title": "Weight", "numeric": True},
            {"key": "tau", "title": "Kendall's tau if it varies by half", "numeric": True},
        ),
    }  # fmt: skip
    return frame.show(request, "web/ranking.html", context)


@require_safe
@frame.staff_page
def jurisdiction(request: HttpRequest, fips: str) -> HttpResponse:
    """One county: its entries of the register, its switches, what is known of its readiness, and its coverage."""
    county = get_object_or_404(County.objects.select_related("state"), pk=fips)
    now = clock.now()
    states = _coverage(now)
    places = [one for state in states for one in state.parts if one.code == fips]
    oris = [one for place in places for one in place.parts]
    opens = _opens(request, oris)
    on = selectors.switches_of(county, on=now.date())
    keeps = bool(may(request.user, Permission.PARTICIPATION_KEEP, at=now))
    context = {
        "county": county,
        "in_force": [DOCUMENTED[one] for one in sorted(on)],
        "place_columns": PLACES,
        "places": [_covered(one, LEVEL_OF_ORIS, county.state.usps, opens) for one in oris],
        "reduced": next((one.reduced for one in places), ""),
        "keeps": keeps,
        "entry_columns": (*ENTRIES, {"key": "act", "title": "Act"}) if keeps else ENTRIES,
        "entries": [_entry(one, county, on=now.date()) for one in register.entries_of_county(county)],
        "measure_columns": MEASURES,
        "measures": [
            {
                "name": INPUTS[Input(one.name)], "value": f"{one.value:.0%} ({one.low:.0%} to {one.high:.0%})",
                "source": one.source, "as_of": one.as_of,
            }
            for one in Readiness.objects.filter(county=county)
        ],
        "setting_columns": SETTINGS,
        "settings": [
            {
                "from": one.starts_on, "switch": one.get_switch_display(), "on": "on" if one.on else "off",
                "ground": one.citation,
            }
            for one in SwitchSetting.objects.filter(county=county)
        ],
    }  # fmt: skip
    return frame.show(request, "web/jurisdiction.html", context)


def _entry(one: Participation, county: County, *, on: date) -> dict[str, Any]:
    end = {"text": "End it", "href": reverse("web:end-participation", args=[county.fips, one.pk])}
    return {
        "from": one.starts_on, "whose": one.originating_agency.ori if one.originating_agency else "The county",
        "purpose": one.get_purpose_display(), "until": one.ends_on or "open", "basis": one.get_legal_basis_display(),
        "consent": one.consent_on(on).replace("_", " ").capitalize(), "ground": one.citation,
        "act": end if one.ends_on is None else "",
    }  # fmt: skip
