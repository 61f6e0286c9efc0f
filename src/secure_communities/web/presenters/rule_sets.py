# SPDX-License-Identifier: Apache-2.0
"""Rule sets for lawyers: rows in words, the answer to each offence, where two sets differ, what a shadow run found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.urls import reverse

from secure_communities.policy.offences import offence
from secure_communities.policy.priority import Basis, RuleSet
from secure_communities.policy.priority.answers import IN_WORDS, Outside
from secure_communities.policy.priority.differences import Edit, Group, Line, Span
from secure_communities.policy.priority.sentences import FINDINGS, listed, months, term
from secure_communities.policy.priority.tables import Row, offence_codes
from secure_communities.prioritize.rulesets.rules import Report

GROUNDS: Final[Mapping[str, str]] = {"CHARGED": "Charged", "CONVICTED": "Convicted"}
BASES: Final[Mapping[str, str]] = {
    Basis.CONVICTED: "on a conviction", Basis.CHARGED: "on a charge", Basis.FINDING: "on a finding", Basis.NONE: "",
}  # fmt: skip
UNKNOWN: Final[Mapping[str, str]] = {
    "REVIEW": "A length that is not known goes to a person.",
    "INSUFFICIENT_DATA": "Without the length, not enough is known.",
    "NOTHING": "Without the length, the row says nothing.",
}
ROWS: Final = (
    {"key": "paragraph", "title": "Paragraph"}, {"key": "offences", "title": "Offences (NCIC)"},
    {"key": "ground", "title": "If"}, {"key": "answer", "title": "Answer"}, {"key": "note", "title": "Note"},
)  # fmt: skip
ANSWERS: Final = (
    {"key": "offences", "title": "Offences (NCIC)"}, {"key": "condition", "title": "One charge alone"},
    {"key": "answer", "title": "Answer"},
)  # fmt: skip
COMPARED: Final = (
    {"key": "offences", "title": "Offences (NCIC)"}, {"key": "condition", "title": "One charge alone"},
    {"key": "before", "title": "Before"}, {"key": "after", "title": "After"},
)  # fmt: skip
EDITS: Final = (
    {"key": "what", "title": "What"}, {"key": "before", "title": "Before"}, {"key": "after", "title": "After"},
)  # fmt: skip
STEPS: Final = (
    {"key": "step", "title": "What decides under the rules tried"}, {"key": "before", "title": "Now"},
    {"key": "after", "title": "Then"}, {"key": "cases", "title": "Cases", "numeric": True},
)  # fmt: skip
MOVES: Final = (
    {"key": "case", "title": "Case", "mono": True}, {"key": "before", "title": "Now"},
    {"key": "after", "title": "Then"}, {"key": "step", "title": "What decides then"},
    {"key": "sure", "title": "Standing"},
)  # fmt: skip
SHADES: Final = 5
FIELDS: Final[Mapping[str, str]] = {
    "fresh_days": "days for which an outcome is recent", "deferred": "what deferred adjudication counts as",
    "otherwise": "the answer when no row says anything", "effective_from": "in force from",
    "effective_to": "in force to", "codes": "offences", "except": "offences left out", "term": "length",
    "at_least": "how many such charges", "unknown": "an unknown length", "could_be": "between which levels",
    "because": "why", "grounds": "grounds",
}  # fmt: skip


def name(rules: RuleSet) -> str:
    """How a version is called."""
    return f"{rules.code}, version {rules.version}"


def address(digest: str) -> str:
    """The page of a version."""
    return reverse("web:rule-set", args=[digest])


def runs(codes: Iterable[str]) -> str:
    """Codes as runs of the catalogue: `1301–1312, 1314`. Codes of no offence, and gaps of the catalogue, end no run."""
    order = {code: place for place, code in enumerate(offence_codes())}
    found: list[list[str]] = []
    for code in sorted(codes):
        if found and order[code] == order[found[-1][-1]] + 1:
            found[-1].append(code)
        else:
            found.append([code])
    return ", ".join(one[0] if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in found)


def described(codes: Sequence[str]) -> dict[str, Any]:
    """Codes for a cell: all of them as runs, and how many, or the words of the only one."""
    if len(codes) == len(offence_codes()):
        return {"text": "Any offence", "note": f"{len(codes)} codes"}
    found = offence(codes[0])
    words = found.description.lower() if found and len(codes) == 1 else f"{len(codes)} codes"
    return {"text": runs(codes), "note": words}


def span(one: Span) -> str:
    """A span of months in words."""
    if one.low is None:
        return "not known"
    if one.high is None:
        return f"{months(one.low)} or more"
    if one.low == one.high:
        return f"exactly {months(one.low)}"
    return f"up to {months(one.high)}" if one.low == 0 else f"{months(one.low)} to {months(one.high)}"


def condition(line: Line) -> str:
    """The condition of an answer in words."""
    said = [GROUNDS[line.ground]]
    if line.sentence is not None:
        said.append(f"sentence {' or '.join(map(span, line.sentence))}")
    if line.maximum is not None:
        said.append(f"maximum {' or '.join(map(span, line.maximum))}")
    return "; ".join(said)


def _lines(group: Group) -> list[tuple[dict[str, Any], str, Line]]:
    """A group's lines with the cell of offences, said once, and the condition; grounds that make no difference go
    together."""
    found: dict[Line, str] = {}
    for line in group.lines:  # convicted come before charged
        other = line._replace(ground="CHARGED")
        if line.ground == "CONVICTED" and line.sentence is None and other in group.lines:
            found[other] = f"Charged or {condition(line).lower()}"
        else:
            found.setdefault(line, condition(line))
    again = {"text": "The same", "note": described(group.codes)["note"]}
    cells = [described(group.codes), *[again] * len(found)]
    return [(cell, words, line) for cell, (line, words) in zip(cells, found.items(), strict=False)]


def rows(rules: RuleSet) -> list[dict[str, Any]]:
    """Every row of a set in words, in its order."""
    return [_row(rules, one) for one in rules.rows]


def _row(rules: RuleSet, one: Row) -> dict[str, Any]:
    grounds = [GROUNDS[ground].lower() for ground in sorted(one.grounds)]
    said = " or ".join(grounds).capitalize()
    if one.at_least > 1:
        said = f"{said}, at least {one.at_least} such charges"
    notes = [one.because] if one.because else []
    if one.term:
        notes.append(UNKNOWN[one.unknown])
    answer: dict[str, Any] = {"text": rules.title_of(one.answer)}
    if one.could_be:
        answer["note"] = f"between {listed([rules.title_of(code) for code in one.could_be])}"
    offences = described(sorted(one.matching))
    if one.codes == ("REST",):
        offences = {"text": "Every offence that no row above names", "note": offences["note"]}
    return {
        "id": f"row-{one.name}",
        "paragraph": {"text": one.paragraph, "note": one.name + (", added by this project" if one.assumed else "")},
        "offences": offences,
        "ground": {"text": said, "note": term(one.term) if one.term else ""},
        "answer": answer,
        "note": " ".join(notes),
    }  # fmt: skip


def findings(rules: RuleSet) -> list[str]:
    """What officers' findings give, in sentences."""
    said = []
    if rules.require:
        needed = FINDINGS[rules.require.finding]
        said.append(f"Nothing counts without a finding of {needed} ({rules.require.paragraph}).")
    for row in rules.findings:
        words = " or ".join(FINDINGS[one] for one in row.any)
        said.append(f"{words[:1].upper()}{words[1:]}: {rules.title_of(row.answer)} ({row.paragraph}).")
    return said


