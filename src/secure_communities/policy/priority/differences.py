# SPDX-License-Identifier: Apache-2.0
"""What rule sets answer to one charge alone, over every code, ground and length; and how their texts differ.

Computed by the calculator, so that no table here says what it would not. In: rule sets side by side. Out: groups of
codes that all of them treat alike, a line for each condition. Of a person of one charge, its code confirmed, its
outcome recent; what a set requires is stated true, every other finding untrue. Counting rows say nothing to one charge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from secure_communities.policy.priority.calculator import calculator
from secure_communities.policy.priority.facts import ChargeFact, Facts, Finding, FindingName, Outcome
from secure_communities.policy.priority.tables import GROUNDS, RuleSet, offence_codes
from secure_communities.policy.priority.weighing import Scale

DAY: Final = date(2000, 1, 1)  # every fact is recent: no answer depends on the day


class Span(NamedTuple):
    """Whole months from `low` to `high`, both in it; `high` None: without end. `low` None: the length is not known."""

    low: int | None
    high: int | None

    def holds(self, months: int | None) -> bool:
        """Whether so many months, or not knowing them, are in it."""
        if months is None or self.low is None:
            return months is None and self.low is None
        return self.low <= months and (self.high is None or months <= self.high)


class Line(NamedTuple):
    """Under these conditions, these answers, one of each rule set. Of `sentence` and `maximum`: None where no answer
    of the group depends on it, else the spans it may be in."""

    ground: str  # CHARGED or CONVICTED
    sentence: tuple[Span, ...] | None
    maximum: tuple[Span, ...] | None
    answers: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every rule set answers the same."""
        return len(set(self.answers)) == 1


class Group(NamedTuple):
    """Codes that none of the rule sets tells apart, and all that they answer to them."""

    codes: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def same(self) -> bool:
        """Whether the rule sets answer the same under every condition."""
        return all(line.same for line in self.lines)


class Edit(NamedTuple):
    """One difference of text. `before` or `after` is None where the entry is new, or gone."""

    part: str  # the set itself, a level, a row, a finding row
    name: str
    field: str
    before: str | None
    after: str | None


def answers(*sets: RuleSet) -> tuple[Group, ...]:
    """Every code in one group, in the order of its first code."""
    return _answers(sets)


@lru_cache(maxsize=32)
def _answers(sets: tuple[RuleSet, ...]) -> tuple[Group, ...]:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    scales = [Scale(one) for one in sets]
    for code in offence_codes():
        alike[tuple(scale.like[code] for scale in scales)].append(code)
    lengths: list[int | None] = [None, *sorted({length for scale in scales for length in scale.lengths})]
    by_lines: dict[tuple[Line, ...], list[str]] = defaultdict(list)
    for codes in alike.values():
        lines = tuple(line for ground in GROUNDS for line in _lines(sets, codes[0], ground, lengths))
        by_lines[lines].extend(codes)
    groups = (Group(tuple(sorted(codes)), lines) for lines, codes in by_lines.items())
    return tuple(sorted(groups))


def _lines(sets: Sequence[RuleSet], code: str, ground: str, lengths: Sequence[int | None]) -> Iterator[Line]:
    """The conditions of one code on one ground, each with its answers."""
    rows = {
        sentence: _by_maximum(sets, code, ground, sentence, lengths)
        for sentence in (lengths if ground == "CONVICTED" else [None])
    }
    held: dict[tuple[tuple[str, ...], tuple[Span, ...] | None], set[int | None]] = defaultdict(set)
    for sentence, row in rows.items():
        for entry in row:
            held[entry].add(sentence)
    for (answered, maximum), sentences in held.items():
        everywhere = sentences == rows.keys()
        yield Line(ground, None if everywhere else _spans(sentences, lengths), maximum, answered)


