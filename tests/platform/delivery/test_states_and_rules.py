# SPDX-License-Identifier: Apache-2.0
"""The table of a delivery's life, the waits between attempts, and what an answer means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.delivery import rules
from secure_communities.platform.delivery.rules import Outcome
from secure_communities.platform.delivery.states import DELIVERY, Delivery, ForbiddenStep, Step, after

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
JITTER = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("state", Delivery)
@pytest.mark.parametrize("step", Step)
def test_every_pair_is_in_the_table_or_forbidden(state: Delivery, step: Step) -> None:
    if (state, step) in DELIVERY:
        assert after(state, step) is DELIVERY[state, step]
    else:
        with pytest.raises(ForbiddenStep):
            after(state, step)


def test_nothing_but_a_person_or_the_recipient_leads_out_of_a_dead_letter() -> None:
    assert {step for state, step in DELIVERY if state is Delivery.DEAD} == {Step.REPLAY, Step.OFFER, Step.COLLECT}


def test_every_state_but_delivered_can_still_become_delivered() -> None:
    reach = {Delivery.DELIVERED}
    while more := {before for (before, _), then in DELIVERY.items() if then in reach} - reach:
        reach |= more
    assert reach == set(Delivery)


@given(st.integers(1, 200), JITTER)
def test_waits_grow_within_their_jitter(failures: int, jitter: float) -> None:
    step = rules.STEPS[min(failures, len(rules.STEPS)) - 1]
    assert step * 0.8 <= rules.wait_after(failures, jitter=jitter) <= step * 1.2
    assert rules.wait_after(failures, jitter=0.5) <= rules.wait_after(failures + 1, jitter=0.5)


@given(st.lists(JITTER, min_size=60, max_size=60))
def test_a_receiver_that_never_answers_is_given_up_within_a_day_and_not_before_twenty_one_hours(drawn) -> None:
    at, tries = AT, 1
    for failures, jitter in enumerate(drawn, start=1):
        again = rules.next_try(failures=failures, begun_at=AT, at=at, jitter=jitter)
        if again is None:
            break
        at, tries = again, tries + 1
    assert timedelta(hours=21) < at - AT <= rules.GIVE_UP_AFTER
    assert 14 <= tries <= 22


@pytest.mark.parametrize(("failures", "jitter"), [(0, 0.5), (1, 1.0), (1, -0.1)])
def test_a_wait_after_nothing_or_with_a_wrong_draw_is_an_error(failures: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        rules.wait_after(failures, jitter=jitter)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "delivered"), (204, "delivered"), (301, "refused"), (308, "refused"), (400, "refused"), (401, "failed"),
     (404, "failed"), (410, "refused"), (413, "refused"), (429, "failed"), (500, "failed"), (503, "failed")],
)  # fmt: skip
def test_what_an_http_status_means(status: int, outcome: str) -> None:
    assert rules.of_http(status).outcome == outcome


@pytest.mark.parametrize(
    ("status", "outcome"), [(250, "delivered"), (421, "failed"), (451, "failed"), (550, "refused"), (554, "refused")]
)
def test_what_an_smtp_reply_means(status: int, outcome: str) -> None:
    assert rules.of_smtp(status, stage="data").outcome == outcome


def test_every_code_has_its_sentence() -> None:
    assert all(sentence.endswith((".", "again.")) for sentence in rules.SENTENCES.values())
    assert "later" in rules.sentence_of("smtp_data_later") and "for good" in rules.sentence_of("smtp_data_refused")
    assert set(Outcome) == {"delivered", "failed", "refused", "interrupted"}
