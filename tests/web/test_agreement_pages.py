# SPDX-License-Identifier: Apache-2.0
"""Supervisor and counsel agree to a draft on a page of its own, and see nothing else of the record (S16)."""

from __future__ import annotations

import pytest

from secure_communities.identify.research.models import Draft
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from tests.identify.builders import (
    a_confirmed_match,
    a_conviction,
    a_criminal_subject,
    a_draft,
    a_specialist,
)
from tests.platform.builders import a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

REASON = {"reason": "The conviction is on record and final."}


def a_draft_for_both() -> Draft:
    a_criminal_subject()
    query = a_confirmed_match()
    return a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE, conviction_id=a_conviction(query).pk)


def path(draft: Draft) -> str:
    return f"/agreements/{draft.query_id}/"


def waiting() -> bool:
    return WorkItem.objects.filter(worklist="agreement", closed_at=None).exists()


def test_counsel_and_supervisor_agree_each_on_the_page_and_the_work_is_done(desk: SignedIn) -> None:
    draft = a_draft_for_both()
    assert waiting()
    counsel = desk(a_user(Role.COUNSEL))
    html = counsel.get(path(draft)).content.decode()
    assert "LPR POSSIBLY REMOVABLE" in html and "Conviction" in html and "I agree" in html
    assert Event.objects.filter(kind="determination:draft-read", purpose="agreement").count() == 1

    agreed = counsel.post(path(draft), {"draft": draft.pk, **REASON}).content.decode()
    assert "Agreed:" in agreed and "I agree" not in agreed and waiting()
    assert counsel.post(path(draft), {"draft": draft.pk, **REASON}).status_code == 409

    supervisor = desk(a_user(Role.SUPPORT_SUPERVISOR))
    assert "Agreed:" in supervisor.post(path(draft), {"draft": draft.pk, **REASON}).content.decode()
    assert draft.concurrences.count() == 2 and not waiting()


def test_an_agreement_needs_its_reason(desk: SignedIn) -> None:
    draft = a_draft_for_both()
    answer = desk(a_user(Role.COUNSEL)).post(path(draft), {"draft": draft.pk, "reason": " "})
    assert answer.status_code == 422 and "State in words why you agree." in answer.content.decode()
    assert not draft.concurrences.exists()


def test_other_drafts_and_other_roles_find_nothing_there(desk: SignedIn) -> None:
    other = a_draft(a_confirmed_match())
    assert not waiting()
    answer = desk(a_user(Role.COUNSEL)).get(path(other))
    assert answer.status_code == 409 and "waits for an agreement" in answer.content.decode()
    assert not Event.objects.filter(kind="determination:draft-read").exists()
    assert desk(a_specialist()).get(path(other)).status_code == 403


def test_a_returned_draft_waits_for_nobodys_agreement(desk: SignedIn) -> None:
    from secure_communities.identify.research import services
    from tests.identify.builders import AT, an_officer

    draft = a_draft_for_both()
    services.return_draft(query_id=draft.query_id, officer=an_officer(), reason="Which court?", at=AT)
    assert not waiting()


def test_counsel_finds_it_among_their_work(desk: SignedIn) -> None:
    draft = a_draft_for_both()
    html = desk(a_user(Role.COUNSEL)).get("/my-work/").content.decode()
    assert draft.query.reference in html
