# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Every code × rule set × ground × length, against a table written here by hand from the published descriptions."""

import pytest

from secure_communities.policy.offences import offences, states_an_offence
from secure_communities.policy.priority import Outcome, assess, rule_set

from .builders import charge, convicted, facts, nothing_found

CODES = [code for code in sorted(offences()) if states_an_offence(code)]


def within(code: str, *ranges: str) -> bool:
    return any(low <= code <= (high or low) for low, _, high in (one.partition("-") for one in ranges))


def drugs(code: str) -> bool:
    return within(code, "3501-3599")


def expected_sc_2009(code: str, ground: str, months: int | None) -> str:
    if within(code, "0106", "0199", "1313", "1316", "3601-3699", "6401-6499", "7099"):
        return "REVIEW"
    if drugs(code):
        return "REVIEW" if months is None else "LEVEL_1" if months > 12 else "LEVEL_2"
    if within(
        code, "0101-0105", "0901-0999", "1001-1099", "1101-1199", "1201-1299", "1301-1399", "1601-1699", "2101",
        "3802-3803", "4801", "5201-5299", "5401",
    ):  # fmt: skip
        return "LEVEL_1"
    if within(code, "2001-2099", "2201-2899", "2904-2906", "5402-5499", "5801-5899", "6300", "7199"):
        return "LEVEL_2"
    return "LEVEL_3"


def expected_fs_2009(code: str, ground: str, months: int | None) -> str:
    if within(code, "0106", "0199", "1313", "1316", "3601-3699", "6401-6499", "7099"):
        return "REVIEW"
    if drugs(code):
        return "REVIEW" if months is None else "PRIORITY" if months > 12 else "OTHER"
    first = within(code, "0101-0105", "0901-0999", "1001-1099", "1101-1199", "1201-1299", "1301-1399")
    return "PRIORITY" if first else "OTHER"


MURDER_OR_RAPE = ("0901-0908", "0911-0912", "1101-1103", "1118-1119", "1122", "1198")
VIOLENCE_OR_THEFT = (
    "1001-1009", "1099", "1201-1299", "1301-1312", "1314-1315", "2201-2205", "2207-2299", "2301-2499", "2801-2899",
)  # fmt: skip
BY_ELEMENTS = (
    "0101-0106", "0199", "0303", "0909-0910", "0913-0999", "1104-1117", "1120-1121", "1123", "1199", "2601-2699",
    "3501-3503", "3510-3511", "3520-3521", "3530-3531", "3540-3541", "3560-3561", "3563", "3570-3571", "3580-3581",
    "3599", "3601-3699", "5201-5299", "6300", "6401-6499", "7099",
)  # fmt: skip


def expected_ice_2010(code: str, ground: str, months: int | None) -> str:
    """The maximum equals the sentence here; a single offence."""
    if ground == "charged":
        return "NONE"
    if within(code, *MURDER_OR_RAPE):
        return "P1_LEVEL_1"
    if months is None:
        return "REVIEW" if within(code, *VIOLENCE_OR_THEFT, *BY_ELEMENTS) else "INSUFFICIENT_DATA"
    if within(code, *VIOLENCE_OR_THEFT) and months >= 12:
        return "P1_LEVEL_1"
    if within(code, *BY_ELEMENTS):
        return "REVIEW"
    return "P1_LEVEL_2" if months > 12 else "REVIEW" if months == 12 else "P1_LEVEL_3"


def expected_det_2012(code: str, ground: str, months: int | None) -> str:
    listed = (
        "0901-0999", "1001-1099", "1101-1199", "1201-1299", "1301-1399", "1601-1699", "2101", "3802-3803", "3809-3810",
        "6401-6499", "5401", "5403-5404", "5201-5299", "3501-3503", "3510-3511", "3520-3521", "3530-3531", "3540-3541",
        "3560-3561", "3563", "3570-3571", "3580-3581",
    )  # fmt: skip
    if (months is not None and months > 12) or within(code, *listed) or (code == "0301" and ground == "convicted"):
        return "MET"
    if within(code, "3601-3699", "7099", "3505", "3513", "3523", "3533", "3543", "3564", "3573", "3583", "3599"):
        return "REVIEW"
    return "INSUFFICIENT_DATA" if months is None else "NOT_MET"


EXPECTED = {
    "SC-2009": expected_sc_2009, "FS-2009": expected_fs_2009, "ICE-2010": expected_ice_2010,
    "DET-2012": expected_det_2012,
}  # fmt: skip


@pytest.mark.parametrize("months", [None, 6, 12, 24], ids=lambda months: f"{months or 'unknown'} months")
@pytest.mark.parametrize("ground", ["charged", "convicted"])
@pytest.mark.parametrize("rule_set_code", EXPECTED)
def test_every_code_gets_the_answer_of_its_paragraph(rule_set_code, ground, months):
    rules = rule_set(rule_set_code)
    wrong = []
    for code in CODES:
        one = (
            convicted(code, months, maximum_months=months)
            if ground == "convicted"
            else charge(code, Outcome.PENDING, maximum_months=months)
        )
        answer = assess(rules, facts(one, findings=nothing_found(rules))).answer
        expected = EXPECTED[rule_set_code](code, ground, months)
        if answer != expected:
            wrong.append((code, answer, expected))
    assert wrong == []


def test_the_table_speaks_of_every_offence_of_the_catalogue():
    assert len(CODES) > 440
    assert not {code for code in CODES if code.startswith("80")}
