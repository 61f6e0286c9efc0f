# SPDX-License-Identifier: Apache-2.0
"""One assessment as a PDF for people, from the same explanation as the page and the API.

In: a stored assessment. Out: PDF bytes, the same each time: the moment of assessment counts as its creation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from secure_communities.platform.documents import render
from secure_communities.policy.offences import offence
from secure_communities.policy.priority import Facts
from secure_communities.policy.priority import sentences as say
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment

STRAIGHT = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-"})


def pdf_of(assessment: Assessment) -> bytes:
    """The document of an assessment, with the override in force beside it. DocumentFailed if it cannot be set."""
    return render(template(), describe(assessment), created=assessment.assessed_at)


@cache
def template() -> str:
    """The template of an assessment."""
    return (resources.files(__package__) / "pages" / "assessment.typ").read_text("utf-8")


def describe(assessment: Assessment) -> dict[str, Any]:
    """What the page shows."""
    rules = selectors.rules_of(assessment)
    said = selectors.explanation_of(assessment)
    facts = Facts.of(assessment.inputs)
    answer, outside = rules.title_of(assessment.answer), assessment.rank is None
    title, citation, *more = said.rule_text
    could = [rules.title_of(one) for one in assessment.result["could_become"]]
    page: dict[str, Any] = _printable({
        "title": f"Assessment of case {assessment.query.reference}",
        "author": "Prioritisation (synthetic demonstration)",
        "description": f"Assessment {assessment.pk} of case {assessment.query.reference}. Synthetic data.",
        "reference": f"Assessment {assessment.pk}",
        "answer": answer,
        "headline": said.headline,
        "outside": outside,
        "override": _override(assessment),
        "provisional": assessment.provisional,
        "could": ", ".join(could),
        "reasons": list(said.reasons),
        "missing": list(said.missing),
        "changes": [one.sentence for one in said.changes],
        "notices": list(said.notices),
        "facts": [
            ["Rules", title],
            ["Citation", citation],
            *([["In force", one] for one in more[:1]]),
            ["Hash of the rules", assessment.rule_hash],
            ["Hash of the inputs", assessment.inputs_hash],
            ["Assessed", _moment(assessment.assessed_at)],
            ["Rests on", assessment.basis.capitalize()],
        ],
        "charges": [
            [
                str(number), _offence(one.code), say.OUTCOMES[one.outcome].rstrip(":").capitalize(),
                say.months(one.sentence_months) if one.sentence_months is not None else "",
            ]
            for number, one in enumerate(sorted(facts.charges, key=lambda each: each.reference), start=1)
        ],
    })  # fmt: skip
    return page


def _printable(value: Any) -> Any:
    """The documents' fonts have straight quotation marks only."""
    if isinstance(value, str):
        return value.translate(STRAIGHT)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list) else value


def _offence(code: str | None) -> str:
    found = offence(code) if code else None
    return f"{code} {found.description.capitalize()}" if found else "Not known"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def _override(assessment: Assessment) -> str | None:
    """What two people decided otherwise while it stands; None where the assessment alone counts."""
    standing = CurrentAssessment.objects.filter(assessment=assessment).select_related("override").first()
    if standing is None or standing.override is None:
        return None
    title = selectors.rules_of(assessment).title_of(standing.override.answer)
    return f"{title} counts in its place, approved by a second person, until {_moment(standing.override.expires_at)}."
