# SPDX-License-Identifier: Apache-2.0
"""Every row of the catalogue of bad input on the running system: one answer each, and the good file is as before."""

from __future__ import annotations

import re

import nistitl
import pytest

from secure_communities.interchange import files, itl
from tests.journeys.catalogue import HOSTILE, Row, all_rows
from tests.journeys.system import RunningSystem, eventually

pytestmark = pytest.mark.slow


def outcome_of_a_good_file(system: RunningSystem) -> dict[str, object]:
    control = system.jail.submit(system.booking("known"))
    answer = itl.parse(system.jail.wait_for(control, "first"))
    record = answer.of_type(2)[0]
    quality = system.value(
        "SELECT data->>'quality' FROM events_event WHERE correlation = %s AND kind = 'submission:accepted'", control
    )
    return {"tot": answer.tot, "ident": record.text("2.059"), "ucn": record.text("2.014"), "quality": quality}


def check_answer(row: Row, raw: bytes) -> None:
    """One ERRT that both readers read, addressed back, with code and place, and nothing hostile in it."""
    answer = files.read(raw)
    assert files.form_of(raw) is files.form_of(row.content), row  # answered in the form it came in
    if files.form_of(raw) is files.Form.TRADITIONAL:
        other = nistitl.Message()
        other.parse(raw)
    assert answer.tot == "ERRT" and answer.tcr == row.tcn, row
    assert (answer.dai, answer.ori) == ("ZZTX00101", "ZZFBI0001"), row
    messages = [" ".join(items) for items in answer.of_type(2)[0].values("2.060")]
    assert 1 <= len(messages) <= 11, row
    assert any(row.code and row.code in one and (row.tag or "") in one for one in messages), (row, messages)
    assert not [text for text in HOSTILE.values() if text in raw], row
    assert not re.search(rb"[<>\x1b\x00]", b"".join(one.encode() for one in messages)), row


def check_door(row: Row, answer, system: RunningSystem) -> None:  # type: ignore[no-untyped-def]
    assert answer.status_code == row.door, (row, answer.text)
    body = answer.json()
    assert body["detail"] and body["what_to_do"], row
    assert not re.search(r"[<>\x00-\x08\x1b]", answer.text), row
    if "error_response" in body:
        errt = files.read(system.jail.client.get(body["error_response"]).content)
        assert (errt.tot, errt.tcr, errt.dai) == ("ERRT", row.tcn, "ZZTX00101"), row


def test_each_bad_file_gets_exactly_one_answer_and_the_next_good_one_is_judged_as_before(
    system: RunningSystem,
) -> None:
    before = outcome_of_a_good_file(system)
    pids = {name: child.pid for name, child in system.services.children.items()}
    submissions = system.value("SELECT count(*) FROM intake_submission")
    refusals = system.value("SELECT count(*) FROM intake_refusedinput")

    posted: list[tuple[Row, str]] = []
    wrong: list[str] = []
    for row in all_rows():
        answer = system.jail.post(row.content)
        if row.door is not None:
            _collect(wrong, check_door, row, answer, system)
        elif answer.status_code == 202:
            posted.append((row, answer.json()["control_number"]))
        else:
            wrong.append(f"{row}: {answer.status_code} {answer.text[:300]}")
    for row, control in posted:
        eventually(lambda one=control: system.jail.kinds(one), f"the answer to {row}")
        assert system.jail.kinds(control) == ["error"], row
        assert system.side(control, "intake") == "refused", row
        assert system.count_events(control, "response:error") == 1, row
        _collect(wrong, check_answer, row, system.jail.fetch(control, "error"))
    assert not wrong, "\n".join(wrong)

    doors = [row for row in all_rows() if row.door is not None]
    assert system.value("SELECT count(*) FROM intake_submission") == submissions + len(posted)
    assert system.value("SELECT count(*) FROM intake_refusedinput") == refusals + len(doors)
    assert not system.rows("SELECT 1 FROM procrastinate_jobs WHERE status = 'failed'")
    assert {name: child.pid for name, child in system.services.children.items()} == pids  # nobody died
    assert outcome_of_a_good_file(system) == before


def _collect(wrong: list[str], check, *arguments) -> None:  # type: ignore[no-untyped-def]
    try:
        check(*arguments)
    except Exception as error:
        wrong.append(f"{error.__class__.__name__}: {str(error)[:500]}")


def test_500_megabytes_are_refused_before_they_are_sent(system: RunningSystem) -> None:
    import socket
    import time

    key = system.facts["keys"]["ZZTX00101"]
    head = (
        "POST /api/v1/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 524288000\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/vnd.ebts\r\n\r\n1.001:"
    )
    with socket.create_connection(("127.0.0.1", system.services.endpoint.port), timeout=30) as line:
        started = time.monotonic()
        line.sendall(head.encode())
        assert b" 413 " in line.recv(4096).split(b"\r\n")[0]
        assert time.monotonic() - started < 10  # it was not waited for the body


def test_a_body_without_a_length_is_cut_off_when_it_grows_too_large(system: RunningSystem) -> None:
    def endless():  # type: ignore[no-untyped-def]
        for _ in range(80):
            yield bytes(1024 * 1024)

    import httpx

    try:
        answer = system.jail.client.post("/api/v1/submissions", content=endless())
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        pass  # the server closed the line while we were still sending
    else:
        assert answer.status_code == 413
    assert system.jail.post(b"").status_code == 400
