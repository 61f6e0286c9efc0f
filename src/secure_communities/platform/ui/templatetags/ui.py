# SPDX-License-Identifier: Apache-2.0
"""The component tags: `{% load ui %}`.

Each takes plain values, checks the words that choose a style, and renders the partial of its name in templates/ui/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect, Select, Textarea
from django.forms.widgets import CheckboxSelectMultiple
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from secure_communities.platform.ui.clocks import read_clock, words
from secure_communities.platform.ui.minutiae import FINGERS, draw_marks, mark_radius
from secure_communities.platform.ui.sentences import MATCH_DISCLAIMER, SYNTHETIC_BANNER
from secure_communities.platform.ui.tones import ACTORS, LANE_TITLES, TONE_ICONS, Lane, lane_of, tone_of

register = template.Library()

SPRITE = "vendor/uswds-3.14.0/img/sprite.svg"
RECORDED_LATE = 3600  # seconds between an event and its record after which the timeline says so
STEP_STATES = {
    "done": "Done",
    "current": "Now",
    "waiting": "To come",
    "skipped": "Not needed",
    "stopped": "Stopped",
}
serial = count(1)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of the USWDS sprite. Decorative unless a label is given."""
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="usa-icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>', extra, label, href
        )
    return format_html(
        '<svg class="usa-icon {}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', extra, href
    )


@register.simple_tag
def moment(at: datetime | None, style: str = "full") -> SafeString | str:
    """A time as `<time>`: style "full" (Nov 22, 2026 14:32 UTC), "day", or "clock" (14:32:07)."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    day = f"{local:%b} {local.day}, {local.year}"
    text = {"full": f"{day} {local:%H:%M %Z}", "day": day, "clock": f"{local:%H:%M:%S}"}[style]
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), f"{day} {local:%H:%M:%S %Z}", text)


@register.inclusion_tag("ui/status_tag.html")
def status_tag(text: str, tone: str = "neutral") -> dict[str, Any]:
    """A state in words, with a tone."""
    return {"text": text, "tone": tone_of(tone), "icon_name": TONE_ICONS[tone_of(tone)]}


@register.inclusion_tag("ui/lane_tag.html")
def lane_tag(lane: str | None) -> dict[str, Any]:
    """The name of a lane with its mark."""
    return {"lane": lane_of(lane), "title": LANE_TITLES[lane_of(lane)]}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]], heading_level: int = 3) -> dict[str, Any]:
    """What happened, in the order given."""
    shown: list[dict[str, Any]] = []
    for item in items:
        actor_icon, actor_word = ACTORS[item.get("actor_kind") or "machine"]
        recorded = item.get("recorded_at")
        lag = (recorded - item["at"]).total_seconds() if recorded else 0
        shown.append(
            {
                **item,
                "tone": tone_of(item.get("tone")),
                "lane": lane_of(item.get("lane")),
                "day": timezone.localtime(item["at"]).date(),
                "actor_icon": actor_icon,
                "actor_word": actor_word,
                "recorded_late": words(recorded - item["at"]) if recorded and lag > RECORDED_LATE else "",
            }
        )
    return {"items": shown, "heading": f"h{heading_level}"}


@register.inclusion_tag("ui/two_lanes.html")
def two_lanes(lanes: Sequence[Mapping[str, Any]], origin: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The life of a submission: one origin, two tracks that run side by side."""
    shown = []
    for lane in lanes:
        steps = [{**step, "state_word": STEP_STATES[step["state"]]} for step in lane["steps"]]
        shown.append({**lane, "key": Lane(lane["key"]), "tone": tone_of(lane.get("tone")), "steps": steps})
    return {"lanes": shown, "origin": origin, "columns": max((len(lane["steps"]) for lane in shown), default=1)}


@register.inclusion_tag("ui/clock.html")
def clock(
    due: datetime,
    started: datetime,
    now: datetime,
    stopped: datetime | None = None,
    label: str = "Due",
    poll_url: str = "",
    size: str = "normal",
) -> dict[str, Any]:
    """A service clock: how much of the allowed time is used, and what is left."""
    stopped = stopped or None  # a missing template variable arrives as ""
    reading = read_clock(due=due, started=started, now=now, stopped=stopped)
    polls = poll_url if stopped is None else ""
    return {"clock": reading, "due": due, "label": label, "poll_url": polls, "size": size}


@register.inclusion_tag("ui/fingerprint_card.html")
def fingerprint_card(
    fingers: Iterable[Mapping[str, Any]], title: str = "Fingerprints", shown: bool = True, columns: int = 5
) -> dict[str, Any]:
    """Finger images with their minutiae drawn over them; a checkbox shows and hides the marks."""
    drawn = []
    for finger in fingers:
        radius = mark_radius(width=finger["width"], height=finger["height"])
        marks = draw_marks(finger.get("minutiae") or (), radius=radius)
        label = finger.get("label") or FINGERS.get(finger.get("position") or 0, "Finger")
        paired = sum(mark.pair is not None for mark in marks)
        drawn.append(
            {**finger, "label": label, "radius": radius, "diameter": radius * 2, "letters": radius * 2.8,
             "marks": marks, "paired": paired}
        )  # fmt: skip
    return {"fingers": drawn, "title": title, "shown": shown, "columns": columns, "id": f"marks-{next(serial)}"}


