# SPDX-License-Identifier: Apache-2.0
"""What a priority is computed from, and nothing else: charges with what became of them, and findings officers made.

In: values read from records. Out: one canonical text of them and its SHA-256. What is not known is None and says why;
there is no field for a birthplace, a language, a family or an illness, so that none can ever weigh (S5, S6, S11).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from secure_communities.policy.offences import states_an_offence

SCHEMA: Final = 1


class Outcome(StrEnum):
    """What became of a charge. Only CONVICTED is a conviction; None of a charge: nobody knows."""

    PENDING = "PENDING"
    CONVICTED = "CONVICTED"
    DEFERRED = "DEFERRED"
    DISMISSED = "DISMISSED"
    ACQUITTED = "ACQUITTED"
    NOT_CHARGED = "NOT_CHARGED"


# A charge that ended so weighs nothing any more (S18: a dismissal lowers the level).
ENDED_WITHOUT_CONVICTION: Final = frozenset({Outcome.DISMISSED, Outcome.ACQUITTED, Outcome.NOT_CHARGED})


class FindingName(StrEnum):
    """What a named officer may state of a person with evidence; rule sets that ask for it say which."""

    NATIONAL_SECURITY_DANGER = "NATIONAL_SECURITY_DANGER"
    GANG_PARTICIPATION_AT_16_OR_OVER = "GANG_PARTICIPATION_AT_16_OR_OVER"
    OUTSTANDING_CRIMINAL_WARRANT = "OUTSTANDING_CRIMINAL_WARRANT"
    OTHER_SIGNIFICANT_RISK = "OTHER_SIGNIFICANT_RISK"
    RECENT_UNLAWFUL_ENTRY = "RECENT_UNLAWFUL_ENTRY"
    OUTSTANDING_REMOVAL_ORDER = "OUTSTANDING_REMOVAL_ORDER"
    ILLEGAL_REENTRY = "ILLEGAL_REENTRY"
    KNOWING_IMMIGRATION_FRAUD = "KNOWING_IMMIGRATION_FRAUD"
    REASON_TO_BELIEVE_REMOVABLE = "REASON_TO_BELIEVE_REMOVABLE"


class Standing(StrEnum):
    """Whether the rules apply to the person at all."""

    SUBJECT = "SUBJECT"
    CITIZEN = "CITIZEN"  # confirmed: never in any order
    CITIZENSHIP_OPEN = "CITIZENSHIP_OPEN"  # a sign of citizenship stands: no path is open (S2)
    PROTECTED = "PROTECTED"  # 8 USC 1367 and kin: not ranked by this engine
    NOT_REMOVABLE = "NOT_REMOVABLE"  # the determination leaves nothing to prioritise


@dataclass(frozen=True, slots=True)
class ChargeFact:
    """One charge as the rules see it. Months are whole months; None is unknown.

    `reference`: which stored charge, e.g. `charge:12`. `code`: NCIC, never the filler 0399; None with
    `code_unknown_because`. `code_confirmed`: a named person confirmed the code (S18); without it the code is only what
    somebody submitted. `maximum_months`: what the offence is punishable by. `outcome_fresh`: the outcome was refreshed
    within the rule set's limit of the day of assessment.
    """

    reference: str
    code: str | None
    code_unknown_because: str = ""
    code_confirmed: bool = False
    issuing_state: str = ""
    offence_date: date | None = None
    outcome: Outcome | None = None
    outcome_date: date | None = None
    outcome_fresh: bool = True
    sentence_months: int | None = None
    maximum_months: int | None = None
    source: str = ""
    confidence: str = ""

    def __post_init__(self) -> None:
        if self.code is not None and not states_an_offence(self.code):
            raise ValueError(f"{self.reference}: {self.code} is no offence: a filler or a status stands as None")
        for months in (self.sentence_months, self.maximum_months):
            if months is not None and months < 0:
                raise ValueError(f"{self.reference}: months are 0 or more")
        if self.sentence_months is not None and self.outcome is not Outcome.CONVICTED:
            raise ValueError(f"{self.reference}: only a conviction carries a sentence")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that an officer stated: True or False, or None (not known) with the reason in `because`."""

    name: FindingName
    value: bool | None
    reference: str = ""  # the stored statement, e.g. `finding:7`
    because: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one person that a rule set may read, as of one day.

    `findings` holds at most one of each name; a name that is missing is unknown. `charges_complete`: whether all the
    criminal history sources answered; False is a gap like any other.
    """

    as_of: date
    standing: Standing = Standing.SUBJECT
    charges: tuple[ChargeFact, ...] = ()
    findings: tuple[Finding, ...] = ()
    charges_complete: bool = True
    versions: Mapping[str, str] = field(default_factory=dict)  # editions of catalogues used, e.g. offences

    def __post_init__(self) -> None:
        names = [one.name for one in self.findings]
        if len(set(names)) != len(names):
            raise ValueError("each finding is given once: the one in force")
        references = [one.reference for one in self.charges]
        if len(set(references)) != len(references):
            raise ValueError("each charge is given once")

    def finding(self, name: FindingName) -> bool | None:
        """What is stated under that name; None where nothing is, or where it is stated as not known."""
        return next((one.value for one in self.findings if one.name is name), None)

    def ordered(self) -> Facts:
        """The same facts in their one order."""
        return replace(
            self,
            charges=tuple(sorted(self.charges, key=lambda one: one.reference)),
            findings=tuple(sorted(self.findings, key=lambda one: one.name)),
        )

    def canonical(self) -> dict[str, Any]:
        """The facts as plain values in one order, whatever order they were gathered in."""
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "standing": str(self.standing),
            "charges": [_plain(one) for one in sorted(self.charges, key=lambda one: one.reference)],
            "findings": [_plain(one) for one in sorted(self.findings, key=lambda one: one.name)],
            "charges_complete": self.charges_complete,
            "versions": dict(sorted(self.versions.items())),
        }

    @classmethod
    def of(cls, canonical: Mapping[str, Any]) -> Facts:
        """The facts back from `canonical()`. Raises ValueError naming the field that is not as it should be."""
        known = {"schema", *(one.name for one in fields(cls))}
        if strange := set(canonical) - known:
            raise ValueError(f"facts have no {', '.join(sorted(strange))}: nothing else may weigh")
        if canonical.get("schema") != SCHEMA:
            raise ValueError(f"the schema of these facts is {canonical.get('schema')!r}, not {SCHEMA}")
        return cls(
            as_of=date.fromisoformat(canonical["as_of"]),
            standing=Standing(canonical["standing"]),
            charges=tuple(charge_of(one) for one in canonical["charges"]),
            findings=tuple(_finding(one) for one in canonical["findings"]),
            charges_complete=canonical["charges_complete"],
            versions=dict(canonical["versions"]),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.canonical(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


_CHARGE_FIELDS: Final = frozenset(one.name for one in fields(ChargeFact))
_FINDING_FIELDS: Final = frozenset(one.name for one in fields(Finding))


def _plain(one: ChargeFact | Finding) -> dict[str, Any]:
    given = {each.name: getattr(one, each.name) for each in fields(one)}
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, StrEnum) else value
        for name, value in given.items()
    }


def charge_of(given: Mapping[str, Any]) -> ChargeFact:
    """A charge back from its plain values. Raises ValueError for any other field."""
    if strange := set(given) - _CHARGE_FIELDS:
        raise ValueError(f"a charge has no {', '.join(sorted(strange))}: nothing else may weigh")
    values = dict(given)
    for name in ("offence_date", "outcome_date"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    if values.get("outcome"):
        values["outcome"] = Outcome(values["outcome"])
    return ChargeFact(**values)


def _finding(given: Mapping[str, Any]) -> Finding:
    if strange := set(given) - _FINDING_FIELDS:
        raise ValueError(f"a finding has no {', '.join(sorted(strange))}: nothing else may weigh")
    return Finding(**{**given, "name": FindingName(given["name"])})
