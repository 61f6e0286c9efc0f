# SPDX-License-Identifier: Apache-2.0
"""Emergency access: one record, one hour, to read, with a reason, reviewed by somebody else; and ways round that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from secure_communities.identify.emergency import rules, services
from secure_communities.identify.emergency.models import EmergencyAccess
from secure_communities.identify.emergency.rules import Outcome
from secure_communities.identify.emergency.services import EmergencyRefused
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.access.services import NotAllowed, may
from secure_communities.platform.agencies.models import AreaOfResponsibility, OriginatingAgency
from secure_communities.platform.agencies.selectors import originators_in_scope
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from tests.identify import builders as a
from tests.platform.builders import a_county, a_state, a_user, an_agency, an_ori

pytestmark = pytest.mark.django_db
AT = a.AT
WHY = "A person in custody collapsed and nobody at the desk answers."


def opened(user=None, submission=None, at=AT):
    submission = submission or a.a_submission()
    user = user or a_user(Role.CUSTODY)
    return services.open_record(control_number=submission.control_number, user=user, reason=WHY, at=at)


def test_a_record_is_read_for_an_hour_and_no_longer_and_every_reading_is_logged():
    access = opened()
    for minutes in (0, 30, 59):
        services.read(emergency_id=access.pk, user=access.user, at=AT + timedelta(minutes=minutes))
    with pytest.raises(EmergencyRefused, match="ended at"):
        services.read(emergency_id=access.pk, user=access.user, at=AT + timedelta(minutes=60))
    logged = Event.objects.filter(kind="emergency:read", correlation=access.submission.control_number)
    assert list(logged.values_list("actor", "purpose").distinct()) == [(f"user:{access.user.username}", "emergency")]
    assert logged.count() == 3


def test_the_reason_is_sealed_in_the_table_and_in_the_log():
    access = opened()
    stored = Event.objects.get(kind="emergency:opened")
    assert b"collapsed" not in bytes(access.sealed_reason) + bytes(stored.sealed) and "collapsed" not in str(
        stored.data
    )
    assert services.reason_of(access) == WHY


def test_it_opens_one_record_to_one_person():
    access = opened()
    with pytest.raises(EmergencyRefused, match="no emergency access of yours"):
        services.read(emergency_id=access.pk, user=a_user(Role.CUSTODY), at=AT)
    with pytest.raises(Refusal, match="open already"):
        opened(access.user, access.submission)


@pytest.mark.parametrize("reason", ["", "   ", "urgent", " " * 30])
def test_a_word_is_no_reason(reason):
    with pytest.raises(EmergencyRefused, match="Say what the emergency is"):
        services.open_record(
            control_number=a.a_submission().control_number, user=a_user(Role.CUSTODY), reason=reason, at=AT
        )


@pytest.mark.parametrize("role", sorted(set(HUMAN_ROLES) - POLICY[Permission.EMERGENCY_OPEN].roles.keys()))
def test_no_other_role_opens_records_this_way(role):
    with pytest.raises(NotAllowed):
        opened(a_user(role))


def test_whoever_may_open_the_record_anyway_is_sent_there():
    user = a_user(Role.CUSTODY, Role.OPERATOR)
    with pytest.raises(EmergencyRefused, match="ordinary way"):
        opened(user)


def test_it_gives_no_right_to_anything_else():
    access = opened()
    for permission in set(Permission) - {Permission.EMERGENCY_OPEN, Permission.AGENCY_VIEW}:
        assert not may(access.user, permission, at=AT), permission
    assert not may(access.user, Permission.SUBMISSION_VIEW, access.submission.originator, at=AT)


def test_a_field_officer_opens_records_of_the_counties_that_the_own_office_serves():
    houston, elsewhere = an_agency(AgencyKind.FIELD_OFFICE), an_agency(AgencyKind.FIELD_OFFICE)
    AreaOfResponsibility.objects.create(field_office=elsewhere, state=a_state())
    AreaOfResponsibility.objects.create(field_office=houston, state=a_state(), county=a_county("48201"))
    other = an_ori("ZZTX00201", county=a_county("48113"))
    submission = a.a_submission()  # of county 48201
    ours, theirs = a_user(Role.FIELD_OFFICER, agency=houston), a_user(Role.FIELD_OFFICER, agency=elsewhere)
    assert opened(ours, submission).pk
    with pytest.raises(NotAllowed, match="Another field office"):
        opened(theirs, submission)
    for actor, expected in ((ours, submission.originator), (theirs, other)):
        assert list(originators_in_scope(actor, Permission.EMERGENCY_OPEN, at=AT)) == [expected]
        one_by_one = [o for o in OriginatingAgency.objects.all() if may(actor, Permission.EMERGENCY_OPEN, o, at=AT)]
        assert one_by_one == [expected]


# -- review ------------------------------------------------------------------------------------------------------------

FOUND = "The custody log of that hour shows the collapse."


def reviewed(access, reviewer, at=AT + timedelta(hours=2)):
    return services.review(emergency_id=access.pk, reviewer=reviewer, outcome=Outcome.JUSTIFIED, finding=FOUND, at=at)


def test_somebody_else_reviews_it_once():
    access = opened()
    auditor = a_user(Role.AUDITOR)
    assert list(services.to_review(auditor)) == [access]
    assert reviewed(access, auditor).outcome == Outcome.JUSTIFIED
    assert not services.to_review(auditor).exists()
    with pytest.raises(EmergencyRefused, match="already"):
        reviewed(access, a_user(Role.SUPPORT_SUPERVISOR))
    assert Event.objects.get(kind="emergency:reviewed").data["outcome"] == "JUSTIFIED"


def test_nobody_reviews_their_own_whatever_roles_they_hold():
    user = a_user(Role.CUSTODY, Role.FIELD_SUPERVISOR)
    access = opened(user)
    assert access not in services.to_review(user)
    with pytest.raises(NotAllowed, match="somebody else"):
        reviewed(access, user)
    change = {"reviewed_at": AT, "reviewed_by": user, "outcome": "JUSTIFIED", "sealed_finding": b"x"}
    with pytest.raises(IntegrityError, match="nobody_reviews_their_own"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    ["ends_at = ends_at + interval '1 minute'", "opened_at = opened_at - interval '1 day'", "sealed_reason = 'x'"],
)
def test_no_statement_of_sql_lengthens_or_rewrites_it(change):
    access = opened()
    with connection.cursor() as cursor:
        for statement in (f"UPDATE emergency_emergencyaccess SET {change}", "DELETE FROM emergency_emergencyaccess"):
            with pytest.raises(IntegrityError, match=r"kept|never edited"), transaction.atomic():
                cursor.execute(statement)
    access.refresh_from_db()
    assert access.ends_at == AT + rules.LASTS


def test_no_row_lasts_longer_than_an_hour_and_no_examiner_signs_a_review_by_sql():
    access = opened()
    with pytest.raises(IntegrityError, match="an_hour_at_most"), transaction.atomic():
        EmergencyAccess.objects.create(
            user=a_user(Role.CUSTODY), submission=access.submission, sealed_reason=b"x", opened_at=AT,
            ends_at=AT + timedelta(minutes=61),
        )  # fmt: skip
    change = {
        "reviewed_at": AT, "reviewed_by": a_user(Role.EXAMINER), "outcome": "JUSTIFIED", "sealed_finding": b"x"
    }  # fmt: skip
    with pytest.raises(Exception, match="only an auditor or a supervisor"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk).update(**change)


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def enter(monkeypatch, tmp_path, settings):
    from secure_communities.platform import clock

    settings.VAR = tmp_path
    moment = {"at": AT}
    monkeypatch.setattr(clock, "now", lambda: moment["at"])

    def client(user):
        made = Client()
        made.force_login(user)
        return made

    client.moment = moment
    return client


def test_the_pages_open_show_and_close_the_record(enter):
    submission = a.a_submission()
    user = a_user(Role.CUSTODY)
    client = enter(user)
    form = {"number": submission.control_number, "reason": WHY}
    assert client.post("/emergency/", form).status_code == 422  # nothing affirmed
    answer = client.post("/emergency/", form | {"understood": "on"})
    html = client.get(answer.headers["Location"]).content.decode()
    assert "As booked" in html and "Emergency access" in html
    assert "mmigration" not in html.split("<main")[1].split("</main")[0]
    assert client.get(f"/submissions/{submission.control_number}/").status_code == 403
    enter.moment["at"] = AT + timedelta(minutes=60)
    client = enter(user)
    refused = client.get(answer.headers["Location"])
    assert refused.status_code == 403 and "ended at" in refused.content.decode()


def test_an_overdue_review_is_seen_and_done(enter):
    access = opened()
    enter.moment["at"] = AT + timedelta(hours=25)
    client = enter(a_user(Role.AUDITOR))
    assert "One review is overdue." in client.get("/emergency/reviews/").content.decode()
    page = f"/emergency/{access.pk}/review/"
    assert WHY in client.get(page).content.decode()
    assert client.post(page, {"outcome": "JUSTIFIED", "finding": FOUND}).status_code == 302
    assert "Nothing waits for a review." in client.get("/emergency/reviews/").content.decode()
    assert enter(access.user).get("/emergency/reviews/").status_code == 403
