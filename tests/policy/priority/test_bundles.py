# SPDX-License-Identifier: Apache-2.0
"""How rules travel: one canonical form, one hash, one signature. Nothing unsigned or altered loads (S17)."""

import base64
import hashlib
import json
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.policy.priority import RuleSet, RuleSetError, assess, parse, rule_set, rule_sets
from secure_communities.policy.priority.bundles import LARGEST, PREFIX, BundleError, key_id, sign, verify

from .builders import convicted, facts

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = [KEY.public_key()]
SC = rule_set("SC-2009")


def altered(bundle: bytes, **changes) -> bytes:
    return json.dumps({**json.loads(bundle), **changes}).encode()


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
def test_a_signed_rule_set_comes_back_the_same_and_answers_the_same(rules):
    back = verify(sign(rules, KEY), TRUSTED)
    assert (back.hash, back.canonical_bytes()) == (rules.hash, rules.canonical_bytes())
    given_facts = facts(convicted("3510", 36))
    assert assess(back, given_facts) == assess(rules, given_facts)


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
def test_the_hash_is_the_sha_256_of_the_canonical_bytes(rules):
    assert rules.hash == hashlib.sha256(rules.canonical_bytes()).hexdigest()
    assert RuleSet.of_bundle(rules.canonical_bytes()).hash == rules.hash


def test_comments_and_spaces_do_not_change_the_hash_and_one_code_does():
    text = json.dumps(SC.document)
    assert RuleSet.of(json.loads(text)).hash == SC.hash
    rows = [dict(row) for row in SC.document["rows"]]
    rows[0]["codes"] = ["0101-0104"]
    assert RuleSet.of({**SC.document, "rows": rows}).hash != SC.hash


def test_signing_twice_gives_the_same_bytes():
    assert sign(SC, KEY) == sign(SC, KEY)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_single_changed_byte_gives_other_rules(data):
    bundle = bytearray(sign(SC, KEY))
    place = data.draw(st.integers(0, len(bundle) - 1))
    bundle[place] ^= data.draw(st.integers(1, 255))
    with suppress(BundleError):
        assert verify(bytes(bundle), TRUSTED).hash == SC.hash


def test_the_canonical_form_alone_is_no_bundle():
    with pytest.raises(BundleError, match="no signed bundle"):
        verify(SC.canonical_bytes(), TRUSTED)


@pytest.mark.parametrize("signature", ["", "AAAA", base64.b64encode(bytes(64)).decode()])
def test_an_empty_a_short_and_a_made_up_signature_are_refused(signature):
    with pytest.raises(BundleError, match="does not fit"):
        verify(altered(sign(SC, KEY), signature=signature), TRUSTED)


@pytest.mark.parametrize("field", ["rules", "key", "signature"])
@pytest.mark.parametrize("value", [None, 1, [], {}])
def test_a_field_of_another_kind_is_refused_in_words(field, value):
    with pytest.raises(BundleError):
        verify(altered(sign(SC, KEY), **{field: value}), TRUSTED)


def test_a_strangers_signature_is_refused_also_under_the_name_of_a_trusted_key():
    strange = Ed25519PrivateKey.generate()
    with pytest.raises(BundleError, match="not trusted here"):
        verify(sign(SC, strange), TRUSTED)
    with pytest.raises(BundleError, match="does not fit"):
        verify(altered(sign(SC, strange), key=key_id(KEY.public_key())), TRUSTED)


def test_with_no_trusted_key_nothing_loads():
    with pytest.raises(BundleError, match="not trusted here"):
        verify(sign(SC, KEY), [])


def test_a_signature_over_the_same_bytes_for_another_purpose_does_not_fit():
    other = base64.b64encode(KEY.sign(SC.canonical_bytes())).decode()
    with pytest.raises(BundleError, match="does not fit"):
        verify(altered(sign(SC, KEY), signature=other), TRUSTED)


def test_a_signed_text_that_is_not_canonical_or_says_another_hash_is_refused():
    loose = json.dumps(SC.document, indent=1).encode()
    signature = base64.b64encode(KEY.sign(PREFIX + loose)).decode()
    with pytest.raises(BundleError, match="not in canonical form"):
        verify(altered(sign(SC, KEY), rules=loose.decode(), signature=signature), TRUSTED)
    with pytest.raises(BundleError, match="not in canonical form"):
        verify(altered(sign(SC, KEY), hash="0" * 64), TRUSTED)