@register.inclusion_tag("ui/message_viewer.html")
def message_viewer(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as it went over the wire, with copy and download."""
    tone = tone_of(message.get("tone"))
    return {**message, "tone": tone, "lane": lane_of(message.get("lane")), "id": f"message-{next(serial)}"}


@register.inclusion_tag("ui/summary_list.html")
def summary_list(rows: Iterable[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """Terms and values."""
    return {"rows": rows, "title": title}


@register.inclusion_tag("ui/data_table.html")
def data_table(
    columns: Sequence[Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    caption: str,
    empty: str = "Nothing here yet.",
    caption_hidden: bool = False,
) -> dict[str, Any]:
    """A table of records; sorting is a link, stacking on small screens is CSS."""
    shown = [
        {"row": row, "cells": [{"column": column, "cell": as_cell(row.get(column["key"]))} for column in columns]}
        for row in rows
    ]
    return {
        "columns": columns, "rows": shown, "caption": caption, "empty": empty, "caption_hidden": caption_hidden
    }  # fmt: skip


def as_cell(value: Any) -> dict[str, Any]:
    """A cell: a mapping as given, anything else as text; a time as a time; nothing as a dash."""
    if isinstance(value, Mapping):
        return {**value, "tone": tone_of(value["tone"])} if value.get("tone") else dict(value)
    if isinstance(value, datetime):
        return {"at": value}
    return {"text": "–" if value is None or value == "" else value}


@register.inclusion_tag("ui/stat_tiles.html")
def stat_tiles(tiles: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A row of counts."""
    return {"tiles": [{**tile, "tone": tone_of(tile.get("tone"))} for tile in tiles]}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], label: str = "Pages") -> dict[str, Any]:
    """Links to the pages of a list; the rest of the query string is kept."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def link(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [{"number": number, "href": link(number) if isinstance(number, int) else ""} for number in numbers]
    return {
        "page": page,
        "links": links,
        "label": label,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/steps.html", takes_context=True)
def steps(
    context: template.Context, part: Any, counted: str, noun: str = "rows", label: str = "Pages"
) -> dict[str, Any]:
    """Links through a list whose pages are not numbered; the rest of the query string is kept."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is not None:
        for name in ("before", "after"):
            query.pop(name, None)
    first = "" if query is None or not part.previous else f"?{query.urlencode()}"
    return {
        "shown": len(part.rows), "counted": counted, "noun": noun, "label": label, "first": first,
        "previous": part.previous, "next": part.next,
    }  # fmt: skip


@register.inclusion_tag("ui/notice.html")
def notice(text: str, tone: str = "neutral", title: str = "") -> dict[str, Any]:
    """A message to the reader: what happened, or what to know."""
    return {"text": text, "title": title, "tone": tone_of(tone), "icon_name": NOTICE_ICONS[tone_of(tone)]}


NOTICE_ICONS = {
    "neutral": "info", "working": "info", "good": "check_circle", "attention": "warning", "late": "error"
}  # fmt: skip


@register.inclusion_tag("ui/match_disclaimer.html")
def match_disclaimer() -> dict[str, Any]:
    """The sentence that stands wherever a match is shown."""
    return {"sentence": MATCH_DISCLAIMER}


@register.inclusion_tag("ui/synthetic_banner.html")
def synthetic_banner() -> dict[str, Any]:
    """The strip that stands on every page."""
    return {"first": SYNTHETIC_BANNER[0], "rest": SYNTHETIC_BANNER[1]}


WIDGET_CLASSES: Sequence[tuple[tuple[type, ...], str]] = (
    ((RadioSelect, CheckboxSelectMultiple), ""),
    ((CheckboxInput,), "usa-checkbox__input"),
    ((FileInput,), "usa-file-input-plain"),
    ((Textarea,), "usa-textarea"),
    ((Select,), "usa-select"),
)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field: label, hint, errors and the control, tied together for assistive technology."""
    widget = bound.field.widget
    grouped = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    single = isinstance(widget, CheckboxInput) and not grouped
    style = next((style for kinds, style in WIDGET_CLASSES if isinstance(widget, kinds)), "usa-input")
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes = {"aria-describedby": " ".join(described)} if described and not grouped else {}
    if bound.errors and not grouped:
        attributes["aria-invalid"] = "true"
        style += " usa-input--error"
    control = "" if grouped else bound.as_widget(attrs={**attributes, "class": style.strip()})
    return {
        "field": bound,
        "control": control,
        "options": list(bound) if grouped else [],
        # Django's several checkboxes are a kind of its radio buttons.
        "option_style": "usa-checkbox" if isinstance(widget, CheckboxSelectMultiple) else "usa-radio",
        "grouped": grouped,
        "single": single,
        "described_by": " ".join(described),
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """All errors of a form, each a link to its field."""
    fields = [(bound, error) for bound in form for error in bound.errors]
    return {"form": form, "fields": fields, "others": form.non_field_errors()}


@register.inclusion_tag("ui/check_answers.html", takes_context=True)
def check_answers(context: template.Context, panel: Mapping[str, Any]) -> dict[str, Any]:
    """What is about to be recorded, to be read before it is."""
    return {**panel, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/interruption.html", takes_context=True)
def interruption(context: template.Context, panel: Mapping[str, Any]) -> dict[str, Any]:
    """A stop before an act that cannot be taken back."""
    return {**panel, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/done_panel.html")
def done_panel(panel: Mapping[str, Any]) -> dict[str, Any]:
    """What was done, its reference, and what happens next."""
    return {**panel}


@register.inclusion_tag("ui/identity_bar.html")
def identity_bar(bar: Mapping[str, Any], level: int = 1) -> dict[str, Any]:
    """Who and what a page is about; its title is the page's first heading unless a level is given."""
    return {**bar, "heading": f"h{level}"}


@register.inclusion_tag("ui/filter_bar.html")
def filter_bar(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filter of a list, its results counted, each filter removable."""
    return {**filters}
