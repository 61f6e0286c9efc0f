# SPDX-License-Identifier: Apache-2.0
"""`./run rules`: a table goes out, is edited, signed, verified; what is wrong with it is said with its place."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from secure_communities.cli.rules import rules
from secure_communities.policy.priority import rule_set


def run(*arguments: object):
    return CliRunner().invoke(rules, [str(one) for one in arguments])


@pytest.fixture
def keys(tmp_path):
    secret = tmp_path / "programme"
    assert run("key", secret).exit_code == 0
    return secret, tmp_path / "programme.pub"


def test_the_list_names_every_shipped_set_with_its_hash_and_says_draft():
    shown = run("list").output
    for code in ("FS-2009", "SC-2009", "ICE-2010", "DET-2012"):
        assert rule_set(code).hash in shown
    assert shown.count("draft") == 4


def test_an_exported_edited_and_signed_table_verifies(tmp_path, keys):
    secret, public = keys
    table, bundle = tmp_path / "sc.toml", tmp_path / "sc.json"
    table.write_text(run("export", "SC-2009").output.replace("version = 1", "version = 2", 1))
    made = run("sign", table, "--key", secret, "--out", bundle)
    assert "SC-2009 version 2" in made.output
    assert "the signature is good" in run("verify", bundle, "--key", public).output


def test_a_table_with_a_fault_is_not_signed_and_the_row_is_named(tmp_path, keys):
    table = tmp_path / "sc.toml"
    table.write_text(run("export", "SC-2009").output.replace('codes = ["1201-1299"]', 'codes = ["12xx"]'))
    answer = run("sign", table, "--key", keys[0], "--out", tmp_path / "out.json")
    assert answer.exit_code == 1
    assert "row 'robbery': '12xx' is no code or range: write 1201 or 1201-1299" in answer.output
    assert not (tmp_path / "out.json").exists()


def test_an_altered_bundle_and_a_strangers_key_are_named(tmp_path, keys):
    table, bundle = tmp_path / "sc.toml", tmp_path / "sc.json"
    table.write_text(run("export", "SC-2009").output)
    run("sign", table, "--key", keys[0], "--out", bundle)
    run("key", tmp_path / "stranger")
    assert "not trusted here" in run("verify", bundle, "--key", tmp_path / "stranger.pub").output
    bundle.write_text(bundle.read_text().replace("LEVEL_3", "LEVEL_1"))
    assert "altered" in run("verify", bundle, "--key", keys[1]).output


def test_no_key_is_overwritten_and_the_secret_is_the_owners_alone(tmp_path, keys):
    before = keys[0].read_text()
    again = run("key", keys[0])
    assert again.exit_code == 1
    assert "no key is ever overwritten" in again.output
    assert keys[0].read_text() == before
    assert keys[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"zz", b"\xff\xfe", b"00" * 31])
def test_a_file_that_holds_no_key_is_said(tmp_path, content):
    wrong = tmp_path / "wrong"
    wrong.write_bytes(content)
    table = tmp_path / "sc.toml"
    table.write_text(run("export", "SC-2009").output)
    answer = run("sign", table, "--key", wrong, "--out", tmp_path / "out")
    assert answer.exit_code == 1
    assert "holds no signing key" in answer.output
    assert "Traceback" not in answer.output
