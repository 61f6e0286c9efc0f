# SPDX-License-Identifier: Apache-2.0
"""An assessment in plain words, and what would have to be otherwise for another answer. One function for every reader.

In: rules, facts, result. Out: an `Explanation`. Each counterfactual changes one fact and is recomputed, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from secure_communities.policy.priority import sentences as say
from secure_communities.policy.priority.answers import Basis, Change, Explanation, Outside, Result
from secure_communities.policy.priority.calculator import Calculator, calculator
from secure_communities.policy.priority.facts import ChargeFact, Facts, Finding, FindingName, Outcome, Standing
from secure_communities.policy.priority.tables import RuleSet

NOTICES: Final = (
    "A level orders work. It is no finding of guilt, of unlawful presence or of citizenship, and no detainer.",
    "All cases are reviewed, whatever their level.",
)
DRAFT_NOTICE: Final = (
    "The table is a draft of this project, modelled on published descriptions; it is no official table."
)
MOST_CHANGES: Final = 12


def explain(rules: RuleSet, facts: Facts, result: Result) -> Explanation:
    """Explain a result. Raises ValueError where it is not of these rules and facts."""
    if (result.rule_hash, result.inputs_hash) != (rules.hash, facts.digest):
        raise ValueError("the result belongs to other rules or other facts")
    facts = facts.ordered()
    decided = result.decided_by
    said = [step for step in result.alternatives if step.name != "otherwise"]
    reasons = [f"{decided.paragraph}: {decided.because}"]
    reasons += [f"{step.paragraph}: {step.because} ({_said(rules, step.answer)})" for step in said]
    gaps = sorted(result.gaps, key=lambda gap: not gap.matters)
    missing = [
        f"{gap.sentence} {'It could change the answer.' if gap.matters else 'It cannot change the answer.'}"
        for gap in gaps
    ]
    return Explanation(
        headline=_headline(rules, result),
        reasons=tuple(reasons),
        missing=tuple(missing),
        changes=tuple(_changes(rules, facts, result)),
        rule_text=(
            f"{rules.title} ({rules.code}, version {rules.version}{', draft' if rules.draft else ''})",
            rules.citation,
            f"In force from {rules.effective_from} {f'to {rules.effective_to}' if rules.effective_to else 'on'}",
            f"Hash {rules.hash}",
        ),
        notices=(*NOTICES, *((DRAFT_NOTICE,) if rules.draft else ())),
    )


def _said(rules: RuleSet, answer: str | None) -> str:
    return rules.title_of(answer) if answer else "says nothing"


def _headline(rules: RuleSet, result: Result) -> str:
    title = rules.title_of(result.answer)
    standing = ""
    if result.provisional:
        could = say.listed([f"“{rules.title_of(answer)}”" for answer in result.could_become])
        standing = f", provisional (it could become {could})"
    basis = {
        Basis.CONVICTED: "on a conviction", Basis.CHARGED: "on a charge, not a conviction",
        Basis.FINDING: "on an officer's finding",
    }.get(result.basis)  # fmt: skip
    return f"{title}{f', {basis}' if basis else ''}{standing}."


def _changes(rules: RuleSet, facts: Facts, result: Result) -> Iterator[Change]:
    """Changes of one fact that give another answer, the most telling first; each is recomputed here."""
    engine = calculator(rules)
    if facts.standing is not Standing.SUBJECT:
        return
    seen: set[tuple[str, str, str]] = set()
    yielded = 0
    for changed, reference, field, value, condition in _candidates(engine, facts):
        answer = engine.short(changed).answer
        key = (reference, field, answer)
        if answer == result.answer or key in seen:
            continue
        seen.add(key)
        yield Change(f"It would be {_in_sentence(rules, answer)} if {condition}.", answer, reference, field, value)
        yielded += 1
        if yielded == MOST_CHANGES:
            return


def _in_sentence(rules: RuleSet, answer: str) -> str:
    return {
        Outside.REVIEW: "for a person to decide", Outside.INSUFFICIENT_DATA: "undecided for want of data",
        Outside.NOT_APPLICABLE: "outside the order",
    }.get(answer) or f"“{rules.title_of(answer)}”"  # type: ignore[call-overload]  # fmt: skip


def _candidates(engine: Calculator, facts: Facts) -> Iterator[tuple[Facts, str, str, str, str]]:
    """Facts with one thing otherwise: changed facts, reference, field, value, and the condition in words."""
    for charge in facts.charges:
        yield from _of_charge(engine, facts, charge)
    asked = [name for row in engine.rules.findings for name in row.any]
    if engine.rules.require:
        asked.append(engine.rules.require.finding)
    for name in asked:
        for value in (True, False):
            if facts.finding(name) is not value:
                others = tuple(one for one in facts.findings if one.name is not name)
                changed = replace(facts, findings=(*others, Finding(FindingName(name), value)))
                stated = "an officer stated" if value else "an officer ruled out"
                yield changed, f"finding:{name}", "value", str(value), f"{stated} {say.FINDINGS[name]}"


def _of_charge(engine: Calculator, facts: Facts, charge: ChargeFact) -> Iterator[tuple[Facts, str, str, str, str]]:
    name, reference = say.charge(facts, charge), charge.reference
    ended = charge.outcome in {Outcome.DISMISSED, Outcome.ACQUITTED, Outcome.NOT_CHARGED}
    if not ended:
        if charge.outcome is Outcome.CONVICTED:
            top = charge.maximum_months
            lengths = [one for one in engine.scale.lengths if top is None or one <= top]
            for words, length, changed in _lengths(engine, facts, reference, "sentence_months", lengths):
                yield changed, reference, "sentence_months", str(length), f"the sentence for {name} were {words}"
        lengths = [one for one in engine.scale.lengths if one >= (charge.sentence_months or 0)]
        for words, length, changed in _lengths(engine, facts, reference, "maximum_months", lengths):
            condition = f"the offence of {name} were punishable by {words}"
            yield changed, reference, "maximum_months", str(length), condition
        changed = _with_charge(facts, reference, outcome=Outcome.DISMISSED, outcome_fresh=True, sentence_months=None)
        yield changed, reference, "outcome", "DISMISSED", f"{name} were dismissed"
    if charge.outcome is not Outcome.CONVICTED:
        changed = _with_charge(facts, reference, outcome=Outcome.CONVICTED, outcome_fresh=True)
        yield changed, reference, "outcome", "CONVICTED", f"{name} had ended in a conviction"
    elif not charge.outcome_fresh:
        changed = _with_charge(facts, reference, outcome_fresh=True)
        yield changed, reference, "outcome_fresh", "True", f"the conviction for {name} were confirmed by asking again"


def _with_charge(facts: Facts, reference: str, **changes: object) -> Facts:
    """The facts with one charge otherwise."""
    return replace(
        facts,
        charges=tuple(replace(one, **changes) if one.reference == reference else one for one in facts.charges),  # type: ignore[arg-type]
    )


def _lengths(
    engine: Calculator, facts: Facts, reference: str, field: str, lengths: Sequence[int]
) -> Iterator[tuple[str, int, Facts]]:
    """Lengths by the answer they give: those beside each other that give the same are one, in words."""
    tried = [(length, _with_charge(facts, reference, **{field: length})) for length in lengths]
    for _, run in groupby(tried, key=lambda one: engine.short(one[1]).answer):
        same = list(run)
        yield _range(engine, same[0][0], same[-1][0]), same[0][0], same[0][1]


def _range(engine: Calculator, first: int, last: int) -> str:
    """A run of representative lengths in words. Each stands for all lengths up to the next limit."""
    limits = sorted({row.term.months for row in engine.rules.rows if row.term})
    lowest, highest = engine.scale.lengths[0], engine.scale.lengths[-1]
    if first == lowest and last != highest:
        return f"{say.months(last)} or less" if last in limits else f"less than {say.months(last + 1)}"
    if last == highest:
        return f"{say.months(first)} or more" if first in limits else f"more than {say.months(first - 1)}"
    return f"exactly {say.months(first)}" if first == last else f"{say.months(first)} to {say.months(last)}"
