# SPDX-License-Identifier: Apache-2.0
"""A sign of citizenship blocks every adverse path until supervisor and counsel together clear it (S2, S3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from secure_communities.identify.citizenship import selectors, services
from secure_communities.identify.citizenship.models import Claim, Clearance, Conclusion, Indicium, Source
from secure_communities.identify.citizenship.services import CitizenshipRefused, PathBlocked
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.research import services as research
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.citizenship import Fact, FactKind, Path, Standing
from secure_communities.policy.determination import ADVERSE
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db
ADVERSE_STEPS = (Path.DETAINER, Path.CUSTODY, Path.REMOVAL)


def a_possible_citizen(place: str = "TX") -> StatusQuery:
    return a.a_confirmed_match(fields={"2.020": place})


def the_sign(query: StatusQuery) -> Indicium:
    return Indicium.objects.get(submission=query.submission)


def conclude(sign: Indicium, role: Role, conclusion: Conclusion = Conclusion.CLEARED, reviewer: Any = None) -> Standing:
    return services.conclude(
        indicium_id=sign.pk, reviewer=reviewer or a_user(role), capacity=role, conclusion=conclusion,
        reason="The birthplace was entered by mistake.", at=a.AT,
    )  # fmt: skip


def clear(sign: Indicium) -> Standing:
    conclude(sign, Role.SUPPORT_SUPERVISOR)
    return conclude(sign, Role.COUNSEL)


@pytest.mark.parametrize("fields", [{"2.020": "TX"}, {"2.021": "US"}, {"2.020": "MM", "2.021": [["MM"], ["US"]]}])
def test_what_the_booking_says_raises_a_sign_when_the_match_is_confirmed(fields: dict[str, Any]) -> None:
    query = a.a_confirmed_match(fields=fields)
    sign = the_sign(query)
    assert sign.subject == query.subject
    assert selectors.standing(sign) is Standing.OPEN
    assert Event.objects.filter(kind="citizenship:indicium-opened").count() == 1
    assert WorkItem.objects.get(worklist="citizenship").due_at == sign.due_at == a.AT + timedelta(hours=1)


@pytest.mark.parametrize("fields", [{}, {"2.020": "MM"}, {"2.020": "YY"}, {"2.018": "SAMPLE,ROSA", "2.025": "W"}])
def test_a_birthplace_abroad_a_name_or_a_race_raises_nothing(fields: dict[str, Any]) -> None:
    a.a_confirmed_match(fields=fields)
    assert not Indicium.objects.exists()
    assert {one.source for one in Claim.objects.all()} == {Source.SUBMISSION_POB}


def test_no_booking_without_a_confirmed_match_is_looked_into() -> None:
    a.a_candidate_match(fields={"2.020": "TX"})
    assert not Claim.objects.exists()


@pytest.mark.parametrize("code", sorted(ADVERSE - {Code.LPR_POSSIBLY_REMOVABLE}))  # its draft is refused before (S16)
def test_no_adverse_determination_is_signed_while_a_sign_is_open(code: Code) -> None:
    query = a_possible_citizen()
    with pytest.raises(PathBlocked, match=r"^\(S2\)"):
        a.a_determination(query, code=code)
    assert not Determination.objects.exists()


def test_one_sign_blocks_all_adverse_paths_at_once_and_each_refusal_names_its_safeguard() -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    for path in ADVERSE_STEPS:
        services.require_open(path, query.submission)
    assert selectors.adverse_path_open(query.submission)
    services.record_claim(
        submission_id=query.submission_id, source=Source.OWN_STATEMENT, value="US", provenance="interview",
        by=a.a_specialist(), at=a.AT,
    )  # fmt: skip
    for path in ADVERSE_STEPS:
        with pytest.raises(PathBlocked, match=r"^\(S2\)"):
            services.require_open(path, query.submission)
    assert not selectors.adverse_path_open(query.submission)


def test_without_a_signature_no_path_is_open() -> None:
    query = a.a_confirmed_match()
    for path in ADVERSE_STEPS:
        with pytest.raises(PathBlocked, match=r"^\(S1\)"):
            services.require_open(path, query.submission)
    assert not selectors.adverse_path_open(query.submission)


def test_the_database_refuses_an_adverse_determination_whoever_writes_it() -> None:
    query = a_possible_citizen()
    draft = a.a_draft(query)
    box = bytes(40)
    with pytest.raises(IntegrityError, match="S2, S3"), transaction.atomic():
        Determination.objects.create(
            query=query, draft=draft, code=draft.code, drafter=draft.author, signer=a.an_officer(), signed_at=a.AT,
            authority_code="DELEGATION", sealed_authority=box, sealed_reason=box,
        )  # fmt: skip


def test_the_database_knows_the_same_adverse_codes_as_the_policy() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM unnest(%s::text[]) code WHERE determination_is_adverse(code)", [[*map(str, Code)]]
        )
        assert {row[0] for row in cursor.fetchall()} == set(ADVERSE)


def test_supervisor_and_counsel_together_clear_and_then_the_path_is_open() -> None:
    query = a_possible_citizen()
    sign = the_sign(query)
    assert conclude(sign, Role.SUPPORT_SUPERVISOR) is Standing.OPEN
    with pytest.raises(PathBlocked):
        a.a_determination(query)
    assert conclude(sign, Role.COUNSEL) is Standing.CLEARED
    assert not WorkItem.objects.filter(worklist="citizenship", closed_at=None).exists()
    drafted = query.latest_draft
    assert research.sign(
        query_id=query.pk, officer=a.an_officer(), draft_id=drafted.pk, authority="x", reason="x", at=a.AT
    )
    assert selectors.adverse_path_open(query.submission)


def test_one_approver_never_clears_in_any_way() -> None:
    sign = the_sign(a_possible_citizen())
    supervisor = a_user(Role.SUPPORT_SUPERVISOR)
    conclude(sign, Role.SUPPORT_SUPERVISOR, reviewer=supervisor)
    with pytest.raises(CitizenshipRefused, match="concluded already"):
        conclude(sign, Role.SUPPORT_SUPERVISOR, reviewer=supervisor)
    with pytest.raises(CitizenshipRefused, match="in this role"):
        conclude(sign, Role.SUPPORT_SUPERVISOR)
    with pytest.raises(CitizenshipRefused, match="do not hold the role"):
        conclude(sign, Role.COUNSEL, reviewer=supervisor)
    assert selectors.standing(sign) is Standing.OPEN


@pytest.mark.parametrize(
    "forge",
    [
        lambda sign, done: {"reviewer": done, "capacity": "COUNSEL"},
        lambda sign, done: {"reviewer": a_user(Role.SUPPORT_SUPERVISOR), "capacity": "SUPPORT_SUPERVISOR"},
        lambda sign, done: {"reviewer": a.an_officer(), "capacity": "COUNSEL"},
        lambda sign, done: {"reviewer": a.an_officer(), "capacity": "AUTHORISED_OFFICER"},
        lambda sign, done: {"reviewer": a_user(Role.COUNSEL), "capacity": "COUNSEL", "sealed_reason": bytes(33)},
    ],
    ids=["same person", "same role", "without the role", "another role", "no reason"],
)
def test_the_database_refuses_a_forged_clearance(forge: Any) -> None:
    sign = the_sign(a_possible_citizen())
    supervisor = a_user(Role.SUPPORT_SUPERVISOR)
    conclude(sign, Role.SUPPORT_SUPERVISOR, reviewer=supervisor)
    row = {"conclusion": "CLEARED", "sealed_reason": bytes(40), "concluded_at": a.AT, **forge(sign, supervisor)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.create(indicium=sign, **row)
    assert selectors.standing(sign) is Standing.OPEN


@pytest.mark.parametrize("role", [Role.SUPPORT_SUPERVISOR, Role.COUNSEL])
def test_either_confirms_and_a_confirmed_citizen_is_beyond_every_adverse_path(role: Role) -> None:
    query = a_possible_citizen()
    sign = the_sign(query)
    assert conclude(sign, role, Conclusion.CONFIRMED) is Standing.CONFIRMED
    with pytest.raises(PathBlocked, match=r"^\(S3\)"):
        a.a_determination(query)
    with pytest.raises(CitizenshipRefused, match="confirmed already"):
        conclude(sign, Role.COUNSEL)


def test_confirmation_prevails_over_clearance() -> None:
    sign = the_sign(a_possible_citizen())
    clear(sign)
    assert conclude(sign, Role.COUNSEL, Conclusion.CONFIRMED) is Standing.CONFIRMED


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPPORT_SUPERVISOR, Role.COUNSEL, Role.BOOKING_SYSTEM}))
def test_nobody_else_concludes(role: Role) -> None:
    sign = the_sign(a_possible_citizen())
    with pytest.raises(NotAllowed, match=r"\(S2\)"):
        conclude(sign, role, reviewer=a_user(role))


def test_a_sign_of_an_earlier_booking_counts_for_the_same_record_of_the_register() -> None:
    first = a_possible_citizen()
    later = a.search_immigration(a.an_accepted_submission(first.submission.originator))
    compared = Examination.objects.get(submission=later, register="immigration")
    a.identify(compared)
    a.identify(compared)
    with pytest.raises(PathBlocked, match=r"^\(S2\)"):
        a.a_determination(StatusQuery.objects.get(submission=later))


@pytest.mark.parametrize(("code", "confirmed"), [(Code.USC_CONFIRMED, "S3"), (Code.USC_INDICIA, "S2")])
def test_an_officers_determination_is_a_sign_of_its_own(code: Code, confirmed: str) -> None:
    query = a.a_confirmed_match()
    a.a_determination(query, code=code)
    sign = the_sign(query)
    assert sign.code == "OFFICER_DETERMINED"
    with pytest.raises(PathBlocked, match=rf"\({confirmed}\)"):
        services.require_open(Path.DETAINER, query.submission)


def test_claims_are_added_never_overwritten_and_history_shows_all() -> None:
    query = a_possible_citizen("MM")
    for value in ("US", "MM"):
        services.record_claim(
            submission_id=query.submission_id, source=Source.OWN_STATEMENT, value=value, provenance="interview",
            by=a_user(Role.FIELD_OFFICER), at=a.AT,
        )  # fmt: skip
    submission = a.fresh(query.submission)
    assert [said["value"] for _, said in selectors.said_by(submission)] == ["MM", "US", "MM"]
    assert [one.version for one in Claim.objects.all()] == [1, 2, 3]
    assert Indicium.objects.count() == 1
    assert b"interview" not in bytes(Claim.objects.last().sealed)


def test_nothing_about_citizenship_is_changed_or_deleted() -> None:
    sign = the_sign(a_possible_citizen())
    conclude(sign, Role.SUPPORT_SUPERVISOR)
    for model in (Clearance, Indicium, Claim):
        table = model._meta.db_table
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="S2"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_sign_cannot_be_pinned_on_another_person() -> None:
    query = a_possible_citizen()
    other = a.an_immigration_subject(person=2)
    sign = the_sign(query)
    with pytest.raises(IntegrityError, match="S2"), transaction.atomic():
        Indicium.objects.create(
            submission=query.submission, subject=other, code=sign.code, sealed=b"x", mark=b"y",
            opened_at=a.AT, due_at=a.AT + timedelta(hours=1),
        )  # fmt: skip


def test_evidence_raises_a_sign_once_however_often_it_arrives() -> None:
    query = a.a_confirmed_match()
    facts = [Fact(FactKind.NATURALISATION, "US", "Naturalisation register", "CERT-1")]
    for _ in range(2):
        services.look_into(submission_id=query.submission_id, facts=facts, at=a.AT)
    assert Indicium.objects.count() == 1
    assert Claim.objects.filter(source=Source.NATURALISATION).count() == 1


def test_sources_that_are_read_are_not_entered_by_hand_and_a_claim_says_where_it_stands() -> None:
    query = a.a_confirmed_match()
    arguments = {"submission_id": query.submission_id, "by": a.a_specialist(), "at": a.AT}
    with pytest.raises(CitizenshipRefused, match="by hand"):
        services.record_claim(**arguments, source=Source.SUBMISSION_POB, value="US", provenance="x")
    with pytest.raises(CitizenshipRefused, match="where that stands"):
        services.record_claim(**arguments, source=Source.PARENT, value="US", provenance=" ")


def test_the_clock_is_visible_raises_alarms_and_the_item_is_served_before_all_others() -> None:
    a_possible_citizen()
    item = WorkItem.objects.get(worklist="citizenship")
    assert item.order_class == 0
    assert WorkItem.objects.filter(closed_at=None).order_by("order_key").first() == item
    assert item.clock == "citizenship_review"
    assert item.next_notice_at == a.AT + timedelta(minutes=15)


def test_a_failed_search_for_signs_opens_no_query(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(services, "look_into_booking", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        a_possible_citizen()
    assert not StatusQuery.objects.exists()


def test_a_reviewer_whose_role_has_ended_concludes_under_no_earlier_moment() -> None:
    """By service, as somebody with an old moment at hand would; the role is held at the moment given, and is over."""
    from secure_communities.platform.accounts.models import RoleGrant

    sign = the_sign(a_possible_citizen())
    counsel = a_user(Role.COUNSEL)
    RoleGrant.objects.filter(user=counsel).update(ends_at=a.AT + timedelta(seconds=1))
    with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
        conclude(sign, Role.COUNSEL, reviewer=counsel)
    assert not Clearance.objects.exists()
