# SPDX-License-Identifier: Apache-2.0
"""The pure presenters: tracks from states and events, words, sights. No database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role
from secure_communities.web.presenters import messages, states
from secure_communities.web.presenters.lanes import Life, lanes, timeline
from secure_communities.web.presenters.lists import words_of
from secure_communities.web.presenters.sight import PURPOSES, SIGHTS, WORDS, Sight, knows_immigration, purposes_of
from secure_communities.web.presenters.submission import day, spaced
from tests.identify.builders import AT

ALL = Sight(person=True, prints=True, immigration=True, answers=True, centre=True)
AGENCY = SIGHTS[ReadPurpose.OWN_SUBMISSION]


def happened(kind: str, minutes: float = 1, *, lane: str = "", actor: str = "criminal", **data: Any) -> dict[str, Any]:
    person = actor.startswith("examiner")
    return {
        "kind": kind, "at": AT + timedelta(minutes=minutes), "title": kind, "detail": data.pop("detail", ""),
        "lane": lane or kind.partition(":")[0], "tone": "neutral", "actor": actor, "data": data, "reason": "",
        "actor_kind": "person" if person else "machine",
    }  # fmt: skip


def a_life(*events: dict[str, Any], intake: str = "accepted", criminal: str = "waiting", immigration: str = "waiting",
           blind: bool = False) -> Life:  # fmt: skip
    return Life(intake, criminal, immigration, AT, "ZZTX00101", events, blind)


def steps(life: Life, key: str, sight: Sight = ALL) -> list[tuple[str, str]]:
    lane = next(one for one in lanes(life, sight) if one["key"] == key)
    return [(step["title"], step["state"]) for step in lane["steps"]]


ACCEPTED = happened("submission:accepted", lane="both", fingers=[1, 2])
SEARCHED = happened("immigration:searched", outcome="HIT")


def test_every_state_of_both_sides_has_words_and_a_track() -> None:
    for intake in Intake:
        for criminal in Criminal:
            for immigration in Immigration:
                life = a_life(intake=intake, criminal=criminal, immigration=immigration)
                assert states.criminal(intake, criminal)[0] and states.immigration(intake, immigration)[0]
                for lane in lanes(life, ALL):
                    assert lane["steps"] and all(
                        one["state"] in {"done", "current", "waiting", "skipped", "stopped"} for one in lane["steps"]
                    )


def test_words_never_say_what_a_person_is() -> None:
    for words, _ in [*states.CRIMINAL.values(), *states.IMMIGRATION.values(), *states.QUERY.values()]:
        assert not {"illegal", "criminal", "unlawful", "guilty"} & set(words.lower().split())


def test_a_refused_file_stops_at_once_and_is_answered() -> None:
    life = a_life(happened("submission:refused", lane="both"), happened("response:error"), intake="refused")
    assert steps(life, "criminal") == [("File refused", "stopped"), ("Error response", "done")]
    assert steps(life, "immigration") == [("Not searched", "skipped")]


def test_the_first_response_says_how_long_it_took() -> None:
    life = a_life(ACCEPTED, happened("criminal:searched", 2, outcome="NO_HIT"), happened("response:first", 3),
                  criminal="answered")  # fmt: skip
    [lane] = lanes(life, AGENCY)
    assert lane["summary"] == "Answered in 3 min"
    assert [one["state"] for one in lane["steps"]] == ["done"] * 3


def test_a_type_without_answer_says_so() -> None:
    life = a_life(ACCEPTED, happened("response:none-due"), criminal="answered")
    assert steps(life, "criminal")[-1] == ("No answer due", "skipped")


def test_a_possible_match_waits_for_its_examiner_on_the_track() -> None:
    life = a_life(ACCEPTED, happened("criminal:examination-opened"), criminal="examiner")
    assert ("Examiner decided", "current") in steps(life, "criminal")


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        (0, [("First examiner", "current"), ("Second examiner", "waiting")]),
        (1, [("First examiner", "done"), ("Second examiner", "current")]),
    ],
)
def test_the_track_shows_which_examiner_is_awaited(decisions: int, expected: list[tuple[str, str]]) -> None:
    made = [happened("immigration:decision", actor="examiner.one")] * decisions
    assert steps(a_life(ACCEPTED, SEARCHED, *made, immigration="examiner"), "immigration")[1:3] == expected


def test_a_disagreement_adds_the_lead_examiner() -> None:
    made = [happened("immigration:decision", actor="examiner.one")] * 2
    life = a_life(ACCEPTED, SEARCHED, *made, happened("immigration:lead-needed"), immigration="examiner")
    assert ("Lead examiner", "current") in steps(life, "immigration")


@pytest.mark.parametrize("state", ["rejected", "inconclusive"])
def test_a_comparison_without_match_ends_with_the_prints_discarded(state: str) -> None:
    made = [happened("immigration:decision", actor="examiner.one")] * 2
    life = a_life(ACCEPTED, SEARCHED, *made, happened("immigration:probe-discarded"), immigration=state)
    lane = lanes(life, ALL)[1]
    stopped = next(one for one in lane["steps"] if one["state"] == "stopped")
    assert stopped["detail"] == "Prints discarded"


def test_a_notice_the_agency_does_not_take_is_skipped_not_awaited() -> None:
    life = a_life(ACCEPTED, happened("response:withheld", lane="immigration"), immigration="no_match")
    assert steps(life, "immigration")[-1] == ("Notice to the agency", "skipped")


def test_the_machine_finds_candidates_on_the_immigration_side_never_a_match() -> None:
    lane = lanes(a_life(ACCEPTED, SEARCHED, immigration="examiner"), ALL)[1]
    assert lane["steps"][0]["detail"] == "Candidates found"


def test_a_blind_reader_is_told_no_outcome() -> None:
    decided = happened("immigration:decision", actor="examiner.one")
    searched = happened("immigration:searched", outcome="HIT", detail="7 subjects searched: hit")
    life = a_life(ACCEPTED, searched, decided, immigration="examiner", blind=True)
    assert lanes(life, ALL)[1]["steps"][0]["detail"] == ""
    told = timeline(life, ALL, {})
    assert [one["title"] for one in told] == ["immigration:searched", "submission:accepted"]
    assert all(one["detail"] == "" for one in told)


def test_an_agency_reads_its_own_name_and_no_examiners() -> None:
    life = a_life(
        happened("submission:received", lane="both", actor="ZZTX00101"),
        happened("criminal:decision", actor="examiner.one"),
        happened("immigration:searched"),
    )
    told = timeline(life, AGENCY, {"examiner.one": "Edda Bramblehurst"})
    assert [(one["actor"], one["actor_kind"]) for one in told] == [
        ("An examiner of the register", "person"), ("ZZTX00101", "agency"),
    ]  # fmt: skip
    inside = timeline(life, ALL, {"examiner.one": "Edda Bramblehurst"})
    assert inside[1]["actor"] == "Edda Bramblehurst"


def test_every_role_that_may_see_submissions_has_a_purpose_and_no_other_has() -> None:
    viewers = set(POLICY[Permission.SUBMISSION_VIEW].roles) - {Role.BOOKING_SYSTEM}
    assert set(PURPOSES) == viewers
    assert set(SIGHTS) == set(WORDS) == set(ReadPurpose)


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.STATE_BUREAU])
def test_agencies_never_know_the_immigration_side(role: Role) -> None:
    assert not knows_immigration({role})
    assert [SIGHTS[one].immigration or SIGHTS[one].centre for one in purposes_of({role})] == [False]


def test_examiners_and_operators_are_shown_nobody() -> None:
    for purpose in (ReadPurpose.EXAMINATION, ReadPurpose.SUPPORT):
        assert not (SIGHTS[purpose].person or SIGHTS[purpose].answers or SIGHTS[purpose].centre)


def test_every_kind_and_state_of_message_has_words() -> None:
    assert set(messages.TITLES) == set(MessageKind)
    assert set(messages.STATES) == set(MessageState)


def test_a_message_that_cannot_be_read_says_so() -> None:
    assert messages.text_of(b"garbage", "application/vnd.ebts").startswith("This message cannot be shown as text")
    assert messages.text_of("é".encode(), "text/plain; charset=utf-8") == "é"


@pytest.mark.parametrize(
    ("given", "shown"), [("20261122", "Nov 22, 2026"), ("00000000", "00000000"), ("", ""), (None, ""), ("x", "x")]
)
def test_dates_of_a_file_are_shown_as_dates_or_as_they_stand(given: str | None, shown: str) -> None:
    assert day(given) == shown


def test_small_words() -> None:
    assert spaced("SAMPLE,ONE B") == "SAMPLE, ONE B"
    assert [words_of(one) for one in (None, 1.234, 41.2, 1800)] == ["–", "1.2 s", "41 s", "30 min"]
