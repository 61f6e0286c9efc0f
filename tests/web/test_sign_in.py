# SPDX-License-Identifier: Apache-2.0
"""Signing in: name and password, the second factor, the lock after wrong answers, sessions that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from secure_communities.platform import clock
from secure_communities.platform.access.roles import SECOND_FACTOR_REQUIRED, Role
from secure_communities.platform.accounts import second_factor, sessions
from secure_communities.platform.accounts.models import StaffSession, User
from secure_communities.platform.accounts.time_codes import code_at
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, a_user, an_administrator
from tests.platform.ui.markup import find

pytestmark = pytest.mark.django_db
KEY = "ONSWG4TFORZWKY3SMV2HGZLDOJSXI4ZR"
PASSWORD = "a-synthetic-sentence-1"
FACTOR = "/sign-in/second-factor/"


class Watch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **time: int) -> None:
        self.at += timedelta(**time)


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[Watch]:
    settings.VAR = tmp_path
    kept = Watch()
    monkeypatch.setattr(clock, "now", kept.now)
    cache.clear()
    yield kept


def somebody(*roles: Role, username: str = "n.example", app: bool = True) -> User:
    user = a_user(*roles, username=username)
    user.set_password(PASSWORD)
    user.save()
    if app:
        TOTP.activate(user, KEY)
    return user


def password(client: Client, username: str = "n.example", given: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": username, "password": given, **more})


def code(client: Client, watch: Watch, given: str | None = None) -> Any:
    return client.post(FACTOR, {"code": given or code_at(KEY, watch.at)})


def entered(watch: Watch, username: str = "n.example") -> Client:
    client = Client()
    password(client, username)
    assert code(client, watch).headers["Location"] == "/"
    watch.pass_by(seconds=60)
    return client


# -- name and password -------------------------------------------------------------------------------------------------


def test_both_factors_open_the_first_page_under_the_name(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = Client()
    assert password(client).headers["Location"] == FACTOR
    response = client.post(FACTOR, {"code": code_at(KEY, watch.at)}, follow=True)
    assert response.status_code == 200
    assert "Sample Person" in find(response.content.decode(), "summary")[-1].text


def test_a_wrong_password_is_answered_by_one_sentence_that_does_not_say_which_was_wrong() -> None:
    somebody(Role.EXAMINER)
    answers = [password(Client(), name, "wrong").content.decode() for name in ("n.example", "nobody")]
    said = [find(answer, of_class="ui-errors")[0].text for answer in answers]
    assert said[0] == said[1]
    assert "There is something to mend" in said[0]


def test_the_password_never_comes_back() -> None:
    somebody(Role.EXAMINER)
    assert "wrong-but-mine" not in password(Client(), given="wrong-but-mine").content.decode()


def test_after_signing_in_nobody_is_sent_to_a_foreign_site() -> None:
    somebody(Role.BOOKING_OFFICER, app=False)
    assert password(Client(), next="https://elsewhere.example/").headers["Location"] == "/"


def test_signing_out_ends_the_session(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = entered(watch)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").headers["Location"] == "/sign-in/"
    assert StaffSession.objects.get().ended_because == "SIGNED_OUT"


# -- the second factor -------------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing_where_an_app_is_set_up(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = Client()
    password(client)
    assert client.get("/my-work/").headers["Location"].startswith("/sign-in/?next=")
    assert client.get("/api/v1/examinations").status_code == 401
    assert code(client, watch, "000000").status_code == 200
    assert client.get("/my-work/").status_code == 302


def test_the_second_factor_page_is_closed_to_whoever_gave_no_password() -> None:
    somebody(Role.EXAMINER)
    assert Client().get(FACTOR).headers["Location"] == "/sign-in/"
    assert Client().post(FACTOR, {"code": "123456"}).headers["Location"] == "/sign-in/"


def test_a_code_is_good_once_even_for_another_browser(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    shown = code_at(KEY, watch.at)
    first, second = Client(), Client()
    password(first), password(second)
    assert code(first, watch, shown).status_code == 302
    refused = code(second, watch, shown)
    assert refused.status_code == 200 and "used already" in refused.content.decode()
    watch.pass_by(seconds=30)
    assert code(second, watch, shown).status_code == 200  # within the leeway, and spent all the same
    assert code(second, watch).status_code == 302


def test_an_earlier_code_is_not_taken_after_a_later_one(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    earlier = code_at(KEY, watch.at)
    watch.pass_by(seconds=30)
    first, second = Client(), Client()
    password(first), password(second)
    assert code(first, watch).status_code == 302
    assert code(second, watch, earlier).status_code == 200


def test_a_recovery_code_lets_in_once(watch: Watch) -> None:
    user = somebody(Role.EXAMINER)
    spare = RecoveryCodes.activate(user).get_unused_codes()[0]
    for expected in (302, 200):
        client = Client()
        password(client)
        assert code(client, watch, spare).status_code == expected


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_REQUIRED))
def test_a_role_that_needs_a_second_factor_is_led_to_it_before_anything_else(role: Role) -> None:
    somebody(role, app=False)
    client = Client()
    password(client)
    for page in ("/my-work/", "/submissions/", "/account/", "/research/"):
        answer = client.get(page)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/second-factor/"), page
    refused = client.get("/api/v1/examinations")
    assert refused.status_code == 403 and refused.json()["code"] == "SECOND_FACTOR_MISSING"
    assert client.get("/account/second-factor/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_rest_and_shows_recovery_codes(watch: Watch) -> None:
    user = somebody(Role.EXAMINER, app=False)
    client = Client()
    password(client)
    shown = client.get("/account/second-factor/app/")
    page = shown.content.decode()
    assert shown.status_code == 200, (shown.headers, page[:300])
    key = find(page, of_class="ui-key")[0].text.strip()
    assert "<svg role=" in page and client.post("/account/second-factor/app/", {"code": "000000"}).status_code == 200
    answer = client.post("/account/second-factor/app/", {"code": code_at(key, watch.at)})
    assert answer.headers["Location"] == "/account/second-factor/recovery-codes/"
    done = client.get(answer.headers["Location"])
    assert len(find(done.content.decode(), of_class="ui-codes")[0].text) == 10 * 8
    assert client.get("/my-work/").status_code == 200
    again = Client()
    password(again)
    assert again.post(FACTOR, {"code": code_at(key, watch.at)}).status_code == 200  # spent when it was set up
    assert Event.objects.filter(kind="second-factor:added", about_id=user.username).count() >= 1


def test_a_booking_desk_may_do_without() -> None:
    somebody(Role.BOOKING_OFFICER, app=False)
    client = Client()
    assert password(client).headers["Location"] == "/"
    assert client.get("/my-work/").status_code == 200


def test_the_last_second_factor_is_not_taken_away_from_a_role_that_needs_it(watch: Watch) -> None:
    user = somebody(Role.EXAMINER)
    client = entered(watch)
    asked = client.get("/account/second-factor/app/remove/")
    assert asked.headers["Location"].startswith("/account/confirm/")  # the password again first
    client.post(asked.headers["Location"], {"password": PASSWORD})
    refused = client.post("/account/second-factor/app/remove/")
    assert refused.status_code == 200 and "add another one" in refused.content.decode()
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_secrets_are_sealed_and_their_key_is_destroyed_with_them() -> None:
    user = somebody(Role.EXAMINER)
    held = Authenticator.objects.get(user=user)
    assert KEY not in str(held.data)
    key = DataKey.objects.get(pk=held.data["secret"].partition(":")[0])
    with pytest.raises(Refusal, match="Another administrator"):
        administrator = somebody(Role.ADMINISTRATOR, username="administrator.a")
        second_factor.reset(user=administrator, reason="Lost", by=administrator, at=AT)
    second_factor.reset(user=user, reason="Telephone lost", by=an_administrator(), at=AT)
    key.refresh_from_db()
    assert key.wrapped is None and not second_factor.stands(user)


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_name_for_that_address_and_the_page_says_until_when() -> None:
    somebody(Role.EXAMINER)
    answers = [password(Client(), given="wrong") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 429]
    for locked in (answers[-1], password(Client())):  # the right password is too late
        assert locked.status_code == 429
        assert "You can try again at" in locked.content.decode() and "<time" in locked.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert password(elsewhere).status_code == 302
    assert Event.objects.filter(kind="user:locked-out", about_id="n.example").exists()


def test_wrong_codes_count_like_wrong_passwords(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = Client()
    password(client)
    assert [code(client, watch, "000000").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert code(client, watch).status_code == 429  # the right one, too late
    assert password(Client()).status_code == 429


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_session_that_stood_before_signing_in_is_not_the_one_after(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = Client()
    password(client)
    planted = client.cookies["sessionid"].value
    code(client, watch)
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/my-work/").status_code == 302


def test_a_session_that_is_not_used_for_half_an_hour_is_over(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = entered(watch)
    for _ in range(3):
        watch.pass_by(minutes=28)
        assert client.get("/my-work/").status_code == 200
    watch.pass_by(minutes=30)
    answer = client.get("/my-work/")
    assert answer.headers["Location"] == "/sign-in/?next=/my-work/&over=IDLE"
    assert "not used for 30 minutes" in client.get(answer.headers["Location"]).content.decode()
    assert client.get("/api/v1/examinations").status_code == 401


def test_a_list_that_renews_itself_does_not_keep_a_session_alive(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = entered(watch)
    for _ in range(7):
        watch.pass_by(minutes=5)
        answer = client.get("/submissions/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_no_session_lasts_longer_than_eight_hours(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    client = entered(watch)
    for _ in range(8 * 3 - 1):
        watch.pass_by(minutes=20)
        assert client.get("/my-work/").status_code == 200
    watch.pass_by(minutes=20)
    assert client.get("/my-work/").headers["Location"].endswith("over=TOO_LONG")


def test_the_fourth_session_ends_the_first(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    clients = [entered(watch) for _ in range(4)]
    assert [client.get("/my-work/").status_code for client in clients] == [302, 200, 200, 200]
    assert StaffSession.objects.filter(ended_because="TOO_MANY").count() == 1


def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(watch: Watch) -> None:
    user, other = somebody(Role.EXAMINER), somebody(Role.EXAMINER, username="o.example")
    here, there = entered(watch), entered(watch)
    foreign = entered(watch, "o.example")
    page = here.get("/account/").content.decode()
    assert page.count("This one") == 1 and page.count("End<span") == 1
    [theirs] = sessions.running(other, at=watch.at)
    assert here.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert foreign.get("/my-work/").status_code == 200
    latest = sessions.running(user, at=watch.at).order_by("-started_at")[0]
    here.post(f"/account/sessions/{latest.pk}/end/")
    assert [client.get("/my-work/").status_code for client in (here, there)] == [200, 302]


def test_a_new_password_ends_every_other_session_and_follows_the_rules(watch: Watch) -> None:
    somebody(Role.EXAMINER)
    here, there = entered(watch), entered(watch)
    form = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert here.post("/account/password/", form).status_code == 422
    new = "quite-another-sentence-2"
    assert here.post("/account/password/", form | {"new_password1": new, "new_password2": new}).status_code == 302
    assert [client.get("/my-work/").status_code for client in (here, there)] == [200, 302]
    assert password(Client()).status_code == 200 and password(Client(), given=new).status_code == 302


def test_nobody_signs_up_and_no_mail_resets_a_password() -> None:
    for path in ("/sign-up/", "/accounts/signup/", "/accounts/password/reset/", "/account/email/"):
        assert Client().get(path).status_code == 404


def test_an_agencys_service_that_is_not_configured_is_not_there() -> None:
    assert Client().post("/sign-in/agency/harris/").status_code == 404


def test_neither_passwords_nor_codes_are_kept_with_wrong_attempts(watch: Watch) -> None:
    from axes.models import AccessAttempt

    somebody(Role.EXAMINER)
    client = Client()
    password(client, given="wrong-but-mine")
    password(client)
    code(client, watch, "918273")
    kept = str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.exists()
    assert "wrong-but-mine" not in kept and PASSWORD not in kept and "918273" not in kept
