# SPDX-License-Identifier: Apache-2.0
"""The published rules a second time, written as plain sentences of code and without the tables of the product.

In: facts of which nothing is unknown, in real months. Out: the answer. Slow on purpose; shares nothing but `Facts`.
"""

from collections.abc import Iterable

from secure_communities.policy.priority import ChargeFact, Facts, FindingName, Outcome

LEVELS = {
    "FS-2009": ("PRIORITY", "OTHER"),
    "SC-2009": ("LEVEL_1", "LEVEL_2", "LEVEL_3"),
    "ICE-2010": ("P1_LEVEL_1", "P1_LEVEL_2", "P1_LEVEL_3", "P1_OTHER", "P2", "P3", "NONE"),
    "DET-2012": ("MET", "NOT_MET"),
}
OTHERWISE = {"FS-2009": "OTHER", "SC-2009": "NOT_APPLICABLE", "ICE-2010": "NONE", "DET-2012": "NOT_MET"}
DANGER = (
    FindingName.NATIONAL_SECURITY_DANGER, FindingName.GANG_PARTICIPATION_AT_16_OR_OVER,
    FindingName.OUTSTANDING_CRIMINAL_WARRANT, FindingName.OTHER_SIGNIFICANT_RISK,
)  # fmt: skip
OBSTRUCTION = (
    FindingName.OUTSTANDING_REMOVAL_ORDER, FindingName.ILLEGAL_REENTRY, FindingName.KNOWING_IMMIGRATION_FRAUD,
)  # fmt: skip


def answer(rule_set: str, facts: Facts) -> str:
    """The answer of the rules to complete facts."""
    if rule_set == "DET-2012" and facts.finding(FindingName.REASON_TO_BELIEVE_REMOVABLE) is not True:
        return OTHERWISE[rule_set]
    sure, by_person = SAYING[rule_set](facts)
    order = LEVELS[rule_set]
    level = min((order.index(one) for one in sure), default=None)
    choice = min((order.index(one) for one in by_person), default=None)
    if choice is not None and (level is None or choice < level):
        return "REVIEW"
    return OTHERWISE[rule_set] if level is None else order[level]


def _stands(facts: Facts) -> list[ChargeFact]:
    ended = {Outcome.DISMISSED, Outcome.ACQUITTED, Outcome.NOT_CHARGED}
    return [one for one in facts.charges if one.outcome not in ended]


def _length(one: ChargeFact) -> int:
    months = one.sentence_months if one.outcome is Outcome.CONVICTED else one.maximum_months
    assert months is not None
    return months


def _block(one: ChargeFact) -> str:
    return str(one.code)[:2]


def _number(one: ChargeFact) -> int:
    return int(str(one.code))


def _2009(facts: Facts) -> Iterable[tuple[ChargeFact, str]]:
    """What the two sets of 2009 share: the class of each charge that stands."""
    for one in _stands(facts):
        number, block = _number(one), _block(one)
        if number in (106, 199, 1313, 1316, 7099) or block in ("36", "64"):
            yield one, "person"
        elif block == "35":
            yield one, "drugs, long" if _length(one) > 12 else "drugs, short"
        elif block in ("09", "10", "11", "12", "13") or 101 <= number <= 105:
            yield one, "gravest"
        else:
            yield one, "other"


def _fs_2009(facts: Facts) -> tuple[set[str], set[str]]:
    classes = {found for _, found in _2009(facts)}
    sure = {"PRIORITY"} if classes & {"gravest", "drugs, long"} else set()
    return sure, {"PRIORITY", "OTHER"} if "person" in classes else set()


def _sc_2009(facts: Facts) -> tuple[set[str], set[str]]:
    sure, by_person = set(), set()
    for one, found in _2009(facts):
        number, block = _number(one), _block(one)
        if found == "person":
            by_person |= {"LEVEL_1", "LEVEL_3"}
        elif found in ("gravest", "drugs, long") or block in ("16", "52") or number in (2101, 3802, 3803, 4801, 5401):
            sure.add("LEVEL_1")
        elif (
            found == "drugs, short"
            or block in ("20", "22", "23", "24", "25", "26", "27", "28", "54", "58")
            or number in (2904, 2905, 2906, 6300, 7199)
        ):
            sure.add("LEVEL_2")
        else:
            sure.add("LEVEL_3")
    return sure, by_person