def answer_rows(rules: RuleSet, groups: Iterable[Group]) -> list[dict[str, Any]]:
    """What a set answers to one charge alone."""
    return [
        {"offences": cell, "condition": words, "answer": rules.title_of(line.answers[0])}
        for group in groups
        for cell, words, line in _lines(group)
    ]


def rows_of_code(rules: RuleSet, code: str) -> list[dict[str, str]]:
    """Which rows name a code, with links to them."""
    found = [one for one in rules.rows if code in one.matching]
    return [{"text": one.paragraph, "href": f"#row-{one.name}"} for one in found]


def compared_rows(before: RuleSet, after: RuleSet, groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Where two sets answer otherwise."""
    return [
        {
            "offences": cell, "condition": words,
            "before": before.title_of(line.answers[0]), "after": after.title_of(line.answers[1]),
        }
        for group in groups
        for cell, words, line in _lines(group._replace(lines=tuple(one for one in group.lines if not one.same)))
    ]  # fmt: skip


def edit_rows(found: Iterable[Edit]) -> list[dict[str, Any]]:
    """Differences of text."""
    return [
        {
            "what": {
                "text": one.name if one.part == "set" else f"{one.part.capitalize()} {one.name}",
                "note": FIELDS.get(one.field, one.field.replace("_", " ") if one.field != one.name else ""),
            },
            "before": one.before if one.before is not None else {"text": "Not there", "tone": "neutral"},
            "after": one.after if one.after is not None else {"text": "Removed", "tone": "attention"},
        }
        for one in found
    ]  # fmt: skip


def title_of(answer: str, *sets: RuleSet) -> str:
    """An answer in the words of the first set that knows it."""
    if answer in set(Outside):
        return IN_WORDS[Outside(answer)]
    return next((one.title_of(answer) for one in sets if answer in one.ranks), answer)


def said(answer: str, basis: str, rules: RuleSet) -> str:
    """An answer with its basis: never the one without the other (S6)."""
    return f"{title_of(answer, rules)} {BASES.get(basis, '')}".strip()


def matrices(report: Report, before: RuleSet, after: RuleSet, *, link: Any) -> list[dict[str, Any]]:
    """Now against then, one table for each basis of now (S6); each number leads to its cases."""
    found = []
    for basis, title in (
        ("CONVICTED", "Now on a conviction"), ("CHARGED", "Now on a charge"), ("FINDING", "Now on a finding"),
        ("NONE", "Now without a level"),
    ):  # fmt: skip
        cells: dict[tuple[str, str], int] = {}
        for (was, was_basis, now, _), count in report.matrix.items():
            if was_basis == basis:
                cells[was, now] = cells.get((was, now), 0) + count
        if not cells:
            continue
        tops = [one for one in [*after.ranks, *Outside] if any(now == one for _, now in cells)]
        sides = [one for one in [*before.ranks, *Outside] if any(was == one for was, _ in cells)]
        most = max(cells.values())
        found.append({
            "title": title, "id": basis.lower(), "tops": [title_of(one, after) for one in tops],
            "rows": [
                {
                    "title": title_of(side, before),
                    "cells": [_cell(cells.get((side, top), 0), most, link, side, basis, top) for top in tops],
                }
                for side in sides
            ],
        })  # fmt: skip
    return found


def _cell(count: int, most: int, link: Any, before: str, basis: str, after: str) -> dict[str, Any]:
    shade = -(-SHADES * count // most) if count else 0
    moved = before != after
    href = link(before=before, basis=basis, after=after) if count and moved else ""
    return {"count": f"{count:,}" if count else "", "shade": shade, "moved": moved and bool(count), "href": href}


def step_rows(report: Report, before: RuleSet, after: RuleSet, *, link: Any) -> list[dict[str, Any]]:
    """Why cases move: the step that decides under the rules tried, the commonest first."""
    return [
        {
            "step": step_words(step, after), "before": title_of(was, before), "after": title_of(now, after),
            "cases": {"text": f"{count:,}", "href": link(step=step, before=was, after=now)},
        }
        for (step, was, now), count in report.steps.most_common()
    ]  # fmt: skip


def step_words(step: str, rules: RuleSet) -> dict[str, str]:
    """A step by the paragraph that it comes from."""
    key = step.rpartition(":")[2]
    paragraphs = {one.name: one.paragraph for one in rules.rows} | {one.name: one.paragraph for one in rules.findings}
    if key in paragraphs:
        return {"text": paragraphs[key], "note": key}
    return {"text": rules.otherwise_paragraph if key == "otherwise" else step.replace("-", " ").replace(":", ": ")}
