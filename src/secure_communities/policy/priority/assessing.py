# SPDX-License-Identifier: Apache-2.0
"""A whole assessment: the answer with every step that said something, the one that decided, and each gap.

In: a rule set and facts. Out: a `Result`. The answer is the calculator's; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.policy.priority.answers import Basis, Result
from secure_communities.policy.priority.calculator import calculator
from secure_communities.policy.priority.facts import Facts, Standing
from secure_communities.policy.priority.gaps import gaps_of
from secure_communities.policy.priority.steps import deciding, steps_of
from secure_communities.policy.priority.tables import RuleSet


def assess(rules: RuleSet, facts: Facts) -> Result:
    """Assess facts under a rule set. Pure: the same rules and facts give the same result, to the byte."""
    facts = facts.ordered()
    engine = calculator(rules)
    case = engine.case_of(facts)
    short = engine.short_of(case)
    steps = list(steps_of(engine, facts, stale=short.stale))
    decided = deciding(rules, steps, short)
    gaps = gaps_of(engine, facts, case) if facts.standing is Standing.SUBJECT else ()
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


def reassess(rules: RuleSet, canonical: Mapping[str, object]) -> Result:
    """Assess stored canonical facts again (S6). Raises ValueError where they are not what they should be."""
    return assess(rules, Facts.of(canonical))