def test_a_signed_text_that_is_no_rule_set_is_refused_with_the_place():
    document = {**SC.document, "levels": []}
    payload = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signature = base64.b64encode(KEY.sign(PREFIX + payload.encode())).decode()
    with pytest.raises(RuleSetError, match="has levels"):
        verify(altered(sign(SC, KEY), rules=payload, signature=signature), TRUSTED)


def test_a_bundle_that_is_too_large_is_not_even_read():
    with pytest.raises(BundleError, match="no larger"):
        verify(b" " * (LARGEST + 1), TRUSTED)


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_noise_is_refused_in_words(noise):
    with pytest.raises(BundleError):
        verify(noise, TRUSTED)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": 0}, "1 or more"), ({"version": True}, "version is a whole number"),
        ({"fresh_days": 0}, "1 or more"),
        ({"birthplace": "x"}, "has no birthplace"), ({"deferred": "CONVICTED"}, "deferred is"),
        ({"otherwise": "LEVEL_9"}, "otherwise is a level"), ({"rows": [1]}, "row"), ({"levels": [1]}, "level"),
        ({"levels": [{"code": "REVIEW", "title": "x"}]}, "level"), ({"effective_from": "soon"}, "date"),
        ({"effective_to": "2000-01-01"}, "effective_to"), ({"require": {"finding": "RICH", "paragraph": "x"}}, "RICH"),
        ({"require": 1}, "require"), ({"findings": 1}, "finding"), ({"findings": [1]}, "finding"),
        ({"code": "SC-2009-OF-TEXAS"}, "code is spelt"), ({"code": "SC\r\nX"}, "code is one line"),
        ({"version": 70_000}, "of version, 9999"), ({"fresh_days": 10**9}, "of fresh_days"),
        ({"title": "x" * 10_000}, "title is one line"), ({"title": "Levels\x00"}, "title is one line"),
        ({"title": "Levels\u202e9002"}, "title is one line"), ({"rows": [{}] * 10_000}, "of rows, 100"),
        ({"levels": [{"code": "L" * 21, "title": "x"}]}, "level 1: code is spelt"),
        ({"levels": [{"code": "LEVEL_1", "title": "x" * 121}]}, "level 1: title is 120"),
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_is_refused_with_what_to_write(change, says):
    with pytest.raises(RuleSetError, match=says):
        RuleSet.of({**SC.document, **change})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"codes": ["12"]}, "no code or range"), ({"codes": ["1299-1201"]}, "no code or range"),
        ({"codes": ["0399"]}, "no offence"), ({"codes": ["8001-8099"]}, "no offence"), ({"codes": []}, "no offence"),
        ({"codes": "1201"}, "list"), ({"term": "age > 12"}, "no term"), ({"term": 12}, "term is text"),
        ({"answer": "REVIEW"}, "could_be"), ({"could_be": ["LEVEL_1"]}, "could_be"), ({"answer": "X"}, "levels"),
        ({"at_least": 0}, "at_least"), ({"at_least": True}, "at_least"), ({"grounds": []}, "grounds"),
        ({"grounds": ["ARRESTED"]}, "grounds"), ({"unknown": "LEVEL_1"}, "unknown"), ({"ethnicity": "x"}, "ethnicity"),
        ({"name": "otherwise"}, "every rule set has"), ({"name": "Row 4"}, "name is spelt"),
        ({"codes": ["1201"] * 501}, "of codes, 500"), ({"because": "a\nb"}, "because is one line"),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_refused_by_name_with_what_to_write(change, says):
    rows = [dict(row) for row in SC.document["rows"]]
    rows[3] = {**rows[3], **change}
    with pytest.raises(RuleSetError, match=says) as refused:
        RuleSet.of({**SC.document, "rows": rows})
    assert rows[3]["name"] in str(refused.value)


def test_more_lengths_than_can_be_weighed_are_refused():
    row = dict(SC.document["rows"][3])
    rows = [{**row, "name": f"row-{at}", "term": f"sentence > {at}"} for at in range(1, 6)]
    assert RuleSet.of({**SC.document, "rows": rows[:4]})
    with pytest.raises(RuleSetError, match="4 lengths"):
        RuleSet.of({**SC.document, "rows": rows})


def test_text_that_is_no_toml_is_refused():
    with pytest.raises(RuleSetError, match="no TOML"):
        parse("a = = 1")
