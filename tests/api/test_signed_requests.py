# SPDX-License-Identifier: Apache-2.0
"""Machine keys at the door: scopes, signed requests, replays; and the administrator's page."""

from __future__ import annotations

from itertools import count

import pytest
from django.test import Client

from secure_communities.platform.access.doors import KeyScope
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts import signing
from secure_communities.platform.accounts.machine_keys import ask_for_signatures, issue_machine_key
from tests.api.callers import EBTS, SUBMISSIONS, Machine
from tests.identify import builders as a
from tests.platform.builders import a_user, an_administrator

pytestmark = pytest.mark.django_db
_nonces = (f"nonce{number:011d}" for number in count())


def signed(key: str, method: str, path: str, body: bytes = b"", *, nonce: str | None = None, sent: bytes | None = None):
    header = signing.header(key, method=method, target=path, body=body, nonce=nonce or next(_nonces), at=a.AT)
    client = Client(headers={"Authorization": header}, raise_request_exception=False)
    return client.generic(method, path, body if sent is None else sent, EBTS)


def test_a_signed_request_submits_and_follows_and_its_replay_is_refused() -> None:
    machine = Machine(a.a_jail())
    file = machine.booking()
    nonce = next(_nonces)
    made = signed(machine.key, "POST", SUBMISSIONS, file, nonce=nonce)
    assert made.status_code == 202
    assert signed(machine.key, "POST", SUBMISSIONS, file, nonce=nonce).status_code == 401
    path = f"{SUBMISSIONS}/{made.json()['control_number']}?a=b"
    assert signed(machine.key, "GET", path).status_code == 200
    assert signed(machine.key, "POST", SUBMISSIONS, machine.booking(), sent=machine.booking()).status_code == 401


def test_where_signatures_are_asked_for_the_bare_key_is_refused() -> None:
    machine = Machine(a.a_jail())
    ask_for_signatures(ori=machine.ori, signed_only=True, reason="Policy", by=an_administrator(), at=a.AT)
    assert machine.post(machine.booking()).status_code == 401
    assert signed(machine.key, "POST", SUBMISSIONS, machine.booking()).status_code == 202


@pytest.mark.parametrize(("scope", "statuses"), [(KeyScope.SUBMIT, (202, 403)), (KeyScope.READ_RESPONSES, (403, 404))])
def test_a_key_does_what_its_scopes_say(scope: KeyScope, statuses: tuple[int, int]) -> None:
    machine = Machine(a.a_jail())
    key = issue_machine_key(ori=machine.ori, reason="Narrow", by=an_administrator(), at=a.AT, scopes=[scope])
    client = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
    posted = client.post(SUBMISSIONS, data=machine.booking(), content_type=EBTS)
    read = client.get(f"{SUBMISSIONS}/SC-2222222222222222")
    assert (posted.status_code, read.status_code) == statuses
    assert "scopes" in (posted if statuses[0] == 403 else read).json()["detail"]


def test_the_administrators_page_issues_shows_once_replaces_and_revokes() -> None:
    jail = a.a_jail()
    client = Client()
    client.force_login(a_user(Role.ADMINISTRATOR))
    page = "/access/keys/"
    form = {"act": "issue", "issue-ori": jail.ori, "issue-scopes": ["SUBMIT"], "issue-reason": "New livescan"}
    shown = client.post(page, form).content.decode()
    key = shown.split('ui-key">')[1].split("<")[0]
    prefix = key.split("_")[1]
    assert key not in client.get(page).content.decode() and prefix in client.get(page).content.decode()
    form = {"act": "replace", "replace-key": prefix, "replace-overlap": "24", "replace-reason": "Yearly"}
    assert "Ending" in client.post(page, form).content.decode()
    form = {"act": "revoke", "revoke-key": prefix, "revoke-reason": "Stolen"}
    assert "Revoked" in client.post(page, form).content.decode()
    refused = client.post(page, form)
    assert refused.status_code == 422 and "revoked already" in refused.content.decode()
    form = {
        "act": "signatures",
        "signatures-ori": jail.ori,
        "signatures-signed_only": "on",
        "signatures-reason": "Rule",
    }
    assert "signed requests only" in client.post(page, form).content.decode()
    outsider = Client()
    outsider.force_login(a_user(Role.OPERATOR))
    assert outsider.post(page, form).status_code == 403
