# SPDX-License-Identifier: Apache-2.0
"""The figures of the programme as tables: each number with a link to its rows, each share with its interval.

One description feeds the page and the files: `sections` gives titled tables whose cells may carry a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from secure_communities.oversight.programme import rules as counting
from secure_communities.oversight.programme import selectors
from secure_communities.oversight.programme.rules import BASES, Rate
from secure_communities.oversight.programme.selectors import Asked
from secure_communities.platform.exports import Table
from secure_communities.policy.priority import RuleSet
from secure_communities.web.presenters.bars import Bar, chart
from secure_communities.web.presenters.lists import words_of
from secure_communities.web.presenters.programme_rows import REASONS, STATES, TIMES

Link = Callable[..., str]
Cells = list[Any]  # plain values, or {"text", "href"}
HEADS: Mapping[str, str] = {
    "CONVICTED": "Convicted", "CHARGED": "Charged only", "FINDING": "An officer’s finding", "NONE": "Nothing decides",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table with what must be known to read it. `numeric`: the first column of numbers."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Cells]
    note: str
    bars: Sequence[Bar] = ()
    says: str = ""

    def table(self) -> Table:
        """For a file: links fall away."""
        return Table(self.title, self.columns, [[plain(one) for one in row] for row in self.rows], notes=[self.note])

    def shown(self) -> dict[str, Any]:
        """For the page."""
        columns = [{"key": str(at), "title": title, "numeric": at > 0} for at, title in enumerate(self.columns)]
        rows = [{str(at): cell for at, cell in enumerate(row)} for row in self.rows]
        return {
            "key": self.key, "title": self.title, "note": self.note, "columns": columns, "rows": rows,
            "chart": chart(self.bars) if self.bars else None, "says": self.says,
        }  # fmt: skip


def plain(cell: Any) -> Any:
    """A cell without its link."""
    return cell["text"] if isinstance(cell, Mapping) else cell


def percent(rate: Rate) -> str:
    """A share; a dash of nothing."""
    return "–" if rate.value is None else f"{rate.value * 100:.1f} %"


def interval(rate: Rate) -> str:
    """Its interval; a dash of nothing."""
    if rate.interval is None:
        return "–"
    return f"{rate.interval[0] * 100:.1f}–{rate.interval[1] * 100:.1f} %"


def sections(asked: Asked, rules: RuleSet, *, at: datetime, link: Link) -> list[Section]:
    """Every figure, in the order in which it is read."""

    def linked(number: int, **where: str) -> Any:
        return {"text": number, "href": link(**where)} if number else 0

    draft = " These rules are a draft." if rules.draft else ""
    return [
        _waves(asked, linked),
        _levels(selectors.level_rows(asked, at=at), rules, linked, draft),
        _completeness(selectors.completeness(asked), linked),
        _times(asked, linked),
        _overrides(selectors.override_states(asked), linked),
    ]


def tiles(asked_sections: Sequence[Section], *, link: Link) -> list[dict[str, Any]]:
    """The whole at a glance, from the very rows of the tables."""
    waves = next(one for one in asked_sections if one.key == "waves").rows
    received, searched, matched = (sum(plain(row[at]) for row in waves) for at in (2, 3, 4))
    rate = Rate(matched, searched)
    return [
        {"value": f"{received:,}", "label": "Bookings received", "href": link(measure="received")},
        {"value": f"{searched:,}", "label": "Searched in the immigration register", "href": link(measure="searched")},
        {"value": f"{matched:,}", "label": "Matches two examiners confirmed", "href": link(measure="matched")},
        {"value": percent(rate), "label": "Match rate", "note": interval(rate), "href": link(measure="matched")},
    ]


def _waves(asked: Asked, linked: Callable[..., Any]) -> Section:
    found = counting.waves(selectors.by_agency(asked), selectors.began())
    rows = [
        [
            one.month or "Not in the register", one.agencies, linked(one.received, measure="received", wave=one.month),
            linked(one.searched.of, measure="searched", wave=one.month),
            linked(one.searched.count, measure="matched", wave=one.month), percent(one.searched),
            interval(one.searched),
        ]
        for one in found
    ]  # fmt: skip
    return Section(
        "waves", "Match rate by wave",
        ("Wave: began in", "Agencies that sent", "Received", "Searched", "Matches", "Match rate", "95 % interval"),
        rows,
        "A wave is the agencies whose part in the programme began in one month. A match is not a status, and says "
        "nothing of how grave anything is; waves differ in their people and in their records as well.",
        [_rate(one.month or "Not in the register", one.searched) for one in found if one.searched.of],
        "The match rate of each wave, with its interval. The table below says the same.",
    )  # fmt: skip


def _rate(title: str, rate: Rate) -> Bar:
    low, high = rate.interval or (None, None)
    return Bar(title, rate.value or 0, percent(rate), low=low, high=high)


def _levels(found: Sequence[counting.LevelRow], rules: RuleSet, linked: Callable[..., Any], draft: str) -> Section:
    rows = [
        [
            rules.title_of(one.answer),
            *(linked(one.cases.get(basis, 0), measure="cases", answer=one.answer, basis=basis) for basis in BASES),
            *(
                linked(one.provisional.get(basis, 0), measure="cases", answer=one.answer, basis=basis, provisional="1")
                for basis in ("CONVICTED", "CHARGED")
            ),
            _provisional(one),
        ]
        for one in found
    ]  # fmt: skip
    return Section(
        "levels", f"Levels under {rules.code}",
        ("Level", *(HEADS[one] for one in BASES), "Convicted, provisional", "Charged, provisional",
         "Provisional share"),
        rows,
        "A charge is not a conviction: there is no number here that adds the two up. Provisional: a fact that is "
        f"missing could still change the answer.{draft}",
        [
            Bar(f"{rules.title_of(one.answer)}, {HEADS[basis].lower()}", count, f"{count:,}", basis == "CONVICTED")
            for one in found for basis in ("CONVICTED", "CHARGED", "FINDING") if (count := one.cases.get(basis, 0))
        ],
        "Cases at each level, convicted and charged apart. The table below says the same.",
    )  # fmt: skip


def _provisional(one: counting.LevelRow) -> str:
    """The share of provisional answers, convicted and charged apart."""
    rates = [Rate(one.provisional.get(basis, 0), one.cases.get(basis, 0)) for basis in ("CONVICTED", "CHARGED")]
    return " / ".join(percent(rate) for rate in rates)


def _completeness(found: counting.Completeness, linked: Callable[..., Any]) -> Section:
    rows: list[Cells] = [
        [title, linked(rate.count, measure=measure), linked(rate.of, measure=whole), percent(rate), interval(rate)]
        for title, rate, measure, whole in (
            ("Charges with a code", found.coded, "coded", "charges"),
            ("Charges whose outcome is on record", found.outcome, "outcome", "charges"),
            ("Convictions whose sentence is on record", found.sentence, "sentence", "convicted"),
        )
    ]
    for reason, number in sorted(found.reasons.items()):
        rate = Rate(number, found.coded.of)
        rows.append([
            f"No code: {REASONS.get(reason, reason)}", linked(number, measure="uncoded", reason=reason),
            linked(rate.of, measure="charges"), percent(rate), interval(rate),
        ])  # fmt: skip
    return Section(
        "completeness",
        "Completeness of charges",
        ("What", "Count", "Of", "Share", "95 % interval"),
        rows,
        "Charges of the bookings that are counted here. What is not known stays unknown: no code is read out of words.",
    )


def _times(asked: Asked, linked: Callable[..., Any]) -> Section:
    rows = [
        [TIMES[key], linked(one.count, measure=key), *(_span(each) for each in (one.median, one.p90, one.p95))]
        for key, one in selectors.times(asked).items()
    ]
    return Section(
        "times",
        "Time to answer",
        ("What", "Answers", "Half within", "90 of 100 within", "95 of 100 within"),
        rows,
        "Of answers that left. What still waits is on the worklists.",
    )


def _span(span: timedelta | None) -> str:
    if span is None:
        return "–"
    seconds = span.total_seconds()
    return words_of(seconds) if seconds < 36_000 else f"{seconds / 3600:.1f} h"


def _overrides(found: Mapping[str, int], linked: Callable[..., Any]) -> Section:
    rows = [[title, linked(found.get(key, 0), measure="overrides", state_of=str(key))] for key, title in STATES.items()]
    return Section(
        "overrides",
        "Overrides",
        ("State", "Cases"),
        rows,
        "Where two people decided otherwise than the rules, or one proposes to. The assessment stays as it was.",
    )
