# SPDX-License-Identifier: Apache-2.0
"""A whole assessment: the answer with every step that said something, the one that decided, and each gap.

In: a rule set and facts. Out: a `Result`. The answer is the calculator's; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from secure_communities.policy.priority import sentences as say
from secure_communities.policy.priority.answers import Basis, Gap, Outside, Result, Step
from secure_communities.policy.priority.calculator import Calculator, Case, calculator, row_holds
from secure_communities.policy.priority.facts import ChargeFact, Facts, Standing
from secure_communities.policy.priority.tables import Row, RuleSet
from secure_communities.policy.priority.weighing import CHARGED, CONVICTED, DEFERRED, ChargeClass, Weight

STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.CITIZEN: "The person is a confirmed citizen of the United States: no priority applies.",
    Standing.CITIZENSHIP_OPEN: "A sign of United States citizenship is open: no path is open until it is cleared (S2).",
    Standing.PROTECTED: "The record is protected (8 USC 1367 and kin): this engine does not rank it.",
    Standing.NOT_REMOVABLE: "The determination leaves nothing to prioritise.",
}


def assess(rules: RuleSet, facts: Facts) -> Result:
    """Assess facts under a rule set. Pure: the same rules and facts give the same result, to the byte."""
    facts = facts.ordered()
    engine = calculator(rules)
    case = engine.case_of(facts)
    short = engine.short_of(case)
    steps = list(_steps(engine, facts, stale=short.stale))
    decided = _decided(rules, steps, short.answer, short.basis)
    gaps = _gaps(engine, facts, case) if facts.standing is Standing.SUBJECT else ()
    return Result(
        rule_set=rules.code,
        version=rules.version,
        rule_hash=rules.hash,
        inputs_hash=facts.digest,
        answer=short.answer,
        rank=short.rank,
        gravest=short.gravest,
        basis=Basis(short.basis),
        decided_by=decided,
        alternatives=tuple(step for step in steps if step != decided),
        gaps=gaps,
        provisional=short.provisional,
        could_become=short.could_become,
    )


def _steps(engine: Calculator, facts: Facts, *, stale: bool) -> Iterator[Step]:
    rules = engine.rules
    if facts.standing is not Standing.SUBJECT:
        yield Step(
            "standing", "Whom the rules apply to", str(Outside.NOT_APPLICABLE), Basis.NONE,
            because=STANDINGS[facts.standing],
        )  # fmt: skip
        return
    if stale:
        old = tuple(one.reference for one in facts.charges if one.outcome and not one.outcome_fresh)
        yield Step(
            "outdated-outcome", "S18: outcomes are refreshed before use", str(Outside.REVIEW), Basis.NONE, old,
            f"What became of {say.charges(facts, old)} was last asked more than {rules.fresh_days} days ago, and "
            "another outcome would change the answer: refresh it.",
        )  # fmt: skip
    if rules.require:
        stated = facts.finding(rules.require.finding)
        if stated is None:
            yield Step(
                "requirement", rules.require.paragraph, str(Outside.INSUFFICIENT_DATA), Basis.NONE,
                because=f"Nobody has stated yet: {say.FINDINGS[rules.require.finding]}.",
            )  # fmt: skip
        elif not stated:
            yield Step(
                "requirement", rules.require.paragraph, rules.otherwise, Basis.NONE,
                because=f"An officer stated that it is not so: {say.FINDINGS[rules.require.finding]}.",
            )  # fmt: skip
    for row in rules.rows:
        yield from _row_steps(engine, facts, row)
    for found in rules.findings:
        if row_holds(found, facts):
            references = tuple(one.reference for one in facts.findings if one.name in found.any and one.value)
            named = [one.name for one in facts.findings if one.name in found.any and one.value]
            yield Step(
                found.name, found.paragraph, found.answer, Basis.FINDING, references,
                f"An officer stated: {say.listed([say.FINDINGS[name] for name in named])}.",
            )  # fmt: skip
    unknown = tuple(
        one.reference
        for one in facts.charges
        if one.code is None and engine.weight(engine.scale.class_of(one)).unknown < 99
    )
    if unknown:
        yield Step(
            "code-unknown", "S4: an unknown charge says so", str(Outside.INSUFFICIENT_DATA), Basis.NONE, unknown,
            f"The offence of {say.charges(facts, unknown)} is not known.",
        )  # fmt: skip
    if not facts.charges_complete and not facts.charges:
        yield Step(
            "no-history", "S4: a charge or an explicit unknown", str(Outside.INSUFFICIENT_DATA), Basis.NONE,
            because="No charge is on record, and not every source of criminal history answered.",
        )  # fmt: skip
    yield Step("otherwise", rules.otherwise_paragraph, rules.otherwise, Basis.NONE, because=rules.otherwise_because)


def _row_steps(engine: Calculator, facts: Facts, row: Row) -> Iterator[Step]:
    """What a row says of the charges: a step by ground for what holds, one for what a person says whether it counts,
    one for what is unknown."""
    certain: dict[str, list[ChargeFact]] = {}
    judged: list[ChargeFact] = []
    perhaps: list[ChargeFact] = []
    for charge in facts.charges:
        one = engine.scale.class_of(charge)
        for found, holds in engine.scale.rows_of(one):
            if found is not row:
                continue
            by_person = one.ground == DEFERRED and "CHARGED" not in row.grounds
            if by_person and (holds or (row.at_least == 1 and row.answer != Outside.REVIEW)):
                judged.append(charge)
            elif holds and not by_person:
                certain.setdefault(CONVICTED if one.ground == CONVICTED else CHARGED, []).append(charge)
            else:
                perhaps.append(charge)
    if row.at_least > 1:
        every = [charge for charges in certain.values() for charge in charges]
        if len(every) >= row.at_least:
            yield _step(row, row.answer, Basis.CONVICTED, facts, every)
        elif len(every) + len(judged) >= row.at_least:
            yield _step(row, str(Outside.REVIEW), Basis.NONE, facts, [*every, *judged], open_point="deferred")
        elif len(every) + len(judged) + len(perhaps) >= row.at_least:
            every += [*judged, *perhaps]
            yield _step(row, str(Outside.INSUFFICIENT_DATA), Basis.NONE, facts, every, open_point="term")
        return
    for ground in (CONVICTED, CHARGED):
        if ground in certain:
            yield _step(
                row, row.answer, Basis(ground) if row.answer != Outside.REVIEW else Basis.NONE, facts, certain[ground]
            )
    if judged:
        yield _step(row, str(Outside.REVIEW), Basis.NONE, facts, judged, open_point="deferred")
    if perhaps and row.unknown != "NOTHING":
        yield _step(row, row.unknown, Basis.NONE, facts, perhaps, open_point="term")


def _step(
    row: Row, answer: str, basis: Basis, facts: Facts, charges: Sequence[ChargeFact], *, open_point: str = ""
) -> Step:
    because = say.of_charges(facts, charges, row, open_point=open_point)
    return Step(row.name, row.paragraph, answer, basis, tuple(one.reference for one in charges), because)


def _decided(rules: RuleSet, steps: Sequence[Step], answer: str, basis: str) -> Step:
    """The first step that said what the calculator answered, on the same basis."""
    for step in steps:
        if step.answer == answer and step.basis == basis and step.name != "otherwise":
            return step
    if answer == rules.otherwise:
        return steps[-1]
    return next(step for step in steps if step.answer == answer)


# What may be unknown of a charge, and which fields of its class the completions of that gap vary.
_FIELDS: Final = ("code", "code_confirmed", "outcome", "outcome_fresh", "sentence_months", "maximum_months")


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


def _gaps(engine: Calculator, facts: Facts, case: Case) -> tuple[Gap, ...]:
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


def _finding_gap(engine: Calculator, case: Case, finding: str, because: str, row_name: str) -> Gap:
    place = next(n for n, row in enumerate(engine.rules.findings) if row.name == row_name)
    values = [
        engine.reachable(case._replace(findings=(*case.findings[:place], value, *case.findings[place + 1 :])))
        for value in (True, False)
    ]
    sentence = f"Nobody has stated whether: {say.FINDINGS[finding]}."  # type: ignore[index]
    return Gap(f"finding:{finding}", "value", because, sentence, values[0] != values[1])


def _pivotal(engine: Calculator, case: Case, one: ChargeClass, name: str, others: Sequence[frozenset[Weight]]) -> bool:
    """Whether, with everything else settled one way, this gap alone still changes the answer."""
    varied = {
        "code": "code", "code_confirmed": "code", "outcome": "ground", "outcome_fresh": "ground",
        "sentence_months": "sentence", "maximum_months": "maximum",
    }[name]  # fmt: skip
    groups: dict[tuple[object, ...], set[Weight]] = {}
    for each in engine.scale.completions(one):
        same = {"ground": ("ground", "sentence")}.get(varied, (varied,))
        rest = tuple(value for key, value in zip(each._fields, each, strict=True) if key not in same)
        groups.setdefault(rest, set()).add(engine.weight(each))
    totals = {engine.scale.nothing}
    for weights in others:
        totals = {engine.scale.together(a, b) for a, b in product(totals, weights)}
    bare = case._replace(charges=())
    for group in groups.values():
        if len(group) < 2:
            continue
        for total in totals:
            answers = {
                frozenset(engine.reachable(bare, of=[frozenset({engine.scale.together(total, weight)})]))
                for weight in group
            }
            if len(answers) > 1:
                return True
    return False


def reassess(rules: RuleSet, canonical: Mapping[str, object]) -> Result:
    """Assess stored canonical facts again (S6). Raises ValueError where they are not what they should be."""
    return assess(rules, Facts.of(canonical))


def with_charge(facts: Facts, reference: str, **changes: object) -> Facts:
    """The facts with one charge otherwise."""
    return replace(
        facts,
        charges=tuple(replace(one, **changes) if one.reference == reference else one for one in facts.charges),  # type: ignore[arg-type]
    )
