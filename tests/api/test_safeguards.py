# SPDX-License-Identifier: Apache-2.0
"""The safeguards attacked through the API: S1, S4, S9, S19, S23. The services are attacked in tests/identify."""

from __future__ import annotations

import pytest
from django.db import connection

from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake.models import Probe, Submission
from secure_communities.identify.intake.states import Immigration
from secure_communities.identify.records.rules import ProtectedClass
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.interchange import itl
from secure_communities.interchange.messages import ImmigrationQuery, carries_banner
from secure_communities.platform.events import services as events
from secure_communities.platform.events.models import Event
from tests.api.callers import SUBMISSIONS, Machine, Person, a_draft, a_signature, accepted, identification, responses_of
from tests.identify import builders as a

pytestmark = pytest.mark.django_db

SECRETS = (b"SAMPLEHIDDEN", b"VIOLETTA", b"9000000001", b"A000000001", b"TRAVEL", b"19881122", b"20051122")


@pytest.fixture
def machine() -> Machine:
    return Machine(a.a_jail())


def everything_the_jail_can_read(machine: Machine, submission) -> bytes:
    here = f"{SUBMISSIONS}/{submission.control_number}"
    pages = [machine.get(here).content, machine.get(f"{here}/responses").content]
    return b"\n".join([*pages, *(machine.get(one["file"]).content for one in responses_of(machine, submission))])


def searched(machine: Machine, **booking):
    return a.search_criminal(a.search_immigration(accepted(machine.submit(**booking))))


def test_s1_nothing_about_a_match_reaches_the_jail_before_two_examiners_confirmed_it(machine: Machine) -> None:
    a.an_immigration_subject()
    submission = searched(machine)
    before = everything_the_jail_can_read(machine, submission)
    comparison = submission.examinations.get()
    path = f"/examinations/{comparison.pk}/decisions"
    examiner = Person(a.an_examiner())
    examiner.post(path, identification(comparison))
    examiner.post(path, identification(comparison))  # once more, by the same person
    Person(a.a_specialist()).post("/queries/1/drafts", a_draft())
    Person(a.an_officer()).post("/queries/1/signature", a_signature(1))
    after = everything_the_jail_can_read(machine, submission)
    assert [one["kind"] for one in responses_of(machine, submission)] == ["first"]
    assert not [secret for secret in SECRETS if secret in before + after]
    assert set(Message.objects.values_list("kind", flat=True)) == {"first"}


def test_s1_what_the_jail_is_told_of_a_match_says_what_it_is_not(machine: Machine) -> None:
    a.an_immigration_subject()
    submission = searched(machine)
    comparison = submission.examinations.get()
    for _ in range(2):
        answer = Person(a.an_examiner()).post(f"/examinations/{comparison.pk}/decisions", identification(comparison))
        assert answer.status_code == 200
    query = a.StatusQuery.objects.get()
    draft = Person(a.a_specialist()).post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    assert Person(a.an_officer()).post(f"/queries/{query.pk}/signature", a_signature(draft)).status_code == 200
    [second] = [one for one in responses_of(machine, submission) if one["kind"] == "second"]
    text = itl.parse(machine.get(second["file"]).content).of_type(2)[0].text("2.075") or ""
    assert carries_banner(text.replace("\r\n", "\n"))
    assert "illegal" not in everything_the_jail_can_read(machine, submission).decode("latin-1").lower()


def test_s4_a_charge_in_words_alone_goes_out_as_unknown_and_is_never_guessed(machine: Machine) -> None:
    a.an_immigration_subject()
    charges = [["20261120", "MURDER 0999 NCIC 0902"]]
    submission = searched(machine, person={"2.047": charges})
    comparison = submission.examinations.get()
    a.identify(comparison)
    a.identify(comparison)
    message = Message.objects.select_related("submission__data_key").get(kind="query")
    text = responses.content_of(message).decode()
    query = ImmigrationQuery.decode(text)
    assert query.offence == "0399"
    assert query.charge_unknown and "0902" not in text.replace("\n", "")


