# SPDX-License-Identifier: Apache-2.0
"""One booking from the jail's file to the second response, every step over HTTP on a running system."""

from __future__ import annotations

import pytest

from secure_communities.interchange import itl
from secure_communities.platform import clock
from tests.journeys.system import RunningSystem, eventually

pytestmark = pytest.mark.slow


def test_a_booking_of_a_person_both_registers_know_is_answered_twice(system: RunningSystem) -> None:
    jail, content = system.jail, system.booking("known")
    request = itl.parse(content)
    control = jail.submit(content)
    criminal, immigration = system.facts["numbers"]["criminal"], system.facts["numbers"]["immigration"]

    first = itl.parse(jail.wait_for(control, "first"))
    assert (first.tot, first.tcr, first.dai, first.ori) == ("SRE", request.tcn, request.ori, request.dai)
    record = first.of_type(2)[0]
    assert record.text("2.059") == "I" and record.text("2.014") == criminal

    # One examiner is not enough, the same one twice neither; nothing about a match leaves.
    one, two = system.colleague("examiner.one"), system.colleague("examiner.two")
    eventually(lambda: system.side(control, "immigration") == "examiner", "the immigration search")
    item = one.item("/examinations", control)
    assert item and one.decide(control, immigration).json() == {"recorded": True}
    again = {"verdict": "identification", "candidate": item["candidates"][0]["id"], "rationale": "Still."}
    assert one.post(f"/examinations/{item['id']}/decisions", again).status_code == 403
    assert jail.kinds(control) == ["first"]
    assert not system.rows(
        "SELECT 1 FROM research_statusquery q JOIN intake_submission s ON s.id = q.submission_id"
        " WHERE s.control_number = %s",
        control,
    )
    assert two.decide(control, immigration).json() == {"recorded": True}
    assert system.side(control, "immigration") == "acknowledged"
    assert jail.kinds(control) == ["first"]

    specialist, officer = system.colleague("specialist.one"), system.colleague("officer.one")
    query = specialist.item("/queries", control)
    assert query
    now = clock.now().isoformat()
    evidence = [{"system": "IMMIGRATION REGISTER", "record": "ENCOUNTER", "retrieved_at": now}]
    body = {"code": "NONIMM_OVERSTAY", "evidence": evidence, "confidence": "Two records agree."}
    assert officer.post(f"/queries/{query['id']}/drafts", body).status_code == 403
    draft = specialist.post(f"/queries/{query['id']}/drafts", body).json()["draft"]
    signature = {"draft": draft, "authority": "Sample delegation 1", "reason": "The evidence supports it."}
    assert specialist.post(f"/queries/{query['id']}/signature", signature).status_code == 403
    assert officer.post(f"/queries/{query['id']}/signature", signature).status_code == 200
    assert officer.post(f"/queries/{query['id']}/signature", signature).status_code == 409

    second = itl.parse(jail.wait_for(control, "second", seconds=10))
    assert (second.tot, second.tcr, second.dai) == ("SRE", request.tcn, request.ori)
    assert jail.kinds(control) == ["first", "second"]
    assert jail.status(control)["criminal"] == "answered" and system.side(control, "immigration") == "answered"

    # The same file again: the stored answers. Another agency's key: nothing.
    repeated = jail.post(content)
    assert repeated.status_code == 200 and repeated.json()["control_number"] == control
    other = system.jail_of("ZZTX00102")
    assert other.client.get(f"/api/v1/submissions/{control}").status_code == 404
    assert system.count_events(control, "response:first") == system.count_events(control, "response:second") == 1


def test_the_event_log_of_the_running_system_is_sealed_and_whole(system: RunningSystem) -> None:
    eventually(lambda: system.value("SELECT count(*) FROM events_seal") > 0, "the first sealing", seconds=40)
    newest = system.value("SELECT max(id) FROM events_event")
    sealed = "SELECT count(*) FROM events_seal WHERE event_id >= %s"
    eventually(lambda: system.value(sealed, newest), "the sealing of the newest event", seconds=40)
    verified = system.command("oversight", "verify", "--json")
    assert verified["intact"] and verified["sealed"] >= newest and not verified["faults"]


def test_an_entry_altered_behind_the_application_is_found_by_the_verifier(system: RunningSystem) -> None:
    """By the owner of the tables, with the triggers put aside; and put back as it was, the log is whole again."""
    [(number, actor)] = system.rows(
        "SELECT e.id, e.actor FROM events_event e JOIN events_seal s ON s.event_id = e.id ORDER BY e.id LIMIT 1"
    )
    system.forge("events_event", "UPDATE events_event SET actor = 'system:nobody' WHERE id = %s", number)
    try:
        found = system.command("oversight", "verify", "--json", expect=1)
        assert not found["intact"] and f"event {number} at position" in found["faults"][0]
    finally:
        system.forge("events_event", "UPDATE events_event SET actor = %s WHERE id = %s", actor, number)
    assert system.command("oversight", "verify", "--json")["intact"]