def _by_maximum(
    sets: Sequence[RuleSet], code: str, ground: str, sentence: int | None, lengths: Sequence[int | None]
) -> list[tuple[tuple[str, ...], tuple[Span, ...] | None]]:
    """Answers to one sentence, each with the maxima it takes; None where the maximum changes nothing.

    No sentence is longer than the maximum: a maximum that cannot be goes with the least one that can.
    """
    found: dict[tuple[str, ...], set[int | None]] = defaultdict(set)
    impossible = [one for one in lengths if sentence is not None and one is not None and one < sentence]
    for maximum in lengths:
        if maximum not in impossible:
            found[tuple(answer(one, code, ground, sentence, maximum) for one in sets)].add(maximum)
    if len(found) == 1:
        return [(answered, None) for answered in found]
    least = sentence if sentence in lengths else None
    return [
        (answered, _spans(held | set(impossible) if least is not None and least in held else held, lengths))
        for answered, held in found.items()
    ]


def _spans(held: set[int | None], lengths: Sequence[int | None]) -> tuple[Span, ...]:
    """Representative lengths as spans: each stands for all months up to the next one, the first for all from none."""
    known = [one for one in lengths if one is not None]
    spans: list[Span] = []
    for place, length in enumerate(known):
        if length not in held:
            continue
        low = 0 if place == 0 else length
        high = known[place + 1] - 1 if place + 1 < len(known) else None
        if spans and spans[-1].high is not None and spans[-1].high + 1 == low:
            low = spans.pop().low or 0
        spans.append(Span(low, high))
    return (*spans, *([Span(None, None)] if None in held else []))


def answer(rules: RuleSet, code: str, ground: str, sentence: int | None, maximum: int | None) -> str:
    """What a rule set answers to one charge alone, as the module says. Lengths in whole months; None: not known."""
    required = rules.require.finding if rules.require else None
    facts = Facts(
        as_of=DAY,
        charges=(
            ChargeFact(
                "charge:1", code, code_confirmed=True, sentence_months=sentence, maximum_months=maximum,
                outcome=Outcome.CONVICTED if ground == "CONVICTED" else Outcome.PENDING, outcome_date=DAY,
            ),
        ),
        findings=tuple(Finding(name, name is required) for name in FindingName),
    )  # fmt: skip
    return calculator(rules).short(facts).answer


def edits(before: RuleSet, after: RuleSet) -> tuple[Edit, ...]:
    """Where the texts differ: fields of the set, and levels, rows and finding rows by their names."""
    old, new = before.document, after.document
    found = [
        Edit("set", key, key, _text(old.get(key)), _text(new.get(key)))
        for key in sorted({*old, *new} - {"levels", "rows", "findings"})
        if old.get(key) != new.get(key)
    ]
    for part, entries, name in (
        ("level", "levels", "code"),
        ("row", "rows", "name"),
        ("finding row", "findings", "name"),
    ):
        found += _entries(part, name, old.get(entries, ()), new.get(entries, ()))
    return tuple(found)


def _entries(
    part: str, name: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[Edit]:
    was, now = {one[name]: one for one in old}, {one[name]: one for one in new}
    order_was, order_now = ([one for one in each if one in was and one in now] for each in (was, now))
    if order_was != order_now:
        yield Edit(part, "order", "order", ", ".join(order_was), ", ".join(order_now))
    for key in dict.fromkeys([*was, *now]):
        if key not in now:
            yield Edit(part, key, "", _entry(was[key]), None)
        elif key not in was:
            yield Edit(part, key, "", None, _entry(now[key]))
        else:
            for field in sorted({*was[key], *now[key]}):
                if was[key].get(field) != now[key].get(field):
                    yield Edit(part, key, field, _text(was[key].get(field)), _text(now[key].get(field)))


def _entry(one: Mapping[str, Any]) -> str:
    return "; ".join(f"{key}: {_text(value)}" for key, value in one.items())


def _text(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return _entry(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else None if value is None else str(value)