@pytest.mark.parametrize("codes", [[["1", "XXXX"]], [["9", "0902"]], [["1", "0902", "0911"]]])
def test_s4_a_code_that_is_none_of_this_charge_is_not_taken_over(machine: Machine, codes: list[list[str]]) -> None:
    from secure_communities.identify.intake import services
    from secure_communities.identify.intake.booking import read_booking

    submission = machine.submit(person={"2.900": codes})
    booking = read_booking(itl.parse(services.content_of(submission)))
    assert "0902" not in [charge.code for charge in booking.charges]


def test_s9_a_jail_without_participation_is_answered_but_not_searched_for() -> None:
    a.an_immigration_subject()
    outside = Machine(a.a_jail(participating=False))
    submission = searched(outside)
    assert submission.immigration_state == Immigration.NOT_SEARCHED
    assert [one["kind"] for one in responses_of(outside, submission)] == ["first"]
    assert not Probe.objects.filter(register=Register.IMMIGRATION).exists()
    assert not Event.objects.filter(kind="immigration:searched").exists()


def test_s9_no_word_in_a_file_or_request_switches_the_search_on() -> None:
    outside = Machine(a.a_jail(participating=False))
    answer = outside.post(
        outside.booking(person={"2.901": "SUPERVISION"}),
        QUERY_STRING="participation=1&purpose=booking&immigration=search",
        headers={"X-Participation": "AGREED", "X-Forwarded-For": "127.0.0.1"},
    )
    submission = accepted(Submission.objects.get(control_number=answer.json()["control_number"]))
    assert submission.immigration_state == Immigration.NOT_SEARCHED


@pytest.mark.parametrize("protected_class", [ProtectedClass.VAWA, ProtectedClass.UNKNOWN, None])
def test_s19_a_protected_person_is_described_nowhere_the_jail_can_read(
    machine: Machine, protected_class: ProtectedClass | None
) -> None:
    a.an_immigration_subject(protected_class=protected_class)
    submission = searched(machine)
    comparison = submission.examinations.get()
    a.identify(comparison)
    a.identify(comparison)
    a.a_determination(a.StatusQuery.objects.get())
    read = everything_the_jail_can_read(machine, submission)
    assert b"SECOND" in read.upper()
    assert not [secret for secret in SECRETS if secret in read]
    assert b"1367" not in read and b"VAWA" not in read


def test_s23_a_read_without_a_purpose_from_the_list_is_refused(machine: Machine) -> None:
    from secure_communities.identify.intake.reading import PurposeMissing, open_refusal, open_submission

    submission = machine.submit()
    for purpose in ("", "curiosity", "OWN_SUBMISSION"):
        with pytest.raises(PurposeMissing):
            open_submission(submission.control_number, reader=machine.ori, purpose=purpose, at=a.AT)
        with pytest.raises(PurposeMissing):
            open_refusal(1, reader=machine.ori, purpose=purpose, at=a.AT)
    assert not Event.objects.filter(kind="submission:read").exists()


def test_s23_every_act_over_the_api_leaves_who_and_what_in_a_log_that_verifies(machine: Machine) -> None:
    a.an_immigration_subject()
    submission = searched(machine)
    everything_the_jail_can_read(machine, submission)
    comparison = submission.examinations.get()
    people = [Person(a.an_examiner()) for _ in range(2)]
    for one in people:
        one.post(f"/examinations/{comparison.pk}/decisions", identification(comparison))
    about = Event.objects.filter(correlation=submission.control_number)
    decided = about.filter(kind="immigration:decision").values_list("actor", flat=True)
    assert list(decided) == [f"user:{one.user.username}" for one in people]
    assert about.filter(kind="submission:read", actor="ori:ZZTX00101").exclude(purpose="").exists()
    assert not about.filter(kind="submission:read", purpose="").exists()
    events.seal_pending(at=a.AT)
    assert events.verify(at=a.AT).intact
    with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
        cursor.execute("UPDATE events_event SET actor = 'ori:ZZTX00102'")
