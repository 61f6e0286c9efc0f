# SPDX-License-Identifier: Apache-2.0
"""What is not known of the facts, in words, and whether knowing it could change the answer. In: an engine, facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from secure_communities.policy.priority import sentences as say
from secure_communities.policy.priority.answers import Gap
from secure_communities.policy.priority.calculator import Calculator, Case, row_holds
from secure_communities.policy.priority.facts import ChargeFact, Facts, FindingName
from secure_communities.policy.priority.weighing import ChargeClass, Weight

# What knowing a gap of a charge settles of its class. An outcome settles whether there is a sentence, too.
SETTLES: Final = {
    "code": ("code",), "code_confirmed": ("code",), "outcome": ("ground", "sentence"),
    "outcome_fresh": ("ground", "sentence"), "sentence_months": ("sentence",), "maximum_months": ("maximum",),
}  # fmt: skip


def _missing(engine: Calculator, facts: Facts, charge: ChargeFact) -> Iterator[tuple[str, str, str]]:
    """Field, why, and a sentence for each thing unknown of a charge that the rules ask for."""
    one = engine.scale.class_of(charge)
    name = say.charge(facts, charge)
    if charge.outcome and one.ground == "ENDED" and charge.outcome_fresh:
        return
    if charge.code is None:
        yield (
            "code",
            charge.code_unknown_because,
            f"The offence of {name} is not known{say.why(charge.code_unknown_because)}.",
        )
    elif not charge.code_confirmed:
        yield "code_confirmed", "", f"No person has confirmed that {name} is {charge.code} (S18)."
    if charge.outcome is None:
        yield "outcome", "", f"What became of {name} is not known."
    elif not charge.outcome_fresh:
        yield "outcome_fresh", "", f"What became of {name} was not asked again lately."
    fields = {
        row.term.field for row in engine.rules.rows if row.term and (charge.code is None or charge.code in row.matching)
    }
    if "sentence" in fields and charge.outcome == "CONVICTED" and charge.sentence_months is None:
        yield "sentence_months", "", f"The sentence for {name} is not known."
    if charge.maximum_months is not None and one.maximum is None:
        yield (
            "maximum_months",
            "CONTRADICTION",
            f"The maximum on record for {name} is shorter than the sentence: one of them is wrong.",
        )
    elif one.maximum is None and ("maximum" in fields or ("sentence" in fields and charge.outcome != "CONVICTED")):
        yield "maximum_months", "", f"By how much the offence of {name} is punishable is not known."


def gaps_of(engine: Calculator, facts: Facts, case: Case) -> tuple[Gap, ...]:
    """Every gap that the rules ask for, in the order of charges and rows."""
    gaps: list[Gap] = []
    classes = [engine.scale.class_of(one) for one in facts.charges]
    for position, charge in enumerate(facts.charges):
        for name, why, sentence in _missing(engine, facts, charge):
            others = [engine.completed(one) for place, one in enumerate(classes) if place != position]
            gaps.append(
                Gap(charge.reference, name, why, sentence, _pivotal(engine, case, classes[position], name, others))
            )
    for row in engine.rules.findings:
        for finding in row.any:
            if facts.finding(finding) is None and row_holds(row, facts) is None:
                given = next((one for one in facts.findings if one.name is finding), None)
                gaps.append(_finding_gap(engine, case, finding, given.because if given else "", row.name))
    require = engine.rules.require
    if require and case.required is None:
        matters = any(engine.reachable(case._replace(required=True)) - engine.reachable(case._replace(required=False)))
        gaps.append(
            Gap(
                f"finding:{require.finding}",
                "value",
                "",
                f"Nobody has stated yet: {say.FINDINGS[require.finding]}.",
                matters,
            )
        )
    if not case.complete:
        known = case._replace(complete=True)
        matters = engine.reachable(case) != engine.reachable(known)
        gaps.append(Gap("charges", "complete", "", "Not every source of criminal history answered.", matters))
    return tuple(gaps)


def _finding_gap(engine: Calculator, case: Case, finding: FindingName, because: str, row_name: str) -> Gap:
    place = next(n for n, row in enumerate(engine.rules.findings) if row.name == row_name)
    values = [
        engine.reachable(case._replace(findings=(*case.findings[:place], value, *case.findings[place + 1 :])))
        for value in (True, False)
    ]
    sentence = f"Nobody has stated whether: {say.FINDINGS[finding]}."
    return Gap(f"finding:{finding}", "value", because, sentence, values[0] != values[1])


def _pivotal(engine: Calculator, case: Case, one: ChargeClass, name: str, others: Sequence[frozenset[Weight]]) -> bool:
    """Whether, with everything else settled one way, this gap alone still changes the answer."""
    groups: dict[tuple[object, ...], set[Weight]] = {}
    for each in engine.scale.completions(one):
        rest = tuple(value for key, value in zip(each._fields, each, strict=True) if key not in SETTLES[name])
        groups.setdefault(rest, set()).add(engine.weight(each))
    totals = engine.joined(others)
    bare = case._replace(charges=())
    for group in groups.values():
        for total in totals if len(group) > 1 else ():
            one_total = frozenset({total})
            answers = {frozenset(engine.reachable(bare, of=[one_total, frozenset({weight})])) for weight in group}
            if len(answers) > 1:
                return True
    return False
