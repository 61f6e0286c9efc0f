# SPDX-License-Identifier: Apache-2.0
"""The watched folders: whole files only, nothing hostile followed or written, nothing lost by a crash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secure_communities.identify.intake import folders, services
from secure_communities.identify.intake.folders import Watcher, open_folders, safe_name
from secure_communities.identify.intake.models import Channel, RefusedInput, Submission
from secure_communities.identify.responses.models import Message
from secure_communities.interchange import itl
from secure_communities.platform import clock
from secure_communities.platform.agencies.vocabulary import Channel as Delivery
from secure_communities.platform.delivery import sending
from tests.builders.transactions import a_booking
from tests.identify import builders as a

pytestmark = pytest.mark.django_db
ORI = "ZZTX00101"


@pytest.fixture
def home(own_var: Path) -> Path:
    a.a_jail(ORI, channel=Delivery.DIRECTORY)
    root = own_var / "folders"
    open_folders(root, [ORI])
    return root / ORI


@pytest.fixture
def watcher(home: Path) -> Watcher:
    return Watcher(home.parent)


def look(watcher: Watcher, times: int = 2) -> int:
    return sum(watcher.look(at=a.AT) for _ in range(times))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_taken_once_its_size_stood_still(watcher: Watcher, home: Path) -> None:
    content = a_booking()
    path = home / "in" / "booking.ebts"
    path.write_bytes(content[:1000])
    assert watcher.look(at=a.AT) == 0
    path.write_bytes(content)  # it still grows
    assert watcher.look(at=a.AT) == 0
    assert watcher.look(at=a.AT) == 1
    submission = Submission.objects.get()
    assert submission.channel == Channel.FOLDER and services.content_of(submission) == content
    assert names(home / "in") == [] and names(home / "done") == [f"{submission.control_number}-booking.ebts"]


def test_a_file_rewritten_at_the_same_size_is_not_taken_in_the_middle(watcher: Watcher, home: Path) -> None:
    path = home / "in" / "booking.ebts"
    path.write_bytes(bytes(1000))
    watcher.look(at=a.AT)
    path.write_bytes(b"1" * 1000)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert watcher.look(at=a.AT) == 0


@pytest.mark.parametrize("name", ["a.part", ".a.ebts", "a.ebts.part", "a.tmp", "a.txt", "noending", "a.ebts~"])
def test_what_is_not_ready_or_no_transaction_file_is_left_alone(watcher: Watcher, home: Path, name: str) -> None:
    (home / "in" / name).write_bytes(a_booking())
    assert look(watcher) == 0 and names(home / "in") == [name] and not Submission.objects.exists()


def test_links_folders_and_pipes_are_not_followed(watcher: Watcher, home: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ebts"
    secret.write_bytes(a_booking())
    (home / "in" / "link.ebts").symlink_to(secret)
    (home / "in" / "folder.ebts").mkdir()
    os.mkfifo(home / "in" / "pipe.ebts")
    assert look(watcher) == 0 and not Submission.objects.exists() and secret.exists()


def test_a_file_that_becomes_a_link_after_it_was_seen_is_not_read(
    watcher: Watcher, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.ebts"
    secret.write_bytes(a_booking())
    path = home / "in" / "booking.ebts"
    path.symlink_to(secret)
    monkeypatch.setattr(Path, "lstat", Path.stat)  # as if the change came between the look and the reading
    assert look(watcher) == 1
    assert not Submission.objects.exists() and secret.exists()


HOSTILE = [
    "../../etc/x.ebts",
    "a\nb.ebts",
    "a\x1b[31m.ebts",
    "=cmd.ebts",
    "<script>.ebts",
    "\u202egpj.ebts",
    "ä" * 90 + ".ebts",
]


@pytest.mark.parametrize("name", [name for name in HOSTILE if "/" not in name])
def test_a_hostile_name_is_taken_in_but_never_written_again(watcher: Watcher, home: Path, name: str) -> None:
    (home / "in" / name).write_bytes(a_booking())
    (home / "in" / f"bad{name}").write_bytes(b"junk")
    assert look(watcher) == 2
    control = Submission.objects.get().control_number
    [done] = names(home / "done")
    assert done.startswith(f"{control}-renamed-") and done.endswith(".ebts") and done.isascii()
    assert all(one.startswith("renamed-") for one in names(home / "reject"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_safe_name_stays_in_its_folder(name: str) -> None:
    made = safe_name(name)
    assert Path(made).name == made and made.isascii() and made.isprintable() and len(made) <= 104
    assert safe_name("B-17_a.ebts") == "B-17_a.ebts"


@pytest.mark.parametrize("folder", ["ZZTX99999", "TX1010000", "zztx00101", "..", "ZZTX00101x"])
def test_a_folder_that_is_no_agency_of_ours_submits_nothing(watcher: Watcher, home: Path, folder: str) -> None:
    place = home.parent / folder / "in"
    place.mkdir(parents=True, exist_ok=True)
    (place / "booking.ebts").write_bytes(a_booking())
    look(watcher)
    assert not Submission.objects.exists()
    with pytest.raises(ValueError, match="reserved"):
        open_folders(home.parent, [f"../{folder}"])


def test_a_file_of_another_agency_is_rejected_with_the_reason(watcher: Watcher, home: Path) -> None:
    (home / "in" / "booking.ebts").write_bytes(a_booking(ori="ZZTX00102"))
    look(watcher)
    assert names(home / "reject") == ["booking.ebts", "booking.ebts.txt"]
    assert "A0004" in (home / "reject" / "booking.ebts.txt").read_text()
    assert RefusedInput.objects.get().channel == Channel.FOLDER


def test_two_rejected_files_of_one_name_are_both_kept(watcher: Watcher, home: Path) -> None:
    for junk in (b"first", b"second"):
        (home / "in" / "booking.ebts").write_bytes(junk)
        look(watcher)
    kept = {path.read_bytes() for path in (home / "reject").iterdir() if path.suffix != ".txt"}
    assert kept == {b"first", b"second"}
    assert len(names(home / "reject")) == 4


def test_an_error_response_to_a_rejected_file_is_delivered_like_any_answer(watcher: Watcher, home: Path) -> None:
    for name in ("SAMPLE,ONE", "SAMPLE,TWO"):
        (home / "in" / "booking.ebts").write_bytes(a_booking(person={"2.018": name}))
        look(watcher)
    [answer] = [itl.parse(path.read_bytes()) for path in (home / "out").iterdir()]
    assert (answer.tot, answer.tcr, answer.dai) == ("ERRT", itl.parse(a_booking()).tcn, ORI)
    assert "H0002" in (home / "reject" / "booking.ebts.txt").read_text()


def test_a_crash_between_taking_in_and_moving_changes_nothing_when_it_is_taken_again(
    watcher: Watcher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "in" / "booking.ebts").write_bytes(a_booking())
    with monkeypatch.context() as crash:

        def die(*_: object) -> None:
            raise SystemExit

        crash.setattr(folders, "_put", die)
        with pytest.raises(SystemExit):
            look(watcher)
    assert Submission.objects.count() == 1 and names(home / "in") == ["booking.ebts"]
    look(Watcher(home.parent))  # the watcher that is started again
    assert Submission.objects.count() == 1 and names(home / "in") == []
    assert names(home / "done") == [f"{Submission.objects.get().control_number}-booking.ebts"]


def raise_(error: Exception) -> bytes:
    raise error


def test_one_file_that_cannot_be_taken_stays_and_does_not_stop_the_others(
    watcher: Watcher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "in" / "a.ebts").write_bytes(a_booking(tcn="SYNZZTX00101-FOLDER-1"))
    (home / "in" / "b.ebts").write_bytes(a_booking(tcn="SYNZZTX00101-FOLDER-2"))
    original = folders._content_of
    broken = OSError("the disk cannot read it")
    monkeypatch.setattr(folders, "_content_of", lambda path: raise_(broken) if path.name[0] == "a" else original(path))
    look(watcher)
    assert names(home / "in") == ["a.ebts"]
    assert "SYNZZTX00101-FOLDER-2" in Submission.objects.values_list("tcn", flat=True)


def test_a_file_too_large_is_rejected_unread(watcher: Watcher, home: Path) -> None:
    with (home / "in" / "huge.ebts").open("wb") as handle:
        handle.truncate(folders.LARGEST + 1)
    look(watcher)
    assert "E0003" in (home / "reject" / "huge.ebts.txt").read_text() and not Submission.objects.exists()


def test_an_answer_appears_in_out_whole_under_our_own_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, own_var: Path
) -> None:
    monkeypatch.setattr(clock, "now", a.now)
    jail = a.OriginatingAgency.objects.get(ori=ORI)
    a.search_criminal(a.an_accepted_submission(jail))
    message = Message.objects.get(kind="first")
    seen: list[list[str]] = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: (seen.append(names(self.parent)), replace(self, to))[1])
    sending.pump(jail.pk, Delivery.DIRECTORY, urgent=True, now=a.now)
    assert seen == [[f".{message.tcn}.part"]]  # until the last moment nothing of the final name is there
    [delivered] = (home / "out").iterdir()
    assert delivered.name == f"{message.tcn}.ebts" and itl.parse(delivered.read_bytes()).tot == "SRE"
    message.refresh_from_db()
    assert (message.state, message.delivered_by) == ("delivered", "directory")
    delivered.unlink()
    sending.pump(jail.pk, Delivery.DIRECTORY, urgent=True, now=a.now)
    assert names(home / "out") == []  # once taken away it does not come back
