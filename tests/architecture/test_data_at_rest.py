# SPDX-License-Identifier: Apache-2.0
"""Every column of bytes or free text is accounted for: sealed, a digest, or in the clear for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data-at-rest.md"
LONG = 100  # characters from which on a column can hold a sentence about somebody

# Bytes that are not sealed under a data key.
PLAIN_BYTES = {
    "keys_masterkey.box": "a fixed word, to try the master key on",
    "keys_datakey.wrapped": "wrapped by the master key",
    "accounts_machinekey.digest": "keyed digest of 256 random bits",
    "events_seal.previous": "SHA-256 of the chain",
    "events_seal.digest": "SHA-256 of the chain",
    "intake_submission.sha256": "finds the same file again",
    "intake_refusedinput.sha256": "finds the same file again",
    "citizenship_indicium.mark": "blind index: the same sign is raised once",
    "evidence_evidence.digest": "salted SHA-256 of the padded contents",
    "rulesets_rulesetversion.canonical": "the text of a rule set, which is public",
    "rulesets_rulesetversion.bundle": "the same, signed",
    "rollout_rolloutplan.inputs": "counties, counts and months",
    "transparency_publication.inputs": "counts by agency, unhidden; names nobody",
    "transparency_publishedfile.content": "what everybody can read",
}
# Sentences that stand in the clear, and why.
CLEAR = {
    "keys_datakey.destroyed_reason": "proof of a destruction; names nobody",
    "accounts_user.password": "argon2 digest",
    "accounts_user.display_name": "staff, who sign with it",
    "accounts_staffsession.program": "the browser of a member of staff",
    "agencies_agency.name": "an agency",
    "agencies_bookinglocation.name": "a place",
    "agencies_participation.citation": "public register",
    "agencies_participation.exit_reason": "public register",
    "events_event.actor": "who acted, which the log is for",
    "assessments_assessment.assessed_by": "who acted",
    "rulesets_rulesetversion.loaded_by": "who acted",
    "rollout_planapproval.reason": "why a plan is approved; names nobody",
    "rulesets_activation.reason": "why rules order the work, which is public",
    "rulesets_withdrawal.reason": "why they do not after all, which is public",
    "deployment_switchsetting.citation": "public",
    "deployment_readiness.source": "who reported it, which is public",
    "overrides_override.ended_because": "a sentence of the system, or a member of staff on an act of their own",
    "events_event.reason": "codes and sentences about acts; words about a person go into the sealed part",
    "worklists_workitem.title": "control numbers only",
    "worklists_workitem.order_reason": "generated from the rule",
    "queues_leverchange.reason": "why a number of the order was set; names nobody",
    "delivery_attempt.target": "address of an agency",
    "delivery_deliveryaddress.target": "address of an agency",
    "delivery_replay.reason": "about a delivery",
    "records_criminalrecord.opened_by": "who acted",
    "records_disposition.recorded_by": "who acted",
    "records_arrest.recorded_by": "who acted",
    "records_immigrationrecord.opened_by": "who acted",
    "intake_refusedinput.presented_by": "who presented it",
    "intake_refusedinput.reason": "what was wrong with the file; repeats nothing of it",
    "people_sourcerecord.registered_by": "who acted",
    "people_change.rationale": "why two records are one person; the form asks to name nobody",
    "people_change.decision_reason": "the same",
    "people_assignment.assigned_by": "who acted",
    "people_assignment.reason": "the ground, generated or as typed; names nobody",
    "people_linkrule.rationale": "why two records must or must not be one person; names nobody",
    "people_linkrule.withdrawn_reason": "the same",
    "people_review.opened_by": "who acted",
    "people_review.rationale": "the same as of a change",
    "citizenship_claim.recorded_by": "who acted",
    "evidence_inquiry.requested_by": "who asked",
    "sources_sourcefault.reason": "about a source",
}


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("secure_communities"))


def columns(*kinds: type[models.Field]) -> Iterator[tuple[str, models.Field]]:
    for model in ours():
        for field in model._meta.concrete_fields:
            if isinstance(field, kinds):
                yield f"{model._meta.db_table}.{field.column}", field


def test_every_column_of_bytes_is_sealed_or_says_what_it_is() -> None:
    sealed = ("sealed", "content", "template", "image", "tenprint", "error_response", "evidence", "secret", "signing")
    unexplained = {
        name
        for name, _ in columns(models.BinaryField)
        if name not in PLAIN_BYTES and not name.partition(".")[2].startswith(sealed)
    }
    assert not unexplained, "seal them and name them sealed_…, or say in PLAIN_BYTES what they are"


def test_every_sentence_in_the_clear_has_its_reason() -> None:
    found = {
        name
        for name, field in columns(models.TextField, models.CharField)
        if not field.choices and (field.max_length is None or field.max_length >= LONG)
    }
    assert found == set(CLEAR), "seal what may speak of a person, or state the reason in CLEAR"


def test_every_table_is_in_the_document() -> None:
    text = DOCUMENT.read_text()
    holding = {name.partition(".")[0] for name, _ in columns(models.BinaryField, models.TextField)}
    assert not {table for table in holding if f"`{table}`" not in text}
