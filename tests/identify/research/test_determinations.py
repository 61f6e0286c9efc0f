# SPDX-License-Identifier: Apache-2.0
"""A determination exists only when another user, an authorised officer, signs a specialist's draft."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from secure_communities.identify.intake.states import Immigration
from secure_communities.identify.research import services
from secure_communities.identify.research.models import Determination, Draft
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db

BOX = bytes(40)  # as long as sealed words; a sealed nothing has 33


def sign(query, draft, officer) -> Determination:
    return services.sign(
        query_id=query.pk, officer=officer, draft_id=draft.pk, authority="Sample delegation", reason="Because", at=a.AT
    )


def test_a_draft_alone_changes_nothing() -> None:
    query = a.a_confirmed_match()
    a.a_draft(query)
    assert not Determination.objects.exists()
    assert a.fresh(query.submission).immigration_state == Immigration.ACKNOWLEDGED


def test_an_officer_signs_and_it_stands() -> None:
    query = a.a_confirmed_match()
    determination = a.a_determination(query)
    assert determination.code == Code.NONIMM_OVERSTAY
    assert a.fresh(query.submission).immigration_state == Immigration.ANSWERED
    assert not WorkItem.objects.filter(closed_at=None, about_type="query").exists()


def test_whoever_drafted_cannot_sign_even_with_both_roles() -> None:
    query = a.a_confirmed_match()
    both = a_user(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER)
    draft = a.a_draft(query, author=both)
    with pytest.raises(NotAllowed, match="You wrote this draft"):
        sign(query, draft, both)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUTHORISED_OFFICER, Role.BOOKING_SYSTEM}))
def test_nobody_else_signs(role: Role) -> None:
    query = a.a_confirmed_match()
    draft = a.a_draft(query)
    with pytest.raises(NotAllowed):
        sign(query, draft, a_user(role))


def row(query, draft, **changes) -> Determination:
    values = {
        "query": query, "draft": draft, "code": draft.code, "drafter": draft.author, "signer": a.an_officer(),
        "authority_code": "DELEGATION", "sealed_authority": BOX, "sealed_reason": BOX, "signed_at": a.AT,
    }  # fmt: skip
    return Determination(**{**values, **changes})


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda d: {"signer": d.author}, "the_signer_is_not_the_drafter|authorised officer"),
        (lambda d: {"signer": a.a_specialist()}, "authorised officer"),
        (lambda d: {"code": "USC_CONFIRMED"}, "repeats its draft"),
        (lambda d: {"drafter": a.a_specialist()}, "repeats its draft"),
        (lambda d: {"sealed_authority": BOX[:33]}, "a_signature_states_authority"),
        (lambda d: {"sealed_reason": BOX[:33]}, "a_signature_states_authority"),
    ],
    ids=["own draft", "no officer", "other code", "other drafter", "no authority", "no reason"],
)
def test_the_database_refuses_a_forged_determination(forge, why: str) -> None:
    query = a.a_confirmed_match()
    draft = a.a_draft(query)
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        row(query, draft, **forge(draft)).save()


def test_the_database_takes_the_honest_one() -> None:
    query = a.a_confirmed_match()
    row(query, a.a_draft(query)).save()


def test_drafts_and_determinations_are_never_changed_or_deleted() -> None:
    determination = a.a_determination(a.a_confirmed_match())
    for attempt in (
        determination.delete,
        lambda: Determination.objects.update(code="USC_CONFIRMED"),
        lambda: Draft.objects.update(code="USC_CONFIRMED"),
        Draft.objects.all().delete,
    ):
        with pytest.raises(Exception, match=r"never changed|protected"), transaction.atomic():
            attempt()


def test_a_draft_that_was_replaced_cannot_be_signed() -> None:
    query = a.a_confirmed_match()
    old = a.a_draft(query)
    a.a_draft(query, code=Code.LPR)
    with pytest.raises(services.ResearchRefused, match="changed since you opened it"):
        sign(query, old, a.an_officer())


def test_a_returned_draft_goes_back_with_its_reason() -> None:
    query = a.a_confirmed_match()
    draft = a.a_draft(query)
    officer = a.an_officer()
    services.return_draft(query_id=query.pk, officer=officer, reason="Which record?", at=a.AT)
    with pytest.raises(services.ResearchRefused):
        sign(query, draft, officer)
    sign(query, a.a_draft(query), officer)


def test_a_signed_query_takes_no_second_signature() -> None:
    query = a.a_confirmed_match()
    determination = a.a_determination(query)
    with pytest.raises(services.ResearchRefused):
        sign(query, determination.draft, a.an_officer())


def test_a_draft_names_its_evidence_and_how_sure_it_is() -> None:
    query = a.a_confirmed_match()
    arguments = {"query_id": query.pk, "author": a.a_specialist(), "code": Code.LPR, "at": a.AT}
    with pytest.raises(services.ResearchRefused, match="evidence"):
        services.draft(**arguments, evidence=[], confidence="Sure.")
    with pytest.raises(services.ResearchRefused, match="how sure"):
        services.draft(**arguments, evidence=a.EVIDENCE, confidence=" ")


def test_evidence_is_sealed() -> None:
    draft = a.a_draft(a.a_confirmed_match())
    assert b"ENCOUNTERS" not in bytes(Draft.objects.get(pk=draft.pk).evidence)


def test_taking_a_query_up_is_an_event_once_and_only_a_specialist_may() -> None:
    query = a.a_confirmed_match()
    item = WorkItem.objects.get(about_type="query", about_id=str(query.pk))
    with pytest.raises(NotAllowed):
        services.claim(query_id=query.pk, item_id=item.pk, specialist=a.an_officer(), at=a.AT)
    specialist = a.a_specialist()
    for _ in range(2):
        services.claim(query_id=query.pk, item_id=item.pk, specialist=specialist, at=a.AT)
    assert Event.objects.filter(kind="query:claimed").count() == 1
