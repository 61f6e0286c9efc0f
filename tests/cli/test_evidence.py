# SPDX-License-Identifier: Apache-2.0
"""`./run evidence`: an operator takes a source down and puts it back; nobody else does."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from secure_communities.cli.evidence import FAULTS, SOURCES, evidence
from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(evidence, words)


def test_the_choices_of_the_command_are_those_there_are() -> None:
    assert tuple(SourceCode) == SOURCES
    assert tuple(FaultKind) == FAULTS


def test_an_operator_takes_a_source_down_and_puts_it_back() -> None:
    a_user(Role.OPERATOR, username="operator.a")
    assert run("take-down", "court", "--reason", "Exercise", "--by", "operator.a").exit_code == 0
    assert "down: OUTAGE, by operator.a: Exercise" in run("sources").output
    again = run("take-down", "court", "--reason", "Exercise", "--by", "operator.a")
    assert (again.exit_code, "down already" in again.output) == (1, True)
    assert run("put-back", "COURT", "--by", "operator.a").exit_code == 0
    assert "down" not in run("sources").output
    assert Event.objects.filter(kind__startswith="source:").count() == 2


def test_nobody_else_does() -> None:
    a_user(Role.SUPPORT_SPECIALIST, username="specialist.a")
    refused = run("take-down", "COURT", "--reason", "x", "--by", "specialist.a")
    assert (refused.exit_code, "Only an operator" in refused.output) == (1, True)
    assert "There is no user" in run("put-back", "COURT", "--by", "nobody").output
