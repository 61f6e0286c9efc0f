# SPDX-License-Identifier: Apache-2.0
"""The documents say what is there, and the check would notice if they did not."""

from __future__ import annotations

from pathlib import Path

from secure_communities.cli import main
from tools import check_docs
from tools.make_docs import commands, state_tables


def test_links_commands_abbreviations_and_generated_parts_are_in_order() -> None:
    assert list(check_docs.problems()) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, twice\n\n## A heading, twice\n")
    text = "[a](there.md) [b](there.md#a-heading-twice-1) [c](gone.md) [d](there.md#gone) [e](https://example.org/x)"
    found = list(check_docs.broken_links(tmp_path / "here.md", text))
    assert found == ["link to gone.md: no such file", "link to there.md#gone: no such heading"]


def test_a_call_of_a_command_or_option_that_does_not_exist_is_found() -> None:
    text = """Say `./run test --all -x`, `./run serve --prot 1`, ./run nothing in prose, or

```sh
./run interchange inspect FILE --json   # and ./run remarks
./run fly away
```
"""
    found = list(check_docs.wrong_calls(text, main))
    assert found == ["./run has no command fly", "./run serve has no option --prot"]


def test_a_test_that_does_not_exist_is_found() -> None:
    text = "Held by `test_a_rule_is_kept` and `test_a_rule`."
    assert list(check_docs.missing_tests(text, "def test_a_rule_is_kept() -> None:")) == ["there is no test_a_rule"]


def test_an_abbreviation_without_an_explanation_is_found() -> None:
    known = check_docs.explained("# Glossary\n\n**ORI** originating agency\n\n- **IAQ** query\n\n## TCN\n")
    assert known == {"ORI", "IAQ", "TCN"}
    assert list(check_docs.unexplained("ORIs, TCN, `CODE` and IAR", known)) == ["IAR is not in the glossary"]


def test_every_command_of_the_program_is_in_the_reference() -> None:
    reference = (check_docs.ROOT / "docs" / "reference" / "command-line.md").read_text()
    for words, context in commands(main):
        assert f"\n## {words}\n" in reference
        assert context.command.help, f"{words} does not say what it does"


def test_every_state_table_is_drawn() -> None:
    drawn = (check_docs.ROOT / "docs" / "reference" / "states.md").read_text()
    tables = list(state_tables())
    assert {"Intake", "Criminal", "Immigration", "Query"} <= {name for name, _, _ in tables}
    for _, _, table in tables:
        for (before, event), after in table.items():
            assert f"    {before} --> {after}: {event}\n" in drawn
