# SPDX-License-Identifier: Apache-2.0
"""Signing in and out with name and password."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from secure_communities.platform.access.roles import Role
from tests.platform.builders import a_user
from tests.platform.ui.markup import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.ROOT_URLCONF = "tests.platform.ui.page_urls"
    user = a_user(Role.EXAMINER, username="n.example")
    user.set_password("synthetic-1")
    user.save()
    return Client()


def test_the_right_password_opens_the_first_page_under_the_name(visitor: Client) -> None:
    response = visitor.post("/sign-in/", {"username": "n.example", "password": "synthetic-1"}, follow=True)
    assert response.status_code == 200
    assert "Sample Person" in find(response.content.decode(), "summary")[-1].text


def test_a_wrong_password_is_answered_by_one_sentence_that_does_not_say_which_was_wrong(visitor: Client) -> None:
    answers = [
        visitor.post("/sign-in/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("n.example", "nobody")
    ]
    said = [find(answer, of_class="ui-errors")[0].text for answer in answers]
    assert said[0] == said[1]
    assert "There is something to mend" in said[0]


def test_the_password_never_comes_back(visitor: Client) -> None:
    html = visitor.post("/sign-in/", {"username": "n.example", "password": "wrong-but-mine"}).content.decode()
    assert "wrong-but-mine" not in html


def test_after_signing_in_nobody_is_sent_to_a_foreign_site(visitor: Client) -> None:
    form = {"username": "n.example", "password": "synthetic-1", "next": "https://elsewhere.example/"}
    assert visitor.post("/sign-in/", form).headers["Location"] == "/"


def test_signing_out_ends_the_session(visitor: Client) -> None:
    visitor.login(username="n.example", password="synthetic-1")
    assert visitor.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert visitor.get("/").headers["Location"] == "/sign-in/"
