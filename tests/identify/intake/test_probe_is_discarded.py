# SPDX-License-Identifier: Apache-2.0
"""The immigration side keeps nothing of a booking's prints unless two examiners confirmed a match."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register, RegisterSubject, Source
from secure_communities.identify.intake import services, tenprints
from secure_communities.identify.intake.models import Probe, Submission
from secure_communities.platform.keys.models import DataKey
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


def no_match(var: Path) -> Submission:
    a.an_immigration_subject(person=99)
    return a.search_immigration(a.an_accepted_submission(person=1))


def rejected(var: Path) -> Submission:
    compared = a.a_candidate_match()
    a.exclude(compared)
    a.exclude(compared)
    return a.fresh(compared.submission)


def inconclusive(var: Path) -> Submission:
    compared = a.a_candidate_match()
    a.exclude(compared, verdict=Verdict.INCONCLUSIVE)
    a.exclude(compared)
    a.exclude(compared, a.a_user(a.Role.LEAD_EXAMINER), verdict=Verdict.INCONCLUSIVE)
    return a.fresh(compared.submission)


def not_searched(var: Path) -> Submission:
    return a.an_accepted_submission(a.a_jail(participating=False))


@pytest.mark.parametrize("ending", [no_match, rejected, inconclusive, not_searched])
def test_nothing_of_the_prints_stays_on_the_immigration_side(ending, own_var: Path) -> None:
    submission = ending(own_var)
    assert submission.immigration_state == ending.__name__
    assert not Probe.objects.filter(submission=submission, register=Register.IMMIGRATION).exists()
    destroyed = DataKey.objects.filter(destroyed_reason="probe discarded")
    assert destroyed.count() == (0 if ending is not_searched else 1)
    traces = list(traces_of(submission, own_var))
    assert traces == []


def traces_of(submission: Submission, var: Path):
    """Every place on the immigration side where the probe could still be: tables, files, caches, job arguments."""
    templates = a.fingers_again(1)
    needles = {one.minutiae.tobytes()[:70] for one in templates.values()} | {tenprints.pack(templates)[:200]}
    for path in var.rglob("*"):
        if path.is_file() and "criminal" not in path.parts:
            content = path.read_bytes()
            yield from (f"file {path.name}" for needle in needles if needle in content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text, task_name FROM procrastinate_jobs")
        for arguments, task in cursor.fetchall():
            if set(arguments) - set('{}": _0123456789abcdefghijklmnopqrstuvwxyz') or len(arguments) > 60:
                yield f"job {task}: {arguments[:80]}"
    for subject in RegisterSubject.objects.filter(register=Register.IMMIGRATION):
        held = galleries.tenprint_of(subject)
        if any(held.get(position) == template for position, template in templates.items()):
            yield f"register {subject}"
    backend = galleries.catch_up(Register.IMMIGRATION)
    for row in range(len(backend.gallery)):
        held = backend.gallery.templates(row)
        if any(held.get(position) == template for position, template in templates.items()):
            yield f"gallery row {row}"


def test_the_search_for_traces_finds_a_probe_that_was_kept(own_var: Path) -> None:
    (own_var / "leak.bin").write_bytes(a.fingers_again(1)[1].to_bytes())
    assert list(traces_of(Submission(), own_var))


def test_a_confirmed_match_keeps_the_probe_for_review() -> None:
    query = a.a_confirmed_match()
    assert services.probe_of(query.submission, Register.IMMIGRATION) is not None


def test_no_booking_can_be_enrolled_in_the_immigration_register() -> None:
    with pytest.raises(IntegrityError, match="bookings_never_enter"), transaction.atomic():
        galleries.enrol(
            register=Register.IMMIGRATION, source=Source.BOOKING, tenprint=a.fingers(1), actor="system:test", at=a.AT
        )


def test_the_register_has_as_many_subjects_after_every_ending_as_before() -> None:
    a.a_confirmed_match()
    assert RegisterSubject.objects.filter(register=Register.IMMIGRATION).count() == 1
