# SPDX-License-Identifier: Apache-2.0
"""Figures of examination for a page: each number with its interval and a link to the comparisons behind it.

No ranking and no colour: a figure of few cases says how little it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from secure_communities.identify.examination.statistics import Day, Share, Summary
from secure_communities.web.presenters import lists

Link = Callable[..., str]
MEASURES: Mapping[str, tuple[str, str]] = {
    "disputed": ("Went to a lead examiner", "comparisons"),
    "inconclusive": ("Inconclusive", "decisions by examiners"),
    "overruled": ("Finding went against the decision", "decisions that said yes or no, where the finding did too"),
    "reversed": ("Lead concluded otherwise than at first look", "conclusions of lead examiners"),
    "pairs": ("Engine's pairs shown before deciding", "decisions"),
}
FINDINGS = {"confirmed": "Confirmed", "rejected": "Excluded", "inconclusive": "Inconclusive"}
MEASURE_COLUMNS = (
    {"key": "measure", "title": "Measure"},
    {"key": "count", "title": "Count", "numeric": True},
    {"key": "share", "title": "Share", "numeric": True},
    {"key": "interval", "title": "95 % interval", "numeric": True},
    {"key": "of", "title": "Of"},
)
DAY_COLUMNS = (
    {"key": "day", "title": "Day (UTC)"},
    {"key": "examiner", "title": "Examiner"},
    {"key": "decisions", "title": "Decisions", "numeric": True},
)
EXAMINER_COLUMNS = (
    {"key": "examiner", "title": "Examiner"},
    {"key": "decisions", "title": "Decisions", "numeric": True},
    {"key": "time", "title": "Median time to decide", "numeric": True},
    {"key": "disputed", "title": "Went to a lead", "numeric": True},
    {"key": "inconclusive", "title": "Inconclusive", "numeric": True},
    {"key": "overruled", "title": "Finding went against", "numeric": True},
)
ROW_COLUMNS = (
    {"key": "reference", "title": "Comparison", "mono": True},
    {"key": "submission", "title": "Submission", "mono": True},
    {"key": "register", "title": "Register"},
    {"key": "finding", "title": "Finding"},
    {"key": "decisions", "title": "Decisions", "numeric": True},
    {"key": "closed", "title": "Closed"},
)


def tiles(summary: Summary, *, link: Link) -> list[dict[str, Any]]:
    """The whole at a glance."""
    return [
        {"value": summary.comparisons, "label": "Comparisons closed", "href": link()},
        {"value": summary.decisions, "label": "Decisions"},
        {
            "value": lists.words_of(summary.seconds), "label": "From first sight to decision",
            "note": f"median of {summary.timed}",
        },
        {
            "value": percent(summary.disputed), "label": "Went to a lead examiner", "note": interval(summary.disputed),
            "href": link(measure="disputed"),
        },
    ]  # fmt: skip


def measures(summary: Summary, *, link: Link) -> list[dict[str, Any]]:
    """Every share with its interval."""
    rows = []
    for key, (title, of) in MEASURES.items():
        share: Share = getattr(summary, key)
        rows.append(
            {
                "measure": title,
                "count": {"text": share.count, "href": link(measure=key)} if share.count else 0,
                "share": percent(share),
                "interval": interval(share),
                "of": f"{share.of:,} {of}",
            }
        )
    return rows


def days(found: Sequence[Day], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Decisions by examiner and day."""
    return [
        {"day": f"{one.day:%b} {one.day.day}, {one.day.year}", "examiner": names.get(one.examiner, "–"),
         "decisions": one.decisions}
        for one in found
    ]  # fmt: skip


def day_totals(found: Sequence[Day]) -> list[dict[str, Any]]:
    """Decisions by day, for readers who are told of no single examiner: how many examiners, how many decisions."""
    rows: dict[Any, list[int]] = {}
    for one in found:
        rows.setdefault(one.day, []).append(one.decisions)
    return [
        {"day": f"{day:%b} {day.day}, {day.year}", "examiner": f"{len(many)} in all", "decisions": sum(many)}
        for day, many in rows.items()
    ]


def examiners(summaries: Mapping[int, Summary], names: Mapping[int, str], *, link: Link) -> list[dict[str, Any]]:
    """Figures of each examiner, by name: never in the order of a figure."""
    rows = []
    for number in sorted(summaries, key=lambda one: names.get(one, "")):
        one = summaries[number]
        rows.append(
            {
                "examiner": names.get(number, "–"),
                "decisions": {"text": one.decisions, "href": link(examiner=number)},
                "time": {"text": lists.words_of(one.seconds), "note": f"median of {one.timed}"},
                **{
                    key: {
                        "text": percent(share), "note": f"{share.count} of {share.of} · {interval(share)}",
                        **({"href": link(examiner=number, measure=key)} if share.count else {}),
                    }
                    for key, share in (
                        ("disputed", one.disputed), ("inconclusive", one.inconclusive), ("overruled", one.overruled)
                    )
                },
            }
        )  # fmt: skip
    return rows


def row(examination: Any, *, href: str) -> dict[str, Any]:
    """One closed comparison, in codes."""
    number = examination.submission.control_number
    return {
        "reference": f"EXAM-{examination.pk:06}",
        "submission": {"text": number, "href": href} if href else number,
        "register": {"lane": examination.register},
        "finding": FINDINGS.get(examination.finding, examination.finding),
        "decisions": len(examination.decisions.all()),
        "closed": {"at": examination.closed_at},
    }


def percent(share: Share) -> str:
    """A share in words; a dash of nothing."""
    return "–" if share.value is None else f"{share.value * 100:.0f} %"


def interval(share: Share) -> str:
    """The interval in words."""
    if share.interval is None:
        return "no cases"
    low, high = share.interval
    return f"{low * 100:.0f}–{high * 100:.0f} %"
