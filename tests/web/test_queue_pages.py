# SPDX-License-Identifier: Apache-2.0
"""The queue of a field office and its levers, as people use them; another office's cases by address."""

from __future__ import annotations

import pytest
from django.urls import reverse

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.queues import services
from secure_communities.prioritize.queues.models import LeverChange
from secure_communities.prioritize.queues.selectors import WORKLIST
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_an_officer_sees_takes_and_deals_with_a_case_of_the_own_office_alone(desk: SignedIn) -> None:
    query = cases.a_case()
    item = services.place_case(query=query, at=cases.AT)
    assert item is not None
    here, stranger = (
        reverse("web:priority-queue"),
        a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE)),
    )
    other = desk(stranger)
    assert query.reference not in other.get(here).content.decode()
    other.post(reverse("web:priority-next"))
    assert other.post(reverse("web:priority-conclude", args=[item.pk]), {"outcome": "ACTED"}).status_code == 403
    assert other.get(reverse("web:work-item", args=[item.pk])).status_code == 403
    client = desk(cases.an_officer(query))
    page = client.get(here).content.decode()
    assert query.reference in page
    assert "clock ends" in page
    entry = item.queue_entry
    assert (
        query.reference in client.get(f"{here}?answer={entry.answer}&basis={entry.basis}&state=free").content.decode()
    )
    assert query.reference not in client.get(f"{here}?state=held").content.decode()
    assert client.get(f"{here}?answer=%00&basis=x&state=y&after=z").status_code == 200
    assert client.post(reverse("web:priority-next")).status_code == 302
    assert "It is dealt with" in client.get(here).content.decode()
    client.post(reverse("web:priority-conclude", args=[item.pk]), {"outcome": "LATER"})
    assert WorkItem.objects.get(pk=item.pk).closed_at is None
    client.post(reverse("web:priority-conclude", args=[item.pk]), {"outcome": "NO_ACTION"})
    done = WorkItem.objects.get(worklist=WORKLIST)
    assert done.closed_reason == "NO_ACTION"


def test_a_lever_is_shown_tried_and_set_by_those_who_may(desk: SignedIn) -> None:
    here, form = reverse("web:levers"), {"lever": "STEP_HOURS", "value": "12", "reason": "Reviewed."}
    assert desk(a_user(Role.FIELD_OFFICER)).post(here, form).status_code == 403
    assert "Set the lever" not in desk(a_user(Role.AUDITOR)).get(here).content.decode()
    client = desk(a_user(Role.PROGRAMME_MANAGER))
    assert "would get another place" in client.post(here, {**form, "preview": "yes"}).content.decode()
    assert not LeverChange.objects.exists()
    refused = client.post(here, {**form, "value": "99"})
    assert (refused.status_code, "lies between 1 and 72" in refused.content.decode()) == (422, True)
    assert client.post(here, form).status_code == 302
    assert LeverChange.objects.get().value == 12
    assert "Reviewed." in client.get(here).content.decode()
