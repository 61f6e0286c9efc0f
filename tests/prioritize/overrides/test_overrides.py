# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Two people may decide otherwise than the rules, for a time, and never against a safeguard."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.overrides import services, states
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.overrides.rules import Reason
from tests.identify.builders import AT
from tests.platform.builders import a_user
from tests.prioritize.cases import a_referred_case, an_officer, assessed, becomes, confirm, dismissed

pytestmark = pytest.mark.django_db

WHY = "The complaint speaks of a shove and of nothing else."


@pytest.fixture
def query():
    made = a_referred_case()
    confirm(made, "2301")
    assessed(made)
    return made


def proposed(query, answer="LEVEL_1", reason=Reason.CHARGE_READ, by=None, days=30, text=WHY):
    return services.propose_override(
        query=query, answer=answer, reason_code=reason, text=text, expires_on=AT.date() + timedelta(days=days),
        by=by or an_officer(query), at=AT,
    )  # fmt: skip


def approved(override, by=None):
    return services.decide_override(
        override=override,
        approve=True,
        reason=WHY,
        by=by or an_officer(override.query, Role.FIELD_SUPERVISOR),
        at=AT,
    )


def stands(query, at=AT):
    return selectors.current_of(query, at=at)


def test_a_proposal_counts_for_nothing_until_another_person_approves(query):
    override = proposed(query)
    assert stands(query).effective_answer == "LEVEL_2"
    approved(override)
    now = stands(query)
    assert (now.effective_answer, now.answer) == ("LEVEL_1", "LEVEL_2")


def test_nobody_approves_their_own_override_even_with_both_roles(query):
    both = an_officer(query, Role.FIELD_SUPERVISOR)
    override = proposed(query, by=both)
    with pytest.raises(NotAllowed, match="another person"):
        approved(override, by=both)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE overrides_override SET state = 'in_force', decided_by_id = proposed_by_id, decided_at = %s", [AT]
        )


@pytest.mark.parametrize("reason", [Reason.HUMANITARIAN, Reason.FAMILY, Reason.COOPERATION, Reason.OTHER])
def test_humanitarian_and_family_circumstances_never_raise_a_level(query, reason):
    with pytest.raises(Refusal, match="never raise"):
        proposed(query, "LEVEL_1", reason)
    assert proposed(query, "LEVEL_3", reason).answer == "LEVEL_3"


def test_a_case_to_which_no_rule_applies_is_given_no_level(query):
    dismissed(query)
    assessed(query)
    with pytest.raises(Refusal, match="do not apply"):
        proposed(query)


def test_the_database_gives_no_level_where_no_rule_applies(query):
    dismissed(query)
    row = assessed(query)
    with pytest.raises(DatabaseError, match="S2"), transaction.atomic():
        Override.objects.create(
            query=query, assessment=row, answer="LEVEL_1", rank=0, reason_code=Reason.CHARGE_READ,
            sealed_text=bytes(60), expires_at=AT + timedelta(days=1), proposed_at=AT,
            proposed_by=an_officer(query),
        )  # fmt: skip


def test_it_ends_by_itself_however_long_the_worker_was_down(query):
    approved(proposed(query, days=5))
    much_later = AT + timedelta(days=60)
    assert services.end_expired(at=much_later) == 1
    assert stands(query, much_later).effective_answer == "LEVEL_2"
    assert services.end_expired(at=much_later) == 0


@pytest.mark.parametrize("days", [0, -1, 91, 4000])
def test_no_override_is_without_a_near_end(query, days):
    with pytest.raises(Refusal, match="90 days"):
        proposed(query, days=days)


def test_new_facts_end_it_and_the_new_assessment_counts(query):
    override = approved(proposed(query))
    becomes(query, DispositionKind.CONVICTED, sentence_months=3)
    assessed(query)
    override.refresh_from_db()
    assert override.state == "ended"
    assert stands(query).effective_answer == "LEVEL_2"


def test_what_was_proposed_on_other_facts_is_not_approved_any_more(query):
    override = proposed(query)
    becomes(query, DispositionKind.CONVICTED, sentence_months=3)
    assessed(query)
    with pytest.raises(Refusal, match="assessed again"):
        approved(override)


def test_one_override_of_a_case_at_a_time(query):
    proposed(query)
    with pytest.raises(Refusal, match="must end first"):
        proposed(query, "LEVEL_3")


def test_it_is_decided_once(query):
    override = approved(proposed(query))
    with pytest.raises(Refusal, match="cannot"):
        services.decide_override(
            override=override, approve=False, reason=WHY, by=a_user(Role.SUPPORT_SUPERVISOR), at=AT
        )


@pytest.mark.parametrize(
    "change", ["answer = 'LEVEL_3'", "expires_at = expires_at + interval '1 year'", "state = 'proposed'"]
)
def test_the_database_refuses_to_change_what_was_proposed_or_decided(query, change):
    approved(proposed(query))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE overrides_override SET {change}")


def test_words_are_sealed_and_short_ones_refused(query):
    with pytest.raises(Refusal, match="Say why"):
        proposed(query, text="because")
    assert b"shove" not in bytes(proposed(query).sealed_text)


@pytest.mark.parametrize("state", states.State)
@pytest.mark.parametrize("event", states.Event)
def test_every_pair_of_the_table(state, event):
    if (state, event) in states.TABLE:
        assert states.after(state, event) is states.TABLE[state, event]
    else:
        with pytest.raises(states.Impossible):
            states.after(state, event)


def test_a_field_supervisor_of_another_office_decides_nothing(query):
    override = proposed(query)
    with pytest.raises(NotAllowed, match="Another field office"):
        approved(override, by=a_user(Role.FIELD_SUPERVISOR))
    assert stands(query).override_id is None
