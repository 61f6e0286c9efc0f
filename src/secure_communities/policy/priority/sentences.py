# SPDX-License-Identifier: Apache-2.0
"""How facts read in a sentence. A charge is charged and a conviction is convicted of; nothing accuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from secure_communities.policy.offences import offence
from secure_communities.policy.priority.facts import ChargeFact, Facts, FindingName, Outcome
from secure_communities.policy.priority.tables import Row, Term

FINDINGS: Final[Mapping[FindingName, str]] = {
    FindingName.NATIONAL_SECURITY_DANGER: "a danger to national security",
    FindingName.GANG_PARTICIPATION_AT_16_OR_OVER: "active participation in a gang at 16 or over",
    FindingName.OUTSTANDING_CRIMINAL_WARRANT: "an outstanding criminal warrant",
    FindingName.OTHER_SIGNIFICANT_RISK: "another significant risk to public safety",
    FindingName.RECENT_UNLAWFUL_ENTRY: "a recent entry without inspection or in breach of controls",
    FindingName.OUTSTANDING_REMOVAL_ORDER: "an outstanding order of removal",
    FindingName.ILLEGAL_REENTRY: "re-entry after removal or return",
    FindingName.KNOWING_IMMIGRATION_FRAUD: "knowing immigration fraud, found by an officer or a judge",
    FindingName.REASON_TO_BELIEVE_REMOVABLE: "reason to believe that the person is subject to removal",
}

OUTCOMES: Final[Mapping[Outcome | None, str]] = {
    Outcome.CONVICTED: "convicted of",
    Outcome.PENDING: "charged with",
    Outcome.DEFERRED: "adjudication deferred on",
    Outcome.DISMISSED: "dismissed:",
    Outcome.ACQUITTED: "acquitted of",
    Outcome.NOT_CHARGED: "not prosecuted for",
    None: "arrested for (outcome not known)",
}

WHY: Final[Mapping[str, str]] = {
    "NOT_SUBMITTED": "none was submitted",
    "FILLER": "the filler 0399 was submitted, which means that none was known",
    "NOT_IN_CATALOGUE": "the code submitted is not in the catalogue",
    "STATUS_NOT_OFFENCE": "the code submitted describes a person's status, not an offence",
    "NO_CHARGE": "no charge was submitted",
    "CANNOT_BE_TOLD": "a person read it and could not tell",
}


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def why(reason: str) -> str:
    """A reason as an addition to a sentence; nothing where none is on record."""
    return f" ({WHY.get(reason, reason.lower().replace('_', ' '))})" if reason else ""


def number(facts: Facts, charge: ChargeFact) -> int:
    """The number of a charge among the person's, from 1, as every screen counts them."""
    ordered = sorted(facts.charges, key=lambda one: one.reference)
    return ordered.index(charge) + 1


def charge(facts: Facts, one: ChargeFact) -> str:
    """A charge in a sentence."""
    return f"charge {number(facts, one)}"


def charges(facts: Facts, references: Iterable[str]) -> str:
    """Charges in a sentence."""
    wanted = set(references)
    numbers = [str(number(facts, one)) for one in facts.charges if one.reference in wanted]
    numbers.sort(key=int)
    return f"charge{'s' * (len(numbers) > 1)} {listed(numbers)}"


def offence_words(code: str | None) -> str:
    """A code with the catalogue's words, as in `1201, robbery - business-gun`."""
    found = offence(code)
    return f"{code}, {found.description.lower()}" if found else "an offence that is not known"


def months(length: int) -> str:
    """A length as people say it."""
    if length and length % 12 == 0:
        return f"{length // 12} year{'s' * (length != 12)}"
    return f"{length} month{'s' * (length != 1)}"


def term(one: Term) -> str:
    """A term in words."""
    than = {
        "<": "less than {}", "<=": "{} or less", "=": "exactly {}", ">=": "{} or more", ">": "more than {}",
    }[one.operator].format(months(one.months))  # fmt: skip
    return f"a sentence of {than}" if one.field == "sentence" else f"punishable by {than}"


def one_charge(facts: Facts, one: ChargeFact) -> str:
    """A charge with what became of it: “convicted of 1201, robbery - business-gun (charge 1; sentence 3 years)”."""
    said = f"charge {number(facts, one)}"
    if one.sentence_months is not None:
        said += f"; sentence {months(one.sentence_months)}"
    if one.maximum_months is not None:
        said += f"; punishable by up to {months(one.maximum_months)}"
    return f"{OUTCOMES[one.outcome]} {offence_words(one.code)} ({said})"


def of_charges(facts: Facts, found: Sequence[ChargeFact], row: Row, *, open_point: str = "") -> str:
    """Why a row says what it says. `open_point`: `term` where what it asks for is not known, `deferred` where a person
    says whether a deferred adjudication counts as a conviction."""
    text = listed([one_charge(facts, one) for one in sorted(found, key=lambda one: number(facts, one))])
    text = text[0].upper() + text[1:]
    if open_point == "deferred":
        return f"{text}: a person says whether a deferred adjudication counts as a conviction."
    if open_point and row.term:
        return f"{text}: what the rule asks for is not known ({term(row.term)})."
    return f"{text}. {row.because}." if row.because else f"{text}."
