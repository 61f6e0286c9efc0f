# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of the work, and one side down: nothing lost, nothing doubled, the other side unaffected."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from secure_communities.interchange import itl
from tests.journeys.system import RunningSystem, eventually

pytestmark = pytest.mark.slow

RECOVERY = 45.0  # seconds from the kill to the answer: ≤ 20 until it is noticed, the rest is work on a busy machine
DOING = """SELECT id FROM procrastinate_jobs j WHERE status = 'doing' AND task_name LIKE %s
           AND args->>'submission_id' = (SELECT id::text FROM intake_submission WHERE control_number = %s)"""
UNFINISHED = "SELECT task_name, status FROM procrastinate_jobs WHERE status = 'failed'"


def doing(system: RunningSystem, task: str, control: str) -> None:
    eventually(lambda: system.rows(DOING, f"%{task}", control), f"{task} of {control}")


def arrests(system: RunningSystem, control: str) -> int:
    """The arrests recorded from one submission: each is recorded under its control number."""
    return int(
        system.value(
            "SELECT count(*) FROM events_event WHERE correlation = %s"
            " AND kind IN ('register:enrolled', 'register:updated')",
            control,
        )
    )


def totals(system: RunningSystem) -> tuple[int, int]:
    subjects = system.value("SELECT count(*) FROM galleries_registersubject WHERE register = 'criminal'")
    return int(subjects), int(system.value("SELECT count(*) FROM records_arrest"))


def nothing_left_of(pid: int) -> bool:
    """No process of the killed one's session is alive, such as the server that decodes its images."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            return False
    return True


def test_a_worker_killed_while_it_extracts_loses_and_doubles_nothing(system: RunningSystem) -> None:
    before = totals(system)
    control = system.jail.submit(system.booking("known"))
    doing(system, "prepare", control)
    time.sleep(0.8)  # into the decoding and extracting
    assert system.side(control, "intake") == "received"
    pid = system.kill("criminal")
    first = itl.parse(system.jail.wait_for(control, "first", seconds=RECOVERY))
    assert first.of_type(2)[0].text("2.059") == "I"
    assert system.count_events(control, "response:first") == 1
    assert system.count_events(control, "submission:accepted") == 1
    assert system.count_events(control, "criminal:searched") == 1
    assert system.jail.kinds(control).count("first") == 1
    assert totals(system) == (before[0], before[1] + 1) and arrests(system, control) == 1
    assert eventually(lambda: nothing_left_of(pid), "the end of the killed worker's own children", seconds=20)


def test_a_worker_killed_while_it_answers_loses_and_doubles_nothing(system: RunningSystem) -> None:
    before = totals(system)
    with system.holding("enrol:criminal"):  # the search is done, the answer is being written: it waits for this lock
        control = system.jail.submit(system.booking("unknown"))
        doing(system, "search_criminal", control)
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        eventually(lambda: system.rows(waiting), "the wait for the enrolment's lock")
        system.kill("criminal")
    first = itl.parse(system.jail.wait_for(control, "first", seconds=RECOVERY))
    assert first.of_type(2)[0].text("2.059") == "N"
    assert system.count_events(control, "response:first") == 1
    assert system.count_events(control, "criminal:searched") == 1
    assert totals(system) == (before[0] + 1, before[1] + 1) and arrests(system, control) == 1

    # The person is in the register now, once: the next booking finds the very record.
    number = system.value(
        "SELECT data->>'number' FROM events_event WHERE correlation = %s AND kind = 'register:enrolled'", control
    )
    again = itl.parse(system.jail.wait_for(system.jail.submit(system.booking("unknown")), "first"))
    assert again.of_type(2)[0].text("2.014") == number
    assert totals(system) == (before[0] + 1, before[1] + 2)


def test_the_criminal_answer_does_not_need_the_immigration_side_which_catches_up(system: RunningSystem) -> None:
    system.services.stop("immigration")
    try:
        control = system.jail.submit(system.booking("known"))
        first = itl.parse(system.jail.wait_for(control, "first"))
        assert first.of_type(2)[0].text("2.059") == "I"
        assert system.jail.status(control)["criminal"] == "answered"
        assert system.side(control, "immigration") == "waiting"
    finally:
        system.services.start("immigration")
    eventually(lambda: system.side(control, "immigration") == "examiner", "the immigration search, after the outage")
    assert system.count_events(control, "immigration:searched") == 1
    assert system.jail.kinds(control) == ["first"]


def test_a_killed_web_server_comes_back_and_a_repeated_file_is_not_taken_twice(system: RunningSystem) -> None:
    content = system.booking("known")
    control = system.jail.submit(content)
    system.kill("web")
    eventually(system.services.endpoint.answers, "the web server's return")
    again = system.jail.post(content)
    assert again.status_code == 200 and again.json()["control_number"] == control
    system.jail.wait_for(control, "first")


def test_no_job_was_given_up(system: RunningSystem) -> None:
    assert system.rows(UNFINISHED) == []