def _murder_or_rape(number: int) -> bool:
    return 901 <= number <= 908 or number in (911, 912, 1101, 1102, 1103, 1118, 1119, 1122, 1198)


def _violence(number: int) -> bool:
    return 1001 <= number <= 1009 or number == 1099 or 1200 < number < 1300 or (
        1300 < number <= 1315 and number != 1313
    )  # fmt: skip


def _theft(number: int) -> bool:
    return number // 100 in (22, 23, 24, 28) and number != 2206


# Named distribution, sale, manufacture, import or transport; 3599 may be either, and a level is not given by it.
TRAFFICKING = {
    3501, 3502, 3503, 3510, 3511, 3520, 3521, 3530, 3531, 3540, 3541, 3560, 3561, 3563, 3570, 3571, 3580, 3581,
}  # fmt: skip


def _by_elements(number: int) -> bool:
    return (
        101 <= number <= 106
        or number in (199, 303, 3599, 6300, 7099)
        or number in TRAFFICKING
        or number // 100 in (26, 36, 52, 64)
        or (number // 100 in (9, 11) and not _murder_or_rape(number))
    )


def _ice_2010(facts: Facts) -> tuple[set[str], set[str]]:
    """A deferred adjudication may count as a conviction: what it would give then is for a person to say."""
    convicted = [one for one in facts.charges if one.outcome is Outcome.CONVICTED]
    deferred = [one for one in facts.charges if one.outcome is Outcome.DEFERRED]
    sure, by_person = _of_convictions(convicted)
    perhaps_sure, perhaps_by_person = _of_convictions([*convicted, *deferred])
    if any(facts.finding(name) for name in DANGER):
        sure.add("P1_OTHER")
    if facts.finding(FindingName.RECENT_UNLAWFUL_ENTRY):
        sure.add("P2")
    if any(facts.finding(name) for name in OBSTRUCTION):
        sure.add("P3")
    return sure, by_person | perhaps_by_person | (perhaps_sure - sure)


def _of_convictions(found: list[ChargeFact]) -> tuple[set[str], set[str]]:
    sure, by_person = set(), set()
    maxima = [one.maximum_months or 0 for one in found]
    for one, maximum in zip(found, maxima, strict=True):
        number, length = _number(one), _length(one)
        if _murder_or_rape(number) or ((_violence(number) or _theft(number)) and length >= 12):
            sure.add("P1_LEVEL_1")
        if _by_elements(number):
            by_person |= {"P1_LEVEL_1", "P1_LEVEL_2"}
        if maximum == 12:
            by_person |= {"P1_LEVEL_2", "P1_LEVEL_3"}
    felonies, lesser = sum(one > 12 for one in maxima), sum(one < 12 for one in maxima)
    if felonies >= 2:
        sure.add("P1_LEVEL_1")
    if felonies or lesser >= 3:
        sure.add("P1_LEVEL_2")
    if lesser:
        sure.add("P1_LEVEL_3")
    return sure, by_person


def _det_2012(facts: Facts) -> tuple[set[str], set[str]]:
    charges = _stands(facts)
    convicted = [one for one in charges if one.outcome is Outcome.CONVICTED]
    met = any((one.maximum_months or 0) > 12 for one in charges)
    met |= sum((one.maximum_months or 0) <= 12 for one in convicted) >= 3
    met |= any(_number(one) == 301 for one in convicted)
    met |= any(facts.finding(name) for name in (*OBSTRUCTION, DANGER[0], DANGER[3]))
    person = False
    for one in charges:
        number, block = _number(one), _block(one)
        met |= block in ("09", "10", "11", "12", "13", "16", "52", "64") or number in TRAFFICKING
        met |= number in (2101, 3802, 3803, 3809, 3810, 5401, 5403, 5404)
        person |= block == "36" or number in (7099, 3505, 3513, 3523, 3533, 3543, 3564, 3573, 3583, 3599)
    return {"MET"} if met else set(), {"MET", "NOT_MET"} if person else set()


SAYING = {"FS-2009": _fs_2009, "SC-2009": _sc_2009, "ICE-2010": _ice_2010, "DET-2012": _det_2012}
