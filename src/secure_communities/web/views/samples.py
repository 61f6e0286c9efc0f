# SPDX-License-Identifier: Apache-2.0
"""Sample values for the style guide: every component in every state, at fixed times, about nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.templatetags.static import static
from django.urls import reverse

from . import sample_evidence, sample_forms, sample_people
from .paging import Part

DAY = datetime(2026, 11, 22, 14, 2, 9, tzinfo=UTC)
TCN = "SYNZZTX00101-20261122-000001"

FIRST_RESPONSE = f"""1.004:SRE  1.008:ZZFBI0001  1.007:ZZTX00101
1.009:SYNZZFBI0001-20261122-000417
1.010:{TCN}
2.009:TEST-0001
2.014:S0000001Z
2.018:SAMPLE, ONE
2.059:I
2.073:ZZTX00101
2.075:SYNTHETIC RECORD. 1 ARREST, 1 DISPOSITION."""


def at(**span: float) -> datetime:
    """A time after the sample submission."""
    return DAY + timedelta(**span)


def everything() -> dict[str, Any]:
    """The whole context of the style guide."""
    return {
        "trail": [{"title": "Components", "href": "#"}, {"title": "Style guide"}],
        "identities": identities(),
        "filters": sample_forms.filters(),
        "tags": TAGS,
        "origin": {"title": "Prints received", "at": DAY, "detail": "ZZTX00101"},
        "running": running_lanes(),
        "finished": finished_lanes(),
        "failed": failed_lanes(),
        "timeline": timeline(),
        "waterfalls": sample_people.waterfalls(),
        "step_columns": sample_people.STEP_COLUMNS,
        "clocks": clocks(),
        "live": live_clock(now=at(hours=1, minutes=46)),
        "fingers": fingers(),
        "pair": fingers()[1:3],
        "messages_shown": [first_response(), second_response()],
        "summary": summary(),
        "columns": columns(),
        "rows": rows(),
        "tiles": sample_forms.tiles(),
        "page": Paginator(range(1, 412), 25).page(4),
        "part": Part(rows=range(25), previous="?before=50~2", next="?after=25~1", first=False),
        "part_alone": Part(rows=range(3), previous="", next="", first=True),
        "form": sample_forms.SampleForm(),
        "refused_form": sample_forms.refused_form(),
        "check": sample_forms.check(),
        "interruption": sample_forms.interruption(),
        "done": sample_forms.done(),
        "evidence": sample_evidence.sources(DAY),
        "contradictions": sample_evidence.contradictions(),
        "none": [],
        "navigation": [
            {"title": "My work", "href": "#header", "current": True, "count": 3},
            {"title": "Submissions", "href": "#header", "current": False, "count": None},
            {"title": "Examination", "href": "#header", "current": False, "count": None},
        ],
    }


TAGS = [
    ("Received", "neutral"),
    ("Searching", "working"),
    ("Answered", "good"),
    ("Waiting for second examiner", "attention"),
    ("Answer is late", "late"),
]


def identities() -> list[dict[str, Any]]:
    """A submission in work, and an item about which little is known."""
    clock = {"due": at(hours=4), "started": DAY, "now": at(hours=1, minutes=46), "label": "Second response due"}
    facts = [
        {"term": "Control number", "value": TCN, "mono": True},
        {"term": "Agency", "value": "Sample County Jail"},
        {"term": "Received", "at": DAY},
        {"term": "Arrest charge", "value": "1313 Simple assault"},
    ]
    tags = [{"text": "Criminal answer sent", "tone": "good"}, {"text": "Second examiner", "tone": "attention"}]
    return [
        {"title": "SAMPLE, ONE", "kind": "Booking", "facts": facts, "tags": tags, "clock": clock},
        {"title": "Name not yet read", "kind": "Community supervision", "lanes": ["criminal"], "facts": facts[:2]},
    ]


def step(title: str, state: str, when: datetime | None = None, detail: str = "") -> dict[str, Any]:
    """One step of a lane."""
    return {"title": title, "state": state, "at": when, "detail": detail}


def running_lanes() -> list[dict[str, Any]]:
    """The jail is answered; the immigration side is being examined."""
    return [
        {
            "key": "criminal", "title": "Criminal register", "summary": "Answered in 41 s", "tone": "good",
            "steps": [
                step("Searched", "done", at(seconds=19), "Hit"),
                step("First response", "done", at(seconds=41), "SRE, identified"),
            ],
        },
        {
            "key": "immigration", "title": "Immigration register", "summary": "Second examiner", "tone": "attention",
            "steps": [
                step("Searched", "done", at(seconds=23), "1 candidate"),
                step("First examiner", "done", at(minutes=9), "Confirmed"),
                step("Second examiner", "current", None, "In the queue"),
                step("Query sent", "waiting"),
                step("Determination", "waiting"),
                step("Second response", "waiting"),
            ],
        },
    ]  # fmt: skip


def finished_lanes() -> list[dict[str, Any]]:
    """Both answers have left."""
    running = running_lanes()
    steps = [
        step("Searched", "done", at(seconds=23), "1 candidate"),
        step("First examiner", "done", at(minutes=9), "Confirmed"),
        step("Second examiner", "done", at(minutes=17), "Confirmed"),
        step("Query sent", "done", at(minutes=17, seconds=2), "IAQ, acknowledged"),
        step("Determination", "done", at(hours=2, minutes=41), "Signed"),
        step("Second response", "done", at(hours=2, minutes=41, seconds=3), "IDR + IAR"),
    ]
    return [running[0], {**running[1], "summary": "Answered in 2 h 41 min", "tone": "good", "steps": steps}]


def failed_lanes() -> list[dict[str, Any]]:
    """The immigration search fails alone; the criminal answer is not touched."""
    steps = [step("Search", "stopped", at(seconds=40), "Register out of reach"), step("Search again", "waiting")]
    steps += [step("Examiners", "skipped"), step("Second response", "skipped")]
    running = running_lanes()
    return [running[0], {**running[1], "summary": "Search failed", "tone": "late", "steps": steps}]


def timeline() -> list[dict[str, Any]]:
    """Newest first."""
    return [
        {
            "at": at(minutes=17), "title": "Second examiner confirmed the match", "actor": "N. Example, examiner",
            "actor_kind": "person", "lane": "immigration", "tone": "good", "href": "#timeline",
            "link": "Examination record", "detail": "Ten fingers compared; conclusion: same source.",
        },
        {
            "at": at(minutes=9), "title": "First examiner confirmed the match", "actor": "A. Synthetic, examiner",
            "actor_kind": "person", "lane": "immigration", "recorded_at": at(hours=2, minutes=9),
        },
        {
            "at": at(minutes=5), "title": "Examination is taking long", "actor": "Worklist", "actor_kind": "machine",
            "lane": "immigration", "tone": "attention", "detail": "The second examiner has 60 minutes.",
        },
        {
            "at": at(seconds=41), "title": "First response sent", "actor": "Criminal register", "actor_kind": "machine",
            "lane": "criminal", "tone": "good", "detail": "SRE, identified. It did not wait for the other register.",
        },
        {
            "at": at(seconds=2), "title": "Submission received", "actor": "Sample County Jail (ZZTX00101)",
            "actor_kind": "agency", "lane": "both",
        },
    ]  # fmt: skip


def clocks() -> list[dict[str, Any]]:
    """One clock in each state, all allowed four hours."""
    due = at(hours=4)
    common = {"started": DAY, "due": due, "now": due, "stopped": None}
    return [
        {**common, "now": at(hours=1, minutes=46), "name": "running"},
        {**common, "now": at(hours=3, minutes=25), "name": "close"},
        {**common, "now": at(hours=4, minutes=35), "name": "late"},
        {**common, "stopped": at(hours=2, minutes=41), "name": "met"},
        {**common, "stopped": at(hours=5, minutes=12), "name": "missed"},
    ]


def live_clock(*, now: datetime) -> dict[str, Any]:
    """A clock that htmx keeps asking for: four hours from the last multiple of four hours."""
    started = now.replace(hour=now.hour - now.hour % 4, minute=0, second=0, microsecond=0)
    poll_url = reverse("web:styleguide-clock")
    return {"started": started, "due": started + timedelta(hours=4), "now": now, "poll_url": poll_url}


@cache
def drawn_fingers() -> list[dict[str, Any]]:
    """Ten synthetic fingers with the minutiae found in them, as tools/sample_fingers.py wrote them."""
    drawn: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("sample_fingers.json").read_text(encoding="utf-8")
    )
    return drawn


def fingers() -> list[dict[str, Any]]:
    """The card: eight images, one finger known by its marks only, one not printed."""
    card = []
    for finger in drawn_fingers():
        note = f"Quality {finger['quality']} · {len(finger['minutiae'])} minutiae"
        image = static(f"ui/samples/finger-{finger['position']}.webp")
        card.append({**finger, "image_url": image, "note": note})
    card[7] |= {"image_url": None, "note": f"Template only · {len(card[7]['minutiae'])} minutiae"}
    card[8] |= {"image_url": None, "minutiae": [], "note": "Not printed: bandaged"}
    return card


def first_response() -> dict[str, Any]:
    """A criminal-side message."""
    return {
        "title": "First response (SRE)", "text": FIRST_RESPONSE, "at": at(seconds=41), "sender": "ZZFBI0001",
        "recipient": "ZZTX00101", "reference": TCN, "lane": "criminal", "state": "Delivered", "tone": "good",
        "download_url": "#messages", "file_name": "first-response.eft", "pdf_url": "#messages", "xml_url": "#messages",
    }  # fmt: skip


def second_response() -> dict[str, Any]:
    """An immigration-side message that has not left."""
    text = "IDR/1.0 MATCH\nTCN:" + TCN + "\nORI:ZZTX00101\nFIN:9000000001\nNAM:SAMPLE, ONE\nVER:EXAMINER_2\n"
    text += "NOTE:MATCH TO A RECORD. NOT A STATEMENT OF UNLAWFUL PRESENCE. NOT A\n DETAINER.\nIAR:PENDING"
    return {
        "title": "Second response (IDR + IAR)", "text": text, "sender": "ZZIDENT01", "recipient": "ZZTX00101",
        "lane": "immigration", "state": "Waits for the determination", "tone": "working",
    }  # fmt: skip


def summary() -> list[dict[str, Any]]:
    """Facts of a booking."""
    return [
        {"term": "Control number", "value": TCN, "mono": True},
        {"term": "Name as booked", "value": "SAMPLE, ONE"},
        {"term": "Arrest charge", "value": "1313 Simple assault", "change_url": "#summary"},
        {"term": "Booked", "at": DAY},
        {"term": "State", "value": "Second examiner", "tone": "attention"},
        {"term": "State number", "value": None},
    ]


def columns() -> list[dict[str, Any]]:
    """Columns of the list of submissions."""
    return [
        {"key": "person", "title": "Person"},
        {"key": "number", "title": "Control number", "mono": True},
        {"key": "at", "title": "Received", "sort_url": "?sort=at#table", "sorted": "descending"},
        {"key": "criminal", "title": "Criminal answer", "sort_url": "?sort=criminal#table"},
        {"key": "immigration", "title": "Immigration side"},
        {"key": "clock", "title": "Second answer"},
        {"key": "fingers", "title": "Fingers", "numeric": True},
    ]


def rows() -> list[dict[str, Any]]:
    """Rows of the list of submissions, one of them late."""

    def row(number: int, name: str, immigration: tuple[str, str], minutes: float | None, **more: Any) -> dict[str, Any]:
        clock = {"due": at(hours=4), "started": DAY, "now": at(minutes=minutes or 0), "label": "Due"}
        return {
            "person": {"text": name, "href": "#table", "note": "Sample County Jail"},
            "number": f"SYNZZTX00101-20261122-{number:06}",
            "at": {"at": at(minutes=-7 * number), "style": "clock"},
            "criminal": {"text": "Identified", "tone": "good", "note": "in 41 s"},
            "immigration": {"text": immigration[0], "tone": immigration[1]},
            "clock": {"clock": clock} if minutes else None,
            "fingers": 10,
        } | more

    waiting = {"text": "Waits for examiner", "tone": "attention"}
    return [
        row(1, "SAMPLE, ONE", ("Second examiner", "attention"), 106),
        row(2, "SYNTHER, ADA", ("No match", "neutral"), None, fingers=9),
        row(3, "SAMPLE, THREE", ("Determination", "working"), 275, late=True),
        row(4, "SYNTHWELL, IDA", ("Not taking part", "neutral"), None, criminal=waiting),
    ]
