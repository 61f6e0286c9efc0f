# SPDX-License-Identifier: Apache-2.0
"""Deliveries over the API: looked at by those who may, begun again with a reason, addresses tested."""

from __future__ import annotations

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.delivery import addresses, sending
from secure_communities.platform.delivery.models import Delivery
from tests.api.callers import Person
from tests.identify import builders as a
from tests.platform.builders import a_manager, a_user
from tests.platform.delivery import receivers

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead() -> Delivery:
    jail = a.a_jail(channel=Channel.WEBHOOK)
    a.search_criminal(a.an_accepted_submission(jail))
    sending.pump(jail.pk, Channel.WEBHOOK, urgent=True, now=a.now)
    return Delivery.objects.get()


def test_an_operator_sees_and_begins_again_and_an_auditor_only_sees(dead: Delivery) -> None:
    operator, auditor = Person(a_user(Role.OPERATOR)), Person(a_user(Role.AUDITOR))
    [listed] = auditor.get("/deliveries?state=dead").json()
    assert (listed["id"], listed["code"], listed["state"]) == (dead.pk, "no_address", "dead")
    assert auditor.get(f"/deliveries?after={dead.pk}").json() == []
    assert [one["code"] for one in auditor.get(f"/deliveries/{dead.pk}").json()["attempts"]] == ["no_address"]
    assert auditor.post(f"/deliveries/{dead.pk}/replay", {"reason": "x"}).status_code == 403
    assert operator.post(f"/deliveries/{dead.pk}/replay", {"reason": " "}).status_code == 409
    assert operator.post(f"/deliveries/{dead.pk}/replay", {"reason": "Mended"}).json()["state"] == "waiting"
    assert operator.post(f"/deliveries/{dead.pk}/replay", {"reason": "Again"}).json()["code"] == "REFUSED"
    assert operator.get("/deliveries/999999").status_code == 404


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.EXAMINER, Role.FIELD_OFFICER])
def test_others_do_not_see_what_arrived(dead: Delivery, role: Role) -> None:
    person = Person(a_user(role))
    assert person.get("/deliveries").status_code == 403
    assert person.get(f"/deliveries/{dead.pk}").status_code == 403


def test_a_manager_tests_an_address(settings) -> None:
    settings.DELIVERY_ALLOW_PRIVATE = True
    with receivers.web_receiver() as web:
        jail, manager = a.a_jail(), a_manager()
        address = addresses.set_address(
            ori=jail, channel=Channel.WEBHOOK, target=web.address, reason="Sample", by=manager, at=a.AT
        )
        first = Person(manager).post(f"/delivery-addresses/{address.pk}/test", {})
        assert first.json()["code"] == "no_key"
        addresses.issue_signing_key(ori=jail, reason="Sample", by=manager, at=a.AT)
        again = Person(manager).post(f"/delivery-addresses/{address.pk}/test", {})
        assert (again.json()["outcome"], again.json()["status"]) == ("delivered", 204)
        assert Person(a_user(Role.OPERATOR)).post(f"/delivery-addresses/{address.pk}/test", {}).status_code == 403
