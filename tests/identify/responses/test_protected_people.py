# SPDX-License-Identifier: Apache-2.0
"""S19: nothing of a protected person's record leaves; unknown or failing means protected."""

from __future__ import annotations

import pytest

from secure_communities.identify.records import protection
from secure_communities.identify.records.rules import ProtectedClass
from secure_communities.identify.research import services as research
from secure_communities.identify.responses import services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import TO_THE_AGENCY
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.events.models import Event
from tests.identify import builders as a

pytestmark = pytest.mark.django_db

SECRETS = ("SAMPLEHIDDEN", "VIOLETTA", "9000000001", "A000000001", "TRAVEL", "19881122", "20051122")
PROTECTED = [one for one in ProtectedClass if one is not ProtectedClass.NONE]


def everything_sent() -> str:
    sent = Message.objects.select_related("submission__data_key").filter(kind__in=TO_THE_AGENCY)
    return "\n".join(services.content_of(one).decode("latin-1") for one in sent)


def everything_logged() -> str:
    return "\n".join(f"{event.kind} {event.reason} {event.data}" for event in Event.objects.all())


@pytest.mark.parametrize("protected_class", PROTECTED)
def test_no_message_to_the_agency_shows_anything_of_a_protected_record(protected_class: ProtectedClass) -> None:
    query = a.a_confirmed_match(protected_class=protected_class)
    a.a_determination(query, code=Code.PROTECTED_1367)
    sent = everything_sent()
    assert "second" in Message.objects.values_list("kind", flat=True)
    assert not [secret for secret in SECRETS if secret in sent]
    assert "PROTECTED" not in sent and "1367" not in sent
    if protected_class is not ProtectedClass.UNKNOWN:
        assert protected_class.value not in sent
        assert f"'{protected_class.value}'" not in everything_logged()


def test_the_same_test_sees_the_values_when_nobody_is_protected() -> None:
    a.a_determination(a.a_confirmed_match())
    assert "SAMPLEHIDDEN" in everything_sent()


@pytest.mark.parametrize("code", list(Code))
def test_whatever_the_officer_determines_a_protected_person_is_not_described(code: Code) -> None:
    if resident := code is Code.LPR_POSSIBLY_REMOVABLE:
        a.a_criminal_subject()
    query = a.a_confirmed_match(protected_class=ProtectedClass.VAWA)
    if resident:
        draft = a.a_draft(query, code=code, conviction_id=a.a_conviction(query).pk)
        a.agreed(query, draft)
        research.sign(query_id=query.pk, officer=a.an_officer(), draft_id=draft.pk, authority="x", reason="x", at=a.AT)
    else:
        a.a_determination(query, code=code)
    sent = everything_sent()
    assert not [secret for secret in SECRETS if secret in sent]
    assert code.value not in sent.replace("NO_RECORD", "") or code is Code.NO_RECORD


@pytest.mark.parametrize("break_filter", ["raises", "destroyed key"])
def test_a_filter_that_fails_discloses_nothing(break_filter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    query = a.a_confirmed_match()
    if break_filter == "raises":
        monkeypatch.setattr(protection, "ImmigrationRecord", None)
    else:
        from secure_communities.platform.keys.services import destroy_data_key

        destroy_data_key(query.subject.data_key, reason="test", at=a.AT)
    a.a_determination(query)
    assert not [secret for secret in SECRETS if secret in everything_sent()]
