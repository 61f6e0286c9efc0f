# SPDX-License-Identifier: Apache-2.0
"""The rule sets in front of people: read, looked up, compared, loaded, tried, activated, gone back from."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.policy.priority import rule_set
from secure_communities.policy.priority.bundles import sign
from secure_communities.policy.priority.tables import offence_codes
from secure_communities.prioritize.queues import services as queueing
from secure_communities.prioritize.rulesets import selectors, shadowing
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion, ShadowRun
from tests.identify.builders import AT
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases
from tests.prioritize.versions import a_later_version, a_trusted_signer, activated, altered, loaded, shadowed

pytestmark = pytest.mark.django_db
SHIPPED = rule_set("SC-2009")


@pytest.fixture
def signer(tmp_path, monkeypatch):
    return a_trusted_signer(tmp_path, monkeypatch)


@pytest.fixture
def manager(desk):
    return desk(a_user(Role.PROGRAMME_MANAGER))


@pytest.fixture
def supervisor(desk):
    return desk(a_user(Role.SUPPORT_SUPERVISOR))


def text(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def upload(client, content: bytes):
    return client.post("/rules/load/", {"bundle": SimpleUploadedFile("rules.json", content)})


def a_moved_case():
    query = cases.a_referred_case()
    cases.confirm(query, "2301")
    cases.assessed(query)
    return query


def test_the_list_says_which_rules_order_the_work_and_that_tables_are_drafts(manager):
    page = text(manager, "/rules/")
    assert "SC-2009, version 1: Secure Communities offence levels orders the work; nobody ever activated" in page
    assert page.count("Draft table") >= 4
    assert "DET-2012, version 1" in page


def test_a_set_is_readable_row_by_row_with_its_paragraphs_and_its_hash(manager):
    page = text(manager, f"/rules/{SHIPPED.hash}/")
    assert "Level 2: drugs, sentence of one year or less" in page
    assert "A length that is not known goes to a person." in page
    assert "between Level 1 and Level 3" in page
    assert SHIPPED.hash in page
    assert "added by this project" in page


def test_a_code_is_looked_up_and_a_filler_is_refused_in_words(manager):
    here = f"/rules/{SHIPPED.hash}/"
    assert "For a person to decide" in text(manager, f"{here}?code=1313")
    assert "0399 names no offence" in text(manager, f"{here}?code=0399", 422)
    assert "Write the four digits" in text(manager, f"{here}?code=ab", 422)


def test_an_unknown_hash_is_not_found(manager):
    for digest in ("0" * 64, "x", "%00", "a" * 400):
        assert manager.get(f"/rules/{digest}/").status_code == 404


def test_two_versions_are_compared_by_what_they_answer_and_by_their_texts(manager, signer):
    later = loaded(signer)
    page = text(manager, f"/rules/compare/?before={SHIPPED.hash}&after={later.hash}")
    moved = len([code for code in offence_codes() if code[:2] == "23"])
    assert f"{moved} of {len(offence_codes())} offence codes get another answer" in page
    assert "2301–2399 " in page
    assert "Row property-and-fraud" in page
    assert text(manager, "/rules/compare/?before=x&after=y", 422)


def test_a_set_compared_with_itself_differs_nowhere(manager):
    page = text(manager, f"/rules/compare/?before={SHIPPED.hash}&after={SHIPPED.hash}")
    assert "0 of" in page
    assert "Under no condition." in page
    assert "The texts are the same." in page


def test_the_file_of_a_set_has_the_hash_that_the_page_states(manager, signer):
    assert hashlib.sha256(manager.get(f"/rules/{SHIPPED.hash}/file/").content).hexdigest() == SHIPPED.hash
    later = loaded(signer)
    assert b"signature" in manager.get(f"/rules/{later.hash}/file/").content


def test_a_signed_bundle_loads_and_every_other_says_why_not(manager, signer):
    good = sign(a_later_version(), signer)
    for content, why in (
        (good.replace(b"LEVEL_3", b"LEVEL_1"), "altered"),
        (sign(a_later_version(), Ed25519PrivateKey.generate()), "not trusted here"),
        (b"%PDF-1.7 no bundle", "no signed bundle"),
    ):
        answer = upload(manager, content)
        assert answer.status_code == 409
        assert why in answer.content.decode()
    assert upload(manager, b"x" * ((1 << 20) + 1)).status_code == 422
    assert manager.post("/rules/load/").status_code == 422
    assert not RuleSetVersion.objects.filter(version=2).exists()
    answer = upload(manager, good)
    assert answer.headers["Location"] == f"/rules/{a_later_version().hash}/"


def test_only_a_programme_manager_loads_rules(supervisor, signer):
    assert upload(supervisor, sign(a_later_version(), signer)).status_code == 403


def test_a_shadow_run_is_asked_for_watched_and_read(manager, signer, monkeypatch):
    query = a_moved_case()
    later = loaded(signer)
    answer = manager.post(f"/rules/{later.hash}/shadow/")
    [run] = ShadowRun.objects.all()
    here = f"/rules/shadow-runs/{run.pk}/"
    assert answer.headers["Location"] == here
    assert "At work" in text(manager, here)
    assert 'hx-trigger="every 2s"' in manager.get(here).content.decode()
    while shadowing.next_batch(run.pk, at=AT):
        pass
    page = manager.get(here).content.decode()
    assert "hx-trigger" not in page
    assert "before=LEVEL_2&amp;basis=" in page
    assert "Now on a c" in page
    assert "No case of this kind." in text(manager, f"{here}cases/?open=yes")
    queueing.place_case(query=query, at=AT)
    assert query.reference in text(manager, f"{here}cases/?open=yes")
    cases_page = text(manager, f"{here}cases/")
    assert query.reference in cases_page
    assert "Level 3: everything unlisted" in cases_page
    assert "No case of this kind." in text(manager, f"{here}cases/?before=LEVEL_1&step=%00")
    assert query.reference in b"".join(manager.get(f"{here}cases.csv").streaming_content).decode()
    assert manager.get(f"{here}cases.exe").status_code == 404


def test_rules_in_force_are_not_tried_against_themselves(manager):
    answer = manager.post(f"/rules/{SHIPPED.hash}/shadow/", follow=True)
    assert "nothing to compare" in answer.content.decode()


def test_a_supervisor_lets_rules_order_the_work_after_a_check(supervisor, signer):
    run = shadowed(loaded(signer))
    here = f"/rules/shadow-runs/{run.pk}/activate/"
    assert supervisor.get(here).status_code == 200
    assert supervisor.post(here, {"reason": ""}).status_code == 422
    asked = {"reason": "Directive 12 of the Director", "effective_from": ""}
    check = supervisor.post(here, asked)
    assert "Check the activation" in check.content.decode()
    assert not Activation.objects.exists()
    assert supervisor.post(here, {**asked, "checked": "yes"}).headers["Location"] == "/rules/"
    assert selectors.active_rule_set(AT).version == 2
    assert "Directive 12" in text(supervisor, "/rules/")
    assert supervisor.post(here, {**asked, "checked": "yes"}).status_code == 409


def test_a_moment_in_the_past_and_ones_own_run_are_refused_before_the_check(desk, signer):
    version, asker = loaded(signer), a_user(Role.SUPPORT_SUPERVISOR)
    own = shadowed(version, by=asker)
    answer = desk(asker).post(f"/rules/shadow-runs/{own.pk}/activate/", {"reason": "Mine"})
    assert answer.status_code == 409
    assert "another supervisor" in answer.content.decode()
    other = desk(a_user(Role.FIELD_SUPERVISOR))
    past = f"{AT - timedelta(days=1):%Y-%m-%d %H:%M}"
    answer = other.post(f"/rules/shadow-runs/{own.pk}/activate/", {"reason": "Late", "effective_from": past})
    assert answer.status_code == 409
    assert "now or later" in answer.content.decode()


def test_a_dated_activation_is_announced_as_still_to_come(supervisor, signer):
    run = shadowed(loaded(signer))
    moment = f"{AT + timedelta(days=2):%Y-%m-%d %H:%M}"
    asked = {"reason": "From the day after tomorrow", "effective_from": moment, "checked": "yes"}
    assert supervisor.post(f"/rules/shadow-runs/{run.pk}/activate/", asked).status_code == 302
    assert selectors.active_rule_set(AT).version == 1
    assert "To come" in text(supervisor, "/rules/")
    [made] = Activation.objects.all()
    here = f"/rules/activations/{made.pk}/withdraw/"
    assert "SC-2009 v2" in text(supervisor, here)
    assert supervisor.post(here, {"reason": " "}).status_code == 422
    assert supervisor.post(here, {"reason": "Revoked"}).headers["Location"] == "/rules/"
    assert "To come" not in text(supervisor, "/rules/")
    assert "withdrawn by Sample Person: Revoked" in text(supervisor, "/rules/")
    assert supervisor.post(here, {"reason": "Again"}).status_code == 409


def test_former_rules_are_gone_back_to(supervisor, signer):
    version = loaded(signer)
    made = activated(version, shadowed(version))
    assert "Go back to former rules" in text(supervisor, "/rules/")
    asked = {"to": "before-the-first", "reason": "The report was misread"}
    assert "Check going back" in supervisor.post("/rules/go-back/", asked).content.decode()
    assert supervisor.post("/rules/go-back/", {"to": "99", "reason": "x"}).status_code == 422
    same = {"to": str(made.pk), "reason": "x", "checked": "yes"}
    assert supervisor.post("/rules/go-back/", same).status_code == 409
    assert supervisor.post("/rules/go-back/", {**asked, "checked": "yes"}).status_code == 302
    assert selectors.active_rule_set(AT).version == 1


def test_nobody_without_a_supervisors_role_activates_or_goes_back(manager, signer):
    run = shadowed(loaded(signer))
    assert manager.post(f"/rules/shadow-runs/{run.pk}/activate/", {"reason": "x", "checked": "yes"}).status_code == 403
    assert manager.post("/rules/go-back/", {"to": "before-the-first", "reason": "x"}).status_code == 403
    assert "Let them order the work" not in text(manager, f"/rules/shadow-runs/{run.pk}/")


def test_an_altered_text_is_on_no_page_and_the_list_stays_readable(manager, signer):
    version = loaded(signer)
    run = shadowed(version)
    assert f'href="/rules/{version.hash}/"' in manager.get("/rules/").content.decode()
    altered(version)
    assert f'href="/rules/{version.hash}/"' not in manager.get("/rules/").content.decode()
    for address in (f"/rules/{version.hash}/", f"/rules/shadow-runs/{run.pk}/", f"/rules/shadow-runs/{run.pk}/cases/"):
        assert manager.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.FIELD_OFFICER, Role.FIELD_SUPERVISOR])
def test_the_field_sees_which_cases_of_its_own_office_would_move_and_of_no_other(desk, signer, role):
    query = a_moved_case()
    here = f"/rules/shadow-runs/{shadowed(loaded(signer)).pk}/cases"
    own, other = desk(cases.an_officer(query, role)), desk(a_user(role, agency=an_agency(AgencyKind.FIELD_OFFICE)))
    assert query.reference in text(own, f"{here}/")
    assert query.reference in b"".join(own.get(f"{here}.csv").streaming_content).decode()
    assert query.reference not in text(other, f"{here}/") and "that your office serves" in text(other, f"{here}/")
    assert query.reference not in b"".join(other.get(f"{here}.csv").streaming_content).decode()


def test_a_run_whose_activation_was_withdrawn_can_be_activated_and_does_not_say_that_it_was(supervisor, signer):
    version = loaded(signer)
    run = shadowed(version)
    made = activated(version, run, effective_from=AT + timedelta(days=1))
    here = f"/rules/shadow-runs/{run.pk}/"
    assert "Activated By" in text(supervisor, here)
    assert supervisor.post(f"/rules/activations/{made.pk}/withdraw/", {"reason": "Revoked"}).status_code == 302
    page = supervisor.get(here).content.decode()
    assert ">Activated<" not in page and f'href="{here}activate/"' in page


def test_cases_that_could_not_be_compared_are_said_on_the_page(supervisor, signer):
    run = shadowed(loaded(signer))
    assert "not compared" not in text(supervisor, f"/rules/shadow-runs/{run.pk}/")
    ShadowRun.objects.filter(pk=run.pk).update(report={**run.report, "unread": 2})
    assert "2 case(s) not compared" in text(supervisor, f"/rules/shadow-runs/{run.pk}/")
