# SPDX-License-Identifier: Apache-2.0
"""Deliveries as staff see them: dead letters, replay with a reason, addresses and keys."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import sending
from secure_communities.platform.delivery.models import Delivery, DeliveryAddress, SigningKey
from tests.identify import builders as a
from tests.platform.builders import a_manager, a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def dead(desk: SignedIn) -> Delivery:
    """A first response to a jail with a webhook but no address: given up."""
    jail = a.a_jail(channel=Channel.WEBHOOK)
    a.search_criminal(a.an_accepted_submission(jail))
    sending.pump(jail.pk, Channel.WEBHOOK, urgent=True, now=a.now)
    delivery = Delivery.objects.get()
    assert delivery.state == "dead"
    return delivery


def test_a_dead_letter_is_counted_in_the_navigation_listed_and_explained(dead: Delivery, desk: SignedIn) -> None:
    client = desk(a_user(Role.OPERATOR))
    seen = text_of(client.get(reverse("web:deliveries")))
    assert "Deliveries 1 waiting" in seen and "Given up" in seen and "No delivery address" in seen
    seen = text_of(client.get(reverse("web:delivery", args=[dead.pk])))
    assert "Refused" in seen and "Begin again" in seen


@pytest.mark.parametrize(("state", "shown"), [("dead", True), ("delivered", False), ("nonsense", True)])
def test_the_list_filters_by_state(dead: Delivery, desk: SignedIn, state: str, shown: bool) -> None:
    seen = text_of(desk(a_user(Role.AUDITOR)).get(reverse("web:deliveries"), {"state": state}))
    assert (f"No. {dead.pk}" in seen) is shown


def test_an_operator_begins_it_again_with_a_reason(dead: Delivery, desk: SignedIn) -> None:
    client = desk(a_user(Role.OPERATOR))
    where = reverse("web:replay", args=[dead.pk])
    refused = client.post(where, {"reason": " "})
    assert refused.status_code == 422 and "Give a reason" in text_of(refused)
    assert client.post(where, {"reason": "The address is there now"}).status_code == 302
    dead.refresh_from_db()
    assert dead.state == "waiting"
    again = client.post(where, {"reason": "Once more"})
    assert again.status_code == 422


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPPORT_SPECIALIST, Role.PROGRAMME_MANAGER])
def test_others_look_and_do_not_begin_again(dead: Delivery, desk: SignedIn, role: Role) -> None:
    client = desk(a_user(role))
    assert "Begin again" not in text_of(client.get(reverse("web:delivery", args=[dead.pk])))
    assert client.post(reverse("web:replay", args=[dead.pk]), {"reason": "x"}).status_code == 403


def test_who_may_not_know_of_the_immigration_side_is_not_told_which_answer_it_is(desk: SignedIn) -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    for role, told in ((Role.OPERATOR, True), (Role.ADMINISTRATOR, False)):
        seen = text_of(desk(a_user(role)).get(reverse("web:deliveries")))
        assert ("Second response" in seen) is told


def test_a_manager_sets_an_address_issues_a_key_seen_once_and_ends_both(desk: SignedIn, settings) -> None:
    settings.DELIVERY_ALLOW_PRIVATE = False
    jail = a.a_jail()
    client = desk(a_manager())
    where = reverse("web:agency-addresses", args=[jail.ori])
    given = {"act": "set", "channel": "WEBHOOK", "reason": "Their letter"}
    refused = client.post(where, {**given, "target": "http://jail.example/"})
    assert refused.status_code == 422 and "https://" in text_of(refused)
    assert client.post(where, {**given, "target": "https://jail.example/in"}).status_code == 302
    issued = client.post(where, {"act": "issue", "why-reason": "First key"})
    key = SigningKey.objects.get()
    assert issued.status_code == 200 and key.key_id in text_of(issued)
    [secret] = re.findall(r"\b[0-9a-f]{64}\b", text_of(issued))
    assert secret not in text_of(client.get(where))
    assert client.post(where, {"act": "end-key", "key": key.key_id, "why-reason": "Leaked"}).status_code == 302
    address = DeliveryAddress.objects.get()
    assert client.post(where, {"act": "end", "address": address.pk, "why-reason": "Moved"}).status_code == 302
    address.refresh_from_db()
    assert address.ends_at is not None
    assert desk(a_user(Role.OPERATOR)).get(where).status_code == 403
