# SPDX-License-Identifier: Apache-2.0
"""A submission's life as two tracks and as a timeline, from its events.

In: the states and the worded events of `platform.events.selectors.timeline`. Out: contexts of two_lanes and timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.platform.ui.clocks import words
from secure_communities.web.presenters import states
from secure_communities.web.presenters.sight import Sight

Event = Mapping[str, Any]
ENDED_WITHOUT_MATCH = {Immigration.REJECTED: "Candidate excluded", Immigration.INCONCLUSIVE: "Inconclusive"}
PARTS = {
    "intake": "Intake", "command": "Command line", "folder": "Watched folder",
    "criminal": "Criminal register", "immigration": "Immigration register",
    "responses": "Responses", "delivery": "Delivery", "support-centre": "Support centre, automatic",
    "examination": "Rule of two examiners", "evidence": "Evidence, automatic",
}  # fmt: skip
BY = {"api": "fetched over the API", "folder": "written to the agency's folder", "screen": "fetched on screen"}
# On the immigration side the machine finds records to look at; only people find a match.
OUTCOMES = {
    "criminal": {"HIT": "Identified", "POSSIBLE": "Possible match", "NO_HIT": "No record found"},
    "immigration": {"HIT": "Candidates found", "POSSIBLE": "Candidates found", "NO_HIT": "No record found"},
}
# What is said about a case's priority: whoever matches or researches never learns it, and no agency does.
PRIORITY = frozenset({"assessment", "override", "finding", "circumstance", "outcome", "queue"})
BLINDED = frozenset({"decision", "first-look", "lead-needed"})  # what a reader who decides yet must not be told
# The order of the immigration side's states on its main way, to tell what is done from what is to come.
WAY = (
    Immigration.WAITING, Immigration.EXAMINER, Immigration.CONFIRMED, Immigration.QUERIED,
    Immigration.ACKNOWLEDGED, Immigration.DETERMINED, Immigration.ANSWERED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Life:
    """The facts the tracks are drawn from. `blind`: the reader decides yet; nothing may hint at an outcome."""

    intake: str
    criminal: str
    immigration: str
    received_at: datetime
    ori: str
    events: Sequence[Event]
    blind: bool = False

    def first(self, kind: str) -> Event | None:
        """The first event of a kind."""
        return next((event for event in self.events if event["kind"] == kind), None)

    def all(self, kind: str) -> list[Event]:
        """Every event of a kind, oldest first."""
        return [event for event in self.events if event["kind"] == kind]

    def at(self, kind: str) -> datetime | None:
        """When the first event of a kind happened."""
        event = self.first(kind)
        return event["at"] if event else None


def origin(life: Life) -> dict[str, Any]:
    """Where both tracks start."""
    return {"title": "File received", "at": life.received_at, "detail": life.ori}


def lanes(life: Life, sight: Sight) -> list[dict[str, Any]]:
    """The tracks this reader may see: the criminal one, and the immigration one where the purpose includes it."""
    return [_criminal_lane(life), *([_immigration_lane(life)] if sight.immigration else [])]


def _step(title: str, state: str, at: datetime | None = None, detail: str = "") -> dict[str, Any]:
    return {"title": title, "state": state, "at": at, "detail": detail}


def _lane(key: str, title: str, summary: states.Worded, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"key": key, "title": title, "summary": summary[0], "tone": summary[1], "steps": steps}


def _done_or(state: str, title: str, event: Event | None, detail: str = "") -> dict[str, Any]:
    return _step(title, "done", event["at"], detail) if event else _step(title, state)


def _searched(life: Life, register: str, waiting: bool) -> dict[str, Any]:
    event = life.first(f"{register}:searched")
    detail = ""
    if event and not life.blind:
        detail = OUTCOMES[register].get(str(event["data"].get("outcome", "")), "")
    return _done_or("current" if waiting else "waiting", "Searched", event, detail)


def _criminal_lane(life: Life) -> dict[str, Any]:
    summary = states.criminal(life.intake, life.criminal)
    if life.intake == Intake.REFUSED:
        steps = [
            _step("File refused", "stopped", life.at("submission:refused")),
            _done_or("current", "Error response", life.first("response:error")),
        ]
        return _lane("criminal", "Criminal register", summary, steps)
    accepted = life.first("submission:accepted")
    fingers = f"{len(accepted['data'].get('fingers', []))} fingers" if accepted else ""
    steps = [
        _done_or("current", "File checked", accepted, fingers),
        _searched(life, "criminal", bool(accepted) and life.criminal == Criminal.WAITING),
    ]
    if life.first("criminal:examination-opened"):
        decided = [] if life.criminal == Criminal.EXAMINER else life.all("criminal:decision")
        steps.append(_done_or("current", "Examiner decided", decided[-1] if decided else None))
    answered, none_due = life.first("response:first"), life.first("response:none-due")
    if none_due:
        steps.append(_step("No answer due", "skipped", none_due["at"], "for this type of submission"))
        summary = ("Done, no answer due", "good")
    else:
        ready = life.criminal in (Criminal.IDENTIFIED, Criminal.NOT_IDENTIFIED)
        steps.append(_done_or("current" if ready else "waiting", "First response", answered))
    if answered:
        summary = (f"Answered in {words(answered['at'] - life.received_at)}", "good")
    return _lane("criminal", "Criminal register", summary, steps)


def _immigration_lane(life: Life) -> dict[str, Any]:
    state, summary = life.immigration, states.immigration(life.intake, life.immigration)
    if life.intake == Intake.REFUSED or state == Immigration.NOT_SEARCHED:
        reason = life.first("immigration:not-searched")
        detail = reason["detail"] if reason else "The file was refused."
        steps = [_step("Not searched", "skipped", reason["at"] if reason else None, detail)]
        return _lane("immigration", "Immigration register", summary, steps)
    steps = [_searched(life, "immigration", life.intake == Intake.ACCEPTED and state == Immigration.WAITING)]
    if state == Immigration.NO_MATCH:
        steps += [
            _done_or("current", "Prints discarded", life.first("immigration:probe-discarded")),
            _notice(life, "Notice to the agency", "response:no-match"),
        ]
    else:
        steps += _examiners(life)
        if state in ENDED_WITHOUT_MATCH:
            gone = life.first("immigration:probe-discarded")
            steps += [
                _step(ENDED_WITHOUT_MATCH[Immigration(state)], "stopped", gone["at"] if gone else None,
                      "Prints discarded"),
                _notice(life, "Notice to the agency", "response:no-match"),
            ]  # fmt: skip
        else:
            steps += _after_confirmation(life)
    second = life.first("response:second")
    if second:
        summary = (f"Answered in {words(second['at'] - life.received_at)}", "good")
    return _lane("immigration", "Immigration register", summary, steps)


def _examiners(life: Life) -> list[dict[str, Any]]:
    if life.blind:  # who else has looked, and whether, is not told
        return [_step("Examiners", "current" if life.immigration == Immigration.EXAMINER else "waiting")]
    decisions, lead = life.all("immigration:decision"), life.first("immigration:lead-needed")
    plain = [one for one in decisions if not one["data"].get("lead")][:2]
    leads = [one for one in decisions if one["data"].get("lead")]
    steps = []
    for number, title in enumerate(("First examiner", "Second examiner")):
        current = life.immigration == Immigration.EXAMINER and len(plain) == number
        steps.append(
            _done_or("current" if current else "waiting", title, plain[number] if number < len(plain) else None)
        )
    if lead:
        steps.append(_done_or("current", "Lead examiner", leads[-1] if leads else None))
    return steps


def _after_confirmation(life: Life) -> list[dict[str, Any]]:
    reached = WAY.index(Immigration(life.immigration))
    at_centre = reached >= WAY.index(Immigration.ACKNOWLEDGED)
    sent, signed = life.first("query:sent"), life.first("determination:signed")
    pending = "Drafted, to be signed" if life.first("determination:drafted") else "At the support centre"
    determination = _done_or("current" if at_centre else "waiting", "Determination", signed, "Signed")
    if determination["state"] == "current":
        determination["detail"] = pending
    return [_done_or("waiting", "Query sent", sent), determination, _notice(life, "Second response", "response:second")]


def _notice(life: Life, title: str, kind: str) -> dict[str, Any]:
    sent, withheld = life.first(kind), life.first("response:withheld")
    if not sent and withheld:
        return _step(title, "skipped", withheld["at"], "The agency does not take it")
    return _done_or("waiting", title, sent)


def _detail(life: Life, event: Event) -> Any:
    if event["kind"] == "response:delivered":
        kind, by = str(event["data"].get("kind", "")), str(event["data"].get("by", ""))
        return f"{kind.replace('_', ' ').capitalize()} response, {BY.get(by, by)}"
    return "" if life.blind and event["kind"].endswith(":searched") else event["detail"]


def timeline(life: Life, sight: Sight, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What happened, newest first, as far as this reader may know it.

    `names`: display names of staff by username. Agencies read of "an examiner", never of the examiner by name.
    A blind reader sees neither who decided nor how many candidates there were.
    """
    items = []
    for event in reversed(life.events):
        if event["lane"] == "immigration" and not sight.immigration:
            continue
        subject, _, act = event["kind"].partition(":")
        # Which register holds a record is the support centre's to know, and the auditors'.
        if subject == "evidence" and not (sight.centre or sight.evidence):
            continue
        if subject in PRIORITY and not sight.priority:
            continue
        if life.blind and (act in BLINDED or subject == "work"):
            continue
        person = event["actor_kind"] == "person"
        agency = event["actor"] == life.ori
        actor = (
            PARTS.get(event["actor"], names.get(event["actor"], event["actor"])) if sight.immigration or agency else ""
        )
        items.append(
            {
                "at": event["at"],
                "title": event["title"],
                "detail": _detail(life, event),
                "actor": actor or ("An examiner of the register" if person else "The system"),
                "actor_kind": "agency" if agency else event["actor_kind"],
                "lane": event["lane"],
                "tone": event["tone"],
            }
        )
    return items
