# SPDX-License-Identifier: Apache-2.0
"""The registers and their memory-mapped galleries: caught up, rebuilt, closed to others, and holding features only."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from secure_communities.biometrics.decision import Outcome
from secure_communities.biometrics.gallery import Gallery
from secure_communities.identify.galleries import services
from secure_communities.identify.galleries.models import EnrolledPrint, Register, RegisterSubject, Source
from secure_communities.identify.galleries.services import GalleryOutOfStep
from secure_communities.platform.events.models import Event
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


def enrol(person: int, register: Register = Register.CRIMINAL, **options: object) -> RegisterSubject:
    source = Source.BOOKING if register == Register.CRIMINAL else Source.ENCOUNTER
    return services.enrol(
        register=register, source=source, tenprint=a.fingers(person), actor="system:test", at=a.AT, **options
    )  # type: ignore[arg-type]


def found(person: int, register: Register = Register.CRIMINAL) -> list[tuple[str, float]]:
    result = services.search(register, a.fingers_again(person))
    return [(subject.number, round(float(hit.score), 6)) for subject, hit in result.candidates]


@pytest.fixture
def without_galleries(own_var: Path, settings: LazySettings) -> Callable[[], None]:
    """The same installation after its galleries were removed: the secrets stay, everything else is gone."""

    def move() -> None:
        elsewhere = own_var / "elsewhere"
        shutil.copytree(own_var / "secrets", elsewhere / "secrets")
        settings.VAR = elsewhere

    return move


def test_whoever_is_enrolled_is_found_at_once_and_nobody_else_is() -> None:
    subjects = [enrol(person) for person in (1, 2, 3)]
    result = services.search(Register.CRIMINAL, a.fingers_again(2))
    assert result.searched == 3 and result.decision.outcome is Outcome.HIT
    assert result.candidates[0][0] == subjects[1]
    assert services.search(Register.CRIMINAL, a.fingers_again(40)).decision.outcome is Outcome.NO_HIT


def test_the_registers_do_not_know_each_other() -> None:
    enrol(1)
    assert found(1, Register.IMMIGRATION) == []
    enrol(1, Register.IMMIGRATION)
    assert [number for number, _ in found(1, Register.IMMIGRATION)] == ["9000000001"]
    assert [number for number, _ in found(1)] == ["S0000001Z"]


def test_an_empty_register_finds_nobody() -> None:
    result = services.search(Register.CRIMINAL, a.fingers_again(1))
    assert (result.searched, result.candidates, result.decision.outcome) == (0, (), Outcome.NO_HIT)


def test_numbers_and_rows_follow_without_a_gap_even_after_an_enrolment_that_was_undone() -> None:
    enrol(1)
    with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
        enrol(2)
        raise RuntimeError("undone")
    third = enrol(3)
    assert (third.row, third.number) == (1, "S0000002Z")
    assert found(3)[0][0] == "S0000002Z" and found(2) == []


def test_what_another_process_appended_is_found_without_a_restart() -> None:
    enrol(1)
    assert found(1)
    second = enrol(2)
    folder = services.gallery_folder(Register.CRIMINAL)
    Gallery.open(folder).append(services.tenprint_of(second), tag=second.data_key_id.bytes)
    assert found(2)[0][0] == second.number
    assert len(services.catch_up(Register.CRIMINAL).gallery) == 2


def test_removed_galleries_are_rebuilt_and_every_search_gives_the_same(without_galleries: Callable[[], None]) -> None:
    for person in (1, 2, 3, 4):
        enrol(person)
    before = [found(person) for person in (1, 2, 3, 4, 50)]
    without_galleries()
    assert [found(person) for person in (1, 2, 3, 4, 50)] == before


def test_fingers_added_later_are_searched_too() -> None:
    some = {position: template for position, template in a.fingers(1).items() if position <= 2}
    subject = services.enrol(
        register=Register.CRIMINAL, source=Source.BOOKING, tenprint=some, actor="system:test", at=a.AT
    )
    before = found(1)[0][1]
    assert services.add_prints(subject, a.fingers(1), {}) == list(range(3, 11))
    services.refresh_row(subject)
    assert found(1)[0][1] > before
    assert services.add_prints(subject, a.fingers(1), {}) == []


def test_a_gallery_with_more_rows_than_its_register_is_not_searched(without_galleries: Callable[[], None]) -> None:
    """As after a database was restored and its galleries were not removed: rows would stand for other people."""
    enrol(1)
    found(1)
    services.catch_up(Register.CRIMINAL).gallery.append(a.fingers(9))
    for person in (1, 9):
        with pytest.raises(GalleryOutOfStep, match="galleries rebuild criminal"):
            found(person)
    without_galleries()
    assert [number for number, _ in found(1)] == ["S0000001Z"]


def test_a_gallery_of_equal_length_but_other_people_is_not_searched() -> None:
    """As after a database was restored and went on differently: the same number of rows, one of another person."""
    enrol(1)
    lost = enrol(2)
    found(1)
    EnrolledPrint.objects.filter(subject=lost).delete()
    lost.delete()
    enrol(3)
    with pytest.raises(GalleryOutOfStep, match=r"not of the same people.*galleries rebuild criminal"):
        found(3)
    assert len(list(services.check(Register.CRIMINAL))) == 1
    assert services.rebuild(Register.CRIMINAL) == 2
    assert found(3)[0][0] == "S0000002Z" and found(2) == []
    assert list(services.check(Register.CRIMINAL)) == []


def test_a_rebuilt_gallery_gives_the_same_answers_and_reports_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for person in (1, 2, 3):
        enrol(person)
    before, opened = found(2), services.catch_up(Register.CRIMINAL)
    progress: list[tuple[int, int]] = []
    assert services.rebuild(Register.CRIMINAL, progress=lambda done, total: progress.append((done, total))) == 3
    assert progress == [(2, 3), (3, 3)]
    assert found(2) == before
    # whoever had the old files open takes up the new ones
    opened.gallery.refresh()
    opened.gallery.overwrite(0, None)
    assert not services.gallery_of(Register.CRIMINAL).is_live(0)
    assert [path.name for path in services.gallery_folder(Register.CRIMINAL).parent.iterdir()] == ["criminal"]


def test_the_check_names_rows_that_do_not_hold_what_the_register_holds() -> None:
    for person in (1, 2, 3):
        enrol(person)
    found(1)
    gallery = services.gallery_of(Register.CRIMINAL)
    gallery.overwrite(1, a.fingers(9))
    gallery.segments()[0][0].points[0, 2, 0, 0] += 1
    complaints = list(services.check(Register.CRIMINAL))
    assert complaints[0] == "row 2 is not what was written"
    assert complaints[1] == "row 1 does not hold the fingers that the register holds"


def test_only_the_owner_may_read_the_files() -> None:
    enrol(1)
    found(1)
    folder = services.gallery_folder(Register.CRIMINAL)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_files_hold_no_number_no_template_and_no_image() -> None:
    image = b"WSQ-IMAGE-BYTES-" * 64
    subject = enrol(1, images=dict.fromkeys(range(1, 11), image))
    found(1)
    stored = b"".join(
        path.read_bytes() for path in services.gallery_folder(Register.CRIMINAL).rglob("*") if path.is_file()
    )
    assert subject.number.encode() not in stored and str(subject.data_key_id).encode() not in stored
    assert image[:16] not in stored
    for template in a.fingers(1).values():
        packed = template.to_bytes()
        assert packed not in stored and packed[-48:] not in stored


def test_templates_and_images_are_sealed_in_the_database() -> None:
    image = b"WSQ-IMAGE-BYTES-" * 64
    subject = enrol(1, images={1: image})
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, template, image FROM galleries_enrolledprint ORDER BY position")
        rows = cursor.fetchall()
    assert len(rows) == 10
    for position, template, kept in rows:
        assert a.fingers(1)[position].to_bytes()[:32] not in bytes(template)
        assert kept is None or image[:16] not in bytes(kept)
    assert services.image_of(subject, 1) == image and services.image_of(subject, 2) is None
    assert {p: t.to_bytes() for p, t in services.tenprint_of(subject).items()} == {
        p: t.to_bytes() for p, t in a.fingers(1).items()
    }


def test_the_immigration_register_takes_encounters_only() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.enrol(
            register=Register.IMMIGRATION, source=Source.BOOKING, tenprint=a.fingers(1), actor="system:test", at=a.AT
        )
    assert not EnrolledPrint.objects.exists()


def test_an_enrolment_is_an_event_with_its_number_and_fingers() -> None:
    subject = enrol(1, correlation="SC-TEST")
    [event] = Event.objects.filter(kind="register:enrolled")
    assert event.data == {"number": subject.number, "fingers": list(range(1, 11))} and event.correlation == "SC-TEST"
