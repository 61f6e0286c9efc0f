# SPDX-License-Identifier: Apache-2.0
"""What each row of a rule set says of the facts, in words, and which of it decided.

In: an engine and facts. Out: `Step`s, in the order of the table; each is worded only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from secure_communities.policy.priority import sentences as say
from secure_communities.policy.priority.answers import Basis, Outside, Step
from secure_communities.policy.priority.calculator import Calculator, Short, row_holds
from secure_communities.policy.priority.facts import ChargeFact, Facts, Standing
from secure_communities.policy.priority.tables import Row, RuleSet
from secure_communities.policy.priority.weighing import CHARGED, CONVICTED, DEFERRED, NEVER

STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.CITIZEN: "The person is a confirmed citizen of the United States: no priority applies.",
    Standing.CITIZENSHIP_OPEN: "A sign of United States citizenship is open: no path is open until it is cleared (S2).",
    Standing.PROTECTED: "The record is protected (8 USC 1367 and kin): this engine does not rank it.",
    Standing.NOT_REMOVABLE: "The determination leaves nothing to prioritise.",
}


def deciding(rules: RuleSet, steps: Iterable[Step], short: Short) -> Step:
    """The first step that said what the calculator answered, on the same basis; else the first of the same answer."""
    second: Step | None = None
    for step in steps:
        if step.name == "otherwise" and short.answer == rules.otherwise:
            return step
        if step.answer == short.answer and step.name != "otherwise":
            if step.basis == short.basis:
                return step
            second = second or step
    if second is None:
        raise LookupError(f"no step of {rules.code} says {short.answer}")
    return second


def steps_of(engine: Calculator, facts: Facts, *, stale: bool) -> Iterator[Step]:
    """Every step that says something, in the order of the table; the last one is what is said otherwise."""
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
        if one.code is None and engine.weight(engine.scale.class_of(one)).unknown < NEVER
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
