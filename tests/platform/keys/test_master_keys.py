# SPDX-License-Identifier: Apache-2.0
"""Master keys change while people work: every data key is wrapped anew, and nothing is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.keys import boxes, master, ring, services
from secure_communities.platform.keys.models import DataKey, MasterKey
from secure_communities.platform.refusals import Refusal

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MASTER_KEY", "MASTER_KEYS"):
        monkeypatch.delenv(name, raising=False)
    settings.VAR = tmp_path
    yield
    master._rings.pop(tmp_path / "secrets", None)


def sealed(count: int) -> list[tuple[DataKey, bytes]]:
    master.check()
    return [(key, services.seal(key, b"a name", context="x")) for key in services.create_data_keys(count, at=AT)]


@pytest.mark.django_db
def test_after_a_rotation_everything_opens_under_the_new_key_and_the_old_one_retires() -> None:
    before = sealed(7)
    assert master.rotate(at=AT) == (2, 7)
    assert (master._folder() / "master_key.2").stat().st_mode & 0o777 == 0o600
    for key, box in before:
        key.refresh_from_db()
        assert key.master == 2 and services.unseal(key, box, context="x") == b"a name"
    assert services.create_data_key(at=AT).master == 2
    master.retire(1, at=AT)
    assert [(one.number, one.state, one.data_keys) for one in master.standing()] == [
        (1, "RETIRED", 0),
        (2, "ACTIVE", 8),
    ]
    ring.file_of(1, master._folder()).unlink()
    master._rings.clear()
    master.check()


@pytest.mark.django_db
def test_an_interrupted_rotation_is_finished_without_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(5)
    monkeypatch.setattr(master, "BATCH", 2)

    def pulled_the_plug(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        master.rotate(at=AT, progress=pulled_the_plug)
    assert DataKey.objects.filter(master=1).count() == 3
    with pytest.raises(Refusal, match="still wraps 3 data keys"):
        master.retire(1, at=AT)
    assert master.rotate(at=AT) == (2, 3)
    assert MasterKey.objects.count() == 2


@pytest.mark.django_db
def test_the_database_refuses_a_data_key_under_a_retired_master_and_retiring_one_in_use() -> None:
    [(key, _)] = sealed(1)
    with pytest.raises(IntegrityError, match="still wraps"), transaction.atomic():
        MasterKey.objects.filter(number=1).update(state="RETIRED")
    master.rotate(at=AT)
    master.retire(1, at=AT)
    with pytest.raises(IntegrityError, match="is retired"), transaction.atomic():
        DataKey.objects.filter(pk=key.pk).update(master=1)


@pytest.mark.django_db
def test_a_process_that_started_before_the_rotation_finds_the_new_key() -> None:
    [(key, box)] = sealed(1)
    old_ring = dict(master._rings[master._folder()])
    master.rotate(at=AT)
    master._rings[master._folder()] = old_ring
    key.refresh_from_db()
    assert services.unseal(key, box, context="x") == b"a name"


@pytest.mark.django_db
def test_a_missing_master_key_is_named_by_its_number() -> None:
    [(key, box)] = sealed(1)
    master.rotate(at=AT)
    ring.file_of(2, master._folder()).unlink()
    master._rings.clear()
    key.refresh_from_db()
    with pytest.raises(services.WrongMasterKey, match="Master key 2 is not at hand"):
        services.unseal(key, box, context="x")
    with pytest.raises(services.WrongMasterKey):
        master.check()


@pytest.mark.django_db
def test_keys_given_by_environment_are_not_made_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTER_KEYS", f"1:{'11' * 32}")
    sealed(2)
    with pytest.raises(Refusal, match="add number 2 to MASTER_KEYS"):
        master.rotate(at=AT)
    monkeypatch.setenv("MASTER_KEYS", f"2:{'22' * 32},1:{'11' * 32}")
    assert master.rotate(at=AT) == (2, 2)
    assert not list(master._folder().glob("master_key*"))


@pytest.mark.django_db(transaction=True)
def test_people_enrol_and_read_while_the_keys_change() -> None:
    before = sealed(40)
    troubles: list[BaseException] = []
    made: list[tuple[Any, bytes]] = []
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                key = services.create_data_key(at=AT)
                made.append((key.pk, services.seal(key, b"new", context="y")))
                old, box = before[len(made) % len(before)]
                assert services.unseal(DataKey.objects.get(pk=old.pk), box, context="x") == b"a name"
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(3):
            master.rotate(at=AT)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert not troubles and made
    master.rotate(at=AT)  # what they made under the old key as it changed
    newest = master.active_number()
    assert not DataKey.objects.exclude(master=newest).exclude(wrapped=None).exists()
    for pk, box in made:
        assert services.unseal(DataKey.objects.get(pk=pk), box, context="y") == b"new"


@pytest.mark.django_db
def test_boxes_of_the_first_version_still_open() -> None:
    key = services.create_data_key(at=AT)
    plain = master.unwrap(key)
    nonce = bytes(12)
    old = b"\x01" + nonce + AESGCM(plain).encrypt(nonce, b"a name", b"x")
    assert services.unseal(key, old, context="x") == b"a name"


@pytest.mark.django_db
def test_a_box_of_somebody_else_says_so() -> None:
    [(_one, box), (other, _)] = sealed(2)
    with pytest.raises(boxes.BoxError, match=f"another key than {other.id}"):
        services.unseal(other, box, context="x")


@pytest.mark.parametrize("text", ["x:" + "11" * 32, "0:" + "11" * 32, "1:short", "1:" + "zz" * 32])
def test_keys_that_cannot_be_used_are_refused_without_repeating_them(text: str, tmp_path: Path) -> None:
    with pytest.raises(ring.RingError) as refused:
        ring.master_keys({"MASTER_KEYS": text}, tmp_path)
    assert text.partition(":")[2] not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_a_key_destroyed_after_the_backup_is_destroyed_again_after_the_restore() -> None:
    [(key, box), (other, _)] = sealed(2)
    wrapped = bytes(key.wrapped or b"")
    services.destroy_data_key(key, reason="expunged", at=AT)
    DataKey.objects.filter(pk=key.pk).update(wrapped=wrapped, destroyed_at=None, destroyed_reason="")  # the backup
    assert services.destroy_again(at=AT) == 1
    key.refresh_from_db()
    with pytest.raises(services.KeyDestroyed):
        services.unseal(key, box, context="x")
    assert key.destroyed_reason == "expunged"
    other.refresh_from_db()
    assert other.wrapped is not None


@pytest.mark.django_db
def test_a_destruction_that_was_rolled_back_is_not_noted(django_capture_on_commit_callbacks: Any) -> None:
    from secure_communities.platform.keys import graveyard

    [(key, _)] = sealed(1)
    with django_capture_on_commit_callbacks() as callbacks:
        services.destroy_data_key(key, reason="expunged", at=AT)
    assert graveyard.noted() == {}
    for callback in callbacks:
        callback()
    assert graveyard.noted() == {key.pk: "expunged"}
