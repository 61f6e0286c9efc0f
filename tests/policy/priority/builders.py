# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Facts for the tests of the rules, and a slow, separate way to complete them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from secure_communities.policy.priority import ChargeFact, Facts, Finding, FindingName, Outcome
from secure_communities.policy.priority.tables import RuleSet

TODAY = date(2026, 11, 26)
OUTCOMES = (Outcome.CONVICTED, Outcome.PENDING, Outcome.DEFERRED, Outcome.DISMISSED)


def charge(code: str | None = "1201", outcome: Outcome | None = Outcome.PENDING, number: int = 1, **more) -> ChargeFact:
    more.setdefault("code_confirmed", code is not None)
    return ChargeFact(reference=f"charge:{number}", code=code, outcome=outcome, issuing_state="TX", **more)


def convicted(code: str = "1201", sentence: int | None = 24, number: int = 1, **more) -> ChargeFact:
    return charge(code, Outcome.CONVICTED, number, sentence_months=sentence, **more)


def facts(*charges: ChargeFact, findings: dict[FindingName, bool | None] | None = None, **more) -> Facts:
    stated = tuple(Finding(name, value) for name, value in (findings or {}).items())
    return Facts(TODAY, charges=charges, findings=stated, **more)


def asked(rules: RuleSet) -> list[FindingName]:
    names = [name for row in rules.findings for name in row.any]
    return [*names, rules.require.finding] if rules.require else names


def nothing_found(rules: RuleSet) -> dict[FindingName, bool | None]:
    """Every finding the rules ask for, ruled out; what they require, stated."""
    return {name: bool(rules.require and rules.require.finding is name) for name in asked(rules)}


def completions(
    rules: RuleSet, given: Facts, codes: Sequence[str], lengths: tuple[int, ...] = (6, 12, 24)
) -> Iterator[Facts]:
    """Every way to fill in what is unknown, by brute force over these codes and lengths."""
    per_charge = [list(_charge_completions(one, codes, lengths)) for one in given.charges]
    names = [name for name in asked(rules) if given.finding(name) is None]
    known = tuple(one for one in given.findings if one.value is not None)
    for charges in product(*per_charge):
        for values in product((True, False), repeat=len(names)):
            stated = tuple(Finding(name, value) for name, value in zip(names, values, strict=True))
            yield replace(given, charges=charges, findings=(*known, *stated), charges_complete=True)


def _charge_completions(one: ChargeFact, codes: Sequence[str], lengths: tuple[int, ...]) -> Iterator[ChargeFact]:
    known_code = one.code is not None and one.code_confirmed
    known_outcome = one.outcome is not None and one.outcome_fresh
    for code in [one.code] if known_code else codes:
        for outcome in [one.outcome] if known_outcome else OUTCOMES:
            maxima = [one.maximum_months] if one.maximum_months is not None else [*lengths, one.sentence_months or 6]
            sentences = [None]
            if outcome is Outcome.CONVICTED:
                sentences = [one.sentence_months] if one.sentence_months is not None else [*lengths, *maxima]
            for sentence, maximum in product(sentences, maxima):
                if sentence is not None and sentence > maximum:
                    continue
                yield replace(
                    one, code=code, code_confirmed=True, outcome=outcome, outcome_fresh=True, sentence_months=sentence,
                    maximum_months=maximum,
                )  # fmt: skip
