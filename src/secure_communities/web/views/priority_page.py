# SPDX-License-Identifier: Apache-2.0
"""Gather what the page of an assessment shows: what stands, its inputs, what people added, what went before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.policy.priority import Facts, Gap, RuleSet, reassess, rule_sets
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.assessments import services as assessing
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.facts import selectors as facts_on_record
from secure_communities.prioritize.facts.vocabulary import CIRCUMSTANCES, CircumstanceCode
from secure_communities.prioritize.reviews import rules as reviews
from secure_communities.prioritize.reviews.rules import Filling
from secure_communities.prioritize.rulesets.selectors import active_rule_set
from secure_communities.web.navigation import address
from secure_communities.web.presenters import assessments as presented


@dataclass(frozen=True, slots=True)
class Case:
    """Who reads which case, for what purpose and when."""

    request: HttpRequest
    query: StatusQuery
    purpose: PersonPurpose
    now: datetime

    def address(self, name: str, *more: Any) -> str:
        """A page of the case, with the purpose stated."""
        return f"{reverse(f'web:{name}', args=[self.query.pk, *more])}?{urlencode({'purpose': self.purpose.value})}"

    def may(self, permission: Permission) -> bool:
        """Whether the reader may do something with this case."""
        return bool(may(self.request.user, permission, self.query.submission.originator, at=self.now))


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands for a case under the rules that order the work: its row, and the assessment behind it."""

    current: CurrentAssessment | None

    @property
    def assessment(self) -> Assessment | None:
        """The assessment in force."""
        return self.current.assessment if self.current else None


def of(query: StatusQuery, *, at: datetime) -> Stands:
    """What stands for the case."""
    return Stands(selectors.current_of(query, at=at))


def link(reader: Any, query: StatusQuery | None, submission: Submission) -> str:
    """The page of a case's priority, for a reader who may open it; empty for every other. The page asks the purpose."""
    if query is None or not may(reader, Permission.ASSESSMENT_VIEW, submission.originator):
        return ""
    return reverse("web:assessment", args=[query.pk])


def page_of(case: Case, stands: Stands, shown: Assessment) -> dict[str, Any]:
    """The context of the page of one assessment."""
    rules, facts = selectors.rules_of(shown), Facts.of(shown.inputs)
    result, said = reassess(rules, shown.inputs), selectors.explanation_of(shown)
    current = stands.current if stands.assessment and stands.assessment.pk == shown.pk else None
    override = current.override if current else None
    pages = addresses(case)
    return {
        "bar": presented.bar(case.query, shown, title=rules.title_of(shown.answer), override=override),
        "view": {
            "headline": said.headline,
            "ladder": presented.ladder(rules, shown.answer),
            "override": presented.override_notice(override, rules, reverse("web:override", args=[override.pk]))
            if override
            else None,
            "provisional": presented.provisional(rules, result),
            "notices": said.notices,
            "reasons": presented.reasons(facts, result, said, pages),
            "charges": presented.charges(facts, pages),
            "charge_columns": presented.CHARGE_COLUMNS,
            "findings": presented.stated(facts),
            "finding_columns": presented.FINDING_COLUMNS,
            "gaps": presented.gaps(result, said, lambda gap: filled_at(case, gap)),
            "changes": presented.changes(rules, said),
            "sets": set_rows(case),
            "set_columns": presented.SET_COLUMNS,
            "draft": rules.draft,
            "rule_rows": presented.rule_rows(said, shown),
            "verified": verified(shown),
            "inputs": json.dumps(shown.inputs, indent=2, sort_keys=True),
        },
        "circumstances": circumstances(case),
        "circumstance_url": case.address("record-circumstance") if case.may(Permission.CIRCUMSTANCE_RECORD) else "",
        "acts": acts(case, left=current is not None and shown.answer in reviews.OPEN),
        "left": reviews.left_to_a_person(result) if current and not override else "",
        "history": presented.history(
            selectors.history_of(case.query, rule_set=shown.rule_set),
            selectors.rules_of,
            lambda one: case.address("former-assessment", one.pk),
        ),
    }


