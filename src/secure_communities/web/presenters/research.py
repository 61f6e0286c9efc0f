# SPDX-License-Identifier: Apache-2.0
"""A status query, its draft and the records behind it, as summary rows. In: rows and opened identities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from secure_communities.identify.records.identities import Encounter, ImmigrationIdentity
from secure_communities.interchange.messages.vocabulary import Determination, sentence
from secure_communities.policy.determination import detainer_words
from secure_communities.web.presenters import states
from secure_communities.web.presenters.submission import spaced

Rows = list[dict[str, Any]]


def identity_bar(query: Any, *, signed_at: datetime | None, now: datetime) -> dict[str, Any]:
    """What the page is about."""
    text, tone = states.QUERY[query.state]
    agency = query.submission.originator
    return {
        "kind": "Status query",
        "title": query.reference,
        "lanes": ["immigration"],
        "tags": [{"text": text, "tone": tone}],
        "facts": [
            {"term": "Submission", "value": query.submission.control_number, "mono": True},
            {"term": "Agency", "value": f"{agency.agency.name} ({agency.ori})"},
            {"term": "Sent", "at": query.sent_at},
        ],
        "clock": {
            "due": query.due_at, "started": query.sent_at, "stopped": signed_at, "now": now,
            "label": "Determination due",
        },
    }  # fmt: skip


def draft_rows(code: str, evidence: Sequence[Mapping[str, str]], confidence: str) -> Rows:
    """A proposed determination: its code, the sentence that will stand in the message, what it rests on."""
    return [
        {"term": "Determination", "value": code.replace("_", " ")},
        {"term": "What it says", "value": sentence(Determination(code))},
        *(
            {
                "term": f"Evidence {number}",
                "value": f"{one['system']}: {one['record']}, retrieved {_moment(one['retrieved_at'])}",
            }
            for number, one in enumerate(evidence, start=1)
        ),
        {"term": "Confidence", "value": confidence},
    ]


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at:%b} {at.day}, {at.year} {at:%H:%M} UTC"


def conviction(disposition: Any) -> str:
    """A conviction in one line."""
    charge = disposition.charge
    return f"{charge.code or 'UNKNOWN'}, {disposition.source}, {disposition.decided_on or 'no date'}"


def concurrence_rows(concurrences: Sequence[Any]) -> Rows:
    """Who of the two has agreed."""
    given = {one.capacity: one for one in concurrences}
    return [
        {"term": words, "value": f"Agreed: {given[code].reviewer.display_name}" if code in given else "Not yet"}
        for code, words in (("SUPPORT_SUPERVISOR", "Supervisor"), ("COUNSEL", "Counsel"))
    ]


def determination_rows(determination: Any, *, authority: str, reason: str, correction: str = "") -> Rows:
    """A signed determination; `correction`: why it replaced the one before."""
    return [
        *([{"term": "Correction", "value": correction}] if correction else []),
        {"term": "Determination", "value": determination.code.replace("_", " ")},
        {"term": "What it says", "value": sentence(Determination(determination.code))},
        {"term": "What it allows", "value": detainer_words(Determination(determination.code))},
        {"term": "Drafted by", "value": determination.drafter.display_name},
        {"term": "Signed by", "value": determination.signer.display_name},
        {"term": "Authority", "value": authority},
        {"term": "Reason", "value": reason},
        {"term": "Signed", "at": determination.signed_at},
    ]


def register_rows(identity: ImmigrationIdentity) -> Rows:
    """What the immigration register holds: each identity given, each encounter."""
    rows: Rows = [
        {"term": "Register number", "value": identity.fin, "mono": True},
        {"term": "File number", "value": identity.a_number, "mono": True},
    ]
    for number, one in enumerate(identity.identities, start=1):
        given = [
            spaced(one.name),
            f"born {one.dob:%b} {one.dob.day}, {one.dob.year}" if one.dob else "",
            f"in {one.pob}" if one.pob else "",
            f"citizenship claimed {one.citizenship}" if one.citizenship else "",
            f"{one.doc_type} {one.doc_no}".strip(),
        ]
        rows.append({"term": f"Identity {number}", "value": ", ".join(part for part in given if part)})
    encounters = identity.encounters or ((identity.last_encounter,) if identity.last_encounter else ())
    rows += [{"term": f"Encounter {number}", "value": _encounter(one)} for number, one in enumerate(encounters, 1)]
    return rows


def _encounter(one: Encounter) -> str:
    when = f"{one.date:%b} {one.date.day}, {one.date.year}" if one.date else "no date"
    return ", ".join(part for part in (when, one.organisation_class, one.site, one.reason) if part)
