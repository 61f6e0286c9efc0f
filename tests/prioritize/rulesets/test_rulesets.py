# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Rules are signed, tried without effect, activated by another supervisor, and can be gone back from."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.priority import RuleSet, rule_set
from secure_communities.policy.priority.bundles import key_id, sign
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.rulesets import selectors, services, shadowing
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion, ShadowMove, Withdrawal
from secure_communities.prioritize.rulesets.rules import Report
from tests.identify.builders import AT
from tests.platform.builders import a_user
from tests.prioritize.cases import a_referred_case, assessed, confirm
from tests.prioritize.versions import a_later_version, a_trusted_signer, activated, altered, loaded, shadowed

pytestmark = pytest.mark.django_db

SOON = AT + timedelta(hours=1)


@pytest.fixture
def signer(tmp_path, monkeypatch):
    return a_trusted_signer(tmp_path, monkeypatch)


def test_the_levels_of_2009_order_the_work_until_others_are_activated():
    assert selectors.active_rule_set(AT).code == "SC-2009"


def test_an_unsigned_an_altered_and_a_strangers_bundle_do_not_load(signer):
    manager = a_user(Role.PROGRAMME_MANAGER)
    bundle = sign(a_later_version(), signer)
    for wrong, why in (
        (rule_set("SC-2009").canonical_bytes(), "no signed bundle"),
        (bundle.replace(b"LEVEL_3", b"LEVEL_1"), "altered"),
        (sign(a_later_version(), Ed25519PrivateKey.generate()), "not trusted"),
        (b"[" * 100_000, "no signed bundle"),
    ):
        with pytest.raises(Refusal, match=why):
            services.load(bundle=wrong, by=manager, at=AT)
    assert not RuleSetVersion.objects.exclude(loaded_by=services.SHIPPED).exists()
    assert loaded(signer).version == 2


def test_another_text_under_the_same_number_is_refused(signer):
    loaded(signer)
    other = RuleSet.of({**a_later_version().document, "title": "Other words"})
    with pytest.raises(Refusal, match="next number"):
        loaded(signer, other)


def test_a_shadow_run_says_who_moves_and_changes_nothing(signer):
    moves, stays = a_referred_case(), a_referred_case(person=2)
    for query, code in ((moves, "2301"), (stays, "1201")):
        confirm(query, code)
        assessed(query)
    before = list(CurrentAssessment.objects.order_by("pk").values())
    run = shadowed(loaded(signer))
    report = Report.of(run.report)
    assert (report.cases, report.moved) == (2, 1)
    [move] = ShadowMove.objects.filter(run=run)
    assert (move.before, move.after, move.step, move.assessment.query) == ("LEVEL_2", "LEVEL_3", "unlisted", moves)
    assert list(CurrentAssessment.objects.order_by("pk").values()) == before


def test_two_texts_are_compared_by_one_run_at_a_time(signer):
    version, manager = loaded(signer), a_user(Role.PROGRAMME_MANAGER)
    run = services.ask_shadow_run(candidate=version, by=manager, at=AT)
    with pytest.raises(Refusal, match=f"Shadow run {run.pk} compares the two already"):
        services.ask_shadow_run(candidate=version, by=manager, at=AT)
    while shadowing.next_batch(run.pk, at=AT):
        pass
    assert services.ask_shadow_run(candidate=version, by=manager, at=AT) != run