def circumstances(case: Case) -> list[dict[str, str]]:
    """The circumstances that hold, each with who recorded it."""
    return [
        {
            "title": CIRCUMSTANCES[CircumstanceCode(one.code)],
            "text": facts_on_record.words_of(one),
            "by": f"{one.recorded_by.display_name}, {one.recorded_at:%b} {one.recorded_at.day}, {one.recorded_at.year}",
        }
        for one in facts_on_record.circumstances_in_force(case.query)
    ]


def acts(case: Case, *, left: bool) -> list[dict[str, str]]:
    """What the reader can do with the case."""
    deciding = "Decide it" if left else "Propose another answer"
    offered = (
        (Permission.OVERRIDE_PROPOSE, "propose-override", deciding, "A second person approves it; it ends by itself."),
        (Permission.FINDING_STATE, "state-finding", "State a finding", "A fact on evidence that you read."),
    )
    found = [
        {"text": text, "href": case.address(name), "note": note}
        for permission, name, text, note in offered if case.may(permission)
    ]  # fmt: skip
    if case.may(Permission.ASSESSMENT_AGAIN):
        note = "What would come of it is shown first."
        found.append({"text": "Assess it again", "href": case.address("assess-again"), "note": note})
    return found


def verified(shown: Assessment) -> dict[str, str]:
    """Whether the stored inputs, computed again now under the stored rules, give the stored answer (S6)."""
    if selectors.still_holds(shown):
        return {"text": "Computed again now from the stored inputs: the same answer", "tone": "good"}
    return {"text": "Computed again now from the stored inputs: another answer. Tell an auditor", "tone": "late"}


def dry_run_rows(case_query: StatusQuery, *, at: datetime) -> list[dict[str, Any]]:
    """What stands, and what assessing now would give."""
    rules = active_rule_set(at)
    current = selectors.current_of(case_query, at=at)
    _, result = assessing.dry_run(query=case_query, at=at, rules=rules)
    stands = rules.title_of(current.answer) if current else "Not assessed yet"
    return [
        {"term": "Rules", "value": f"{rules.title}, version {rules.version}"},
        {"term": "Stands now", "value": stands},
        {"term": "Would be", "value": rules.title_of(result.answer)},
        {"term": "Final", "value": "Provisional" if result.provisional else "Final on what is known"},
        {"term": "Rests on", "value": presented.BASES[result.basis]},
        {"term": "Because", "value": result.decided_by.because},
    ]


def set_rows(case: Case) -> list[dict[str, Any]]:
    """The answers of every set of rules that assessed the case."""
    sets: list[tuple[RuleSet, Assessment, str]] = []
    for one in rule_sets():
        current = selectors.current_of(case.query, at=case.now, rule_set=one.code)
        if current is not None:
            made = current.assessment
            sets.append((selectors.rules_of(made), made, case.address("former-assessment", made.pk)))
    return presented.set_rows(sets, ordering=active_rule_set(case.now).code)


def addresses(case: Case) -> presented.Address:
    """Where the pages of stored charges and findings lie, for this reader; empty where the reader may not go."""
    return lambda reference: _charge_page(case, reference)


def _charge_page(case: Case, reference: str) -> str:
    kind, _, number = reference.partition(":")
    allowed = may(case.request.user, Permission.CHARGE_CONFIRM) or case.may(Permission.OUTCOME_ASK)
    if kind != "charge" or not number.isdigit() or not allowed:
        return ""
    return address("web:confirm-charge", int(number))


def filled_at(case: Case, gap: Gap) -> str:
    """Where the reader fills a gap; empty where the reader may not."""
    pages: Mapping[Filling, str] = {
        Filling.CONFIRM_CODE: _charge_page(case, gap.reference),
        Filling.REFRESH_OUTCOME: _charge_page(case, gap.reference),
        Filling.RECORD_SENTENCE: _charge_page(case, gap.reference),
    }
    if reviews.filling(gap) is Filling.STATE_FINDING and case.may(Permission.FINDING_STATE):
        return f"{case.address('state-finding')}&{urlencode({'name': gap.reference.partition(':')[2]})}"
    return pages.get(reviews.filling(gap), "")


def former_words(shown: Assessment, stands: Stands) -> str:
    """How a former assessment, or one of other rules, differs from the one in force."""
    now = stands.assessment
    if now is not None and now.rule_set != shown.rule_set:
        return f"Under {shown.rule_set}, which does not order the work: {now.rule_set} does."
    return "Another assessment stands now. This one is shown as it was stored, with its own inputs and rules."