def test_a_killed_shadow_run_goes_on_where_it_stopped(signer, monkeypatch):
    for person in (1, 2, 3):
        query = a_referred_case(person=person)
        confirm(query, "2301")
        assessed(query)
    monkeypatch.setattr(shadowing, "BATCH", 1)
    run = services.ask_shadow_run(candidate=loaded(signer), by=a_user(Role.PROGRAMME_MANAGER), at=AT)
    assert shadowing.next_batch(run.pk, at=AT)
    monkeypatch.setattr(shadowing, "decide", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        shadowing.next_batch(run.pk, at=AT)
    monkeypatch.undo()
    while shadowing.next_batch(run.pk, at=AT):
        pass
    run.refresh_from_db()
    assert (run.done, run.total, ShadowMove.objects.filter(run=run).count()) == (3, 3, 3)


def test_rules_are_activated_by_another_supervisor_after_a_shadow_run(signer):
    version = loaded(signer)
    supervisor = a_user(Role.SUPPORT_SUPERVISOR)
    run = shadowed(version, by=supervisor)
    with pytest.raises(Refusal, match="another supervisor"):
        activated(version, run, by=supervisor)
    activated(version, run)
    assert selectors.active_rule_set(AT).version == 2
    assert Event.objects.filter(kind="rules:activated").count() == 1


def test_no_activation_without_a_recent_run_of_the_same_text(signer):
    version = loaded(signer)
    run = shadowed(version)
    other = services.stored(rule_set("FS-2009"), at=AT)
    with pytest.raises(Refusal, match="First let a shadow run"):
        activated(other, run)
    with pytest.raises(Refusal, match="older than 7 days"):
        activated(version, run, effective_from=AT + timedelta(days=9), at=AT + timedelta(days=8))
    with pytest.raises(Refusal, match="now or later"):
        activated(version, run, effective_from=AT - timedelta(minutes=1))
    with pytest.raises(NotAllowed):
        activated(version, run, by=a_user(Role.PROGRAMME_MANAGER))


def test_a_dated_activation_counts_from_its_moment_and_is_announced_then(signer):
    version = loaded(signer)
    activated(version, shadowed(version), effective_from=SOON)
    assert selectors.active_rule_set(AT).version == 1
    assert not Event.objects.filter(kind="rules:activated").exists()
    assert services.announce_due(at=SOON + timedelta(days=2)) == 1
    assert services.announce_due(at=SOON + timedelta(days=2)) == 0
    assert selectors.active_rule_set(SOON).version == 2


def test_an_activation_is_gone_back_from_at_once(signer):
    version = loaded(signer)
    activated(version, shadowed(version))
    services.go_back(to=None, reason="The report was misread", by=a_user(Role.FIELD_SUPERVISOR), at=SOON)
    assert selectors.active_rule_set(SOON).version == 1
    assert selectors.active_rule_set(AT).version == 2


def test_the_database_keeps_rule_sets_and_activations(signer):
    version = loaded(signer)
    activated(version, shadowed(version))
    for statement in (
        "UPDATE rulesets_rulesetversion SET canonical = 'x'",
        "UPDATE rulesets_activation SET effective_from = effective_from - interval '1 year'",
        "DELETE FROM rulesets_activation",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        Activation.objects.create(
            version=version,
            effective_from=SOON,
            reason="Because",
            decided_by=a_user(Role.SUPPORT_SUPERVISOR),
            decided_at=AT,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleSetVersion.objects.create(
            code="SC-2009", version=9, hash="a" * 64, canonical=b"{}", draft=False, loaded_at=AT, loaded_by="user:x"
        )


def test_an_activation_is_withdrawn_before_its_moment_and_then_another_may_be_decided(signer):
    version, supervisor = loaded(signer), a_user(Role.SUPPORT_SUPERVISOR)
    run = shadowed(version)
    made = activated(version, run, effective_from=SOON)
    with pytest.raises(Refusal, match="or withdraw it"):
        activated(version, run, effective_from=SOON)
    services.withdraw(activation=made, reason="The directive was revoked", by=supervisor, at=AT)
    assert services.announce_due(at=SOON) == 0
    assert selectors.active_rule_set(SOON).version == 1
    with pytest.raises(Refusal, match="already"):
        services.withdraw(activation=made, reason="Again", by=supervisor, at=AT)
    activated(version, run)
    assert selectors.active_rule_set(SOON).version == 2


def test_rules_in_force_are_not_withdrawn_by_anybody_nor_by_sql(signer):
    version, supervisor = loaded(signer), a_user(Role.SUPPORT_SUPERVISOR)
    made = activated(version, shadowed(version))
    with pytest.raises(Refusal, match="Go back to the former ones"):
        services.withdraw(activation=made, reason="Too late", by=supervisor, at=AT)
    with pytest.raises(NotAllowed):
        services.withdraw(activation=made, reason="Mine", by=a_user(Role.PROGRAMME_MANAGER), at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Withdrawal.objects.create(activation=made, reason="Past the service", decided_by=supervisor, decided_at=AT)


def test_a_withdrawal_stays(signer):
    version = loaded(signer)
    made = activated(version, shadowed(version), effective_from=SOON)
    services.withdraw(activation=made, reason="Revoked", by=a_user(Role.SUPPORT_SUPERVISOR), at=AT)
    for statement in ("UPDATE rulesets_withdrawal SET reason = 'x'", "DELETE FROM rulesets_withdrawal"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_going_back_withdraws_what_was_decided_to_come_against_the_rules_gone_back_from(signer):
    version = loaded(signer)
    activated(version, shadowed(version))
    later = services.stored(rule_set("ICE-2010"), at=AT)
    run = shadowed(later)
    pending = activated(later, run, effective_from=SOON)
    services.go_back(to=None, reason="Misread", by=a_user(Role.FIELD_SUPERVISOR), at=AT + timedelta(minutes=1))
    assert selectors.active_rule_set(SOON).hash == rule_set("SC-2009").hash
    assert Withdrawal.objects.get().activation == pending and "Misread" in Withdrawal.objects.get().reason
    assert services.announce_due(at=SOON) == 0
    with pytest.raises(Refusal, match="First let a shadow run"):
        activated(later, run, effective_from=SOON, at=AT + timedelta(minutes=2))


def test_rules_that_never_ordered_the_work_are_not_gone_back_to(signer):
    version, supervisor = loaded(signer), a_user(Role.SUPPORT_SUPERVISOR)
    activated(version, shadowed(version))
    other = services.stored(rule_set("ICE-2010"), at=AT)
    pending = activated(other, shadowed(other), effective_from=SOON)
    with pytest.raises(Refusal, match="never ordered"):
        services.go_back(to=pending, reason="Round the run", by=supervisor, at=AT)
    services.withdraw(activation=pending, reason="Revoked", by=supervisor, at=AT)
    with pytest.raises(Refusal, match="never ordered"):
        services.go_back(to=pending, reason="Round the run", by=supervisor, at=SOON)


def test_an_activation_announced_while_its_withdrawal_waited_is_not_withdrawn(signer):
    version = loaded(signer)
    made = activated(version, shadowed(version), effective_from=SOON)
    assert services.announce_due(at=SOON) == 1
    with pytest.raises(Refusal, match="Go back to the former ones"):
        services.withdraw(activation=made, reason="Late", by=a_user(Role.SUPPORT_SUPERVISOR), at=AT)
    assert selectors.active_rule_set(SOON).version == 2


def test_another_text_under_the_number_of_shipped_rules_is_refused_before_those_were_ever_stored(signer):
    assert not RuleSetVersion.objects.filter(code="FS-2009").exists()
    other = RuleSet.of({**rule_set("FS-2009").document, "title": "Other words"})
    with pytest.raises(Refusal, match="next number"):
        loaded(signer, other)
    services.stored(rule_set("FS-2009"), at=AT)


def test_a_bundle_that_names_another_key_in_its_words_is_on_record_as_signed_by_its_own(signer, tmp_path):
    second = Ed25519PrivateKey.generate()
    (tmp_path / "rules-keys" / "second.pub").write_text(second.public_key().public_bytes_raw().hex())
    for mine, theirs in ((signer, second), (second, signer)):
        words = f"Agreed with {key_id(theirs.public_key())}"
        version = RuleSet.of({**a_later_version().document, "version": 2 + (mine is second), "origin": words})
        assert loaded(mine, version).signed_by == key_id(mine.public_key())


def test_a_shadow_run_that_compared_nothing_though_there_are_cases_activates_nothing(signer):
    version = loaded(signer)
    empty = shadowed(version)
    a_referred_case()
    with pytest.raises(Refusal, match="compared none of 1 cases"):
        activated(version, empty)


def test_a_text_altered_in_the_database_is_refused_in_words(signer):
    version = loaded(signer)
    run = shadowed(version)
    altered(version)
    with pytest.raises(Refusal, match="was altered"):
        activated(version, run)


def test_a_case_whose_inputs_cannot_be_read_is_counted_and_keeps_no_run_from_its_end(signer, caplog):
    poisoned, other = a_referred_case(), a_referred_case(person=2)
    for query in (poisoned, other):
        confirm(query, "2301")
        assessed(query)
    number = CurrentAssessment.objects.get(query=poisoned, rule_set="SC-2009").assessment_id
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE assessments_assessment DISABLE TRIGGER USER")
        cursor.execute("UPDATE assessments_assessment SET inputs = '{\"charges\": [1]}' WHERE id = %s", [number])
        cursor.execute("ALTER TABLE assessments_assessment ENABLE TRIGGER USER")
    run = shadowed(loaded(signer))
    report = Report.of(run.report)
    assert (report.cases, report.moved, report.unread, run.done) == (1, 1, 1, 2)
    assert run.finished_at and f"assessment {number}" in caplog.text
