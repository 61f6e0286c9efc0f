# SPDX-License-Identifier: Apache-2.0
"""An archive opens whole, with its passphrase, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.platform.backups import archive
from secure_communities.platform.backups.archive import ArchiveDamaged, Reader, Writer

PASSPHRASE = "a long enough passphrase"
SECTIONS = {"manifest": b"{}", "empty": b"", "database": bytes(range(256)) * 40}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "COST", 4)
    monkeypatch.setattr(archive, "FRAME_BYTES", 1000)


def written(sections: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, PASSPHRASE)
    for name, content in sections.items():
        writer.section(name, iter([content[:700], content[700:]]))
    writer.close()
    return stream.getvalue()


def read(content: bytes, passphrase: str = PASSPHRASE) -> dict[str, bytes]:
    return {name: b"".join(pieces) for name, pieces in Reader(io.BytesIO(content), passphrase)}


def test_sections_come_back_as_they_were() -> None:
    assert read(written(SECTIONS)) == SECTIONS


@settings(max_examples=20)
@given(st.dictionaries(st.text("abc-", min_size=1, max_size=9), st.binary(max_size=5_000), max_size=4))
def test_whatever_the_sections_are(sections: dict[str, bytes]) -> None:
    assert read(written(sections)) == sections


def test_a_cut_at_any_place_is_noticed() -> None:
    whole = written(SECTIONS)
    for length in [0, 5, 20, 29, 30, *range(31, len(whole), 97), len(whole) - 1]:
        with pytest.raises(ArchiveDamaged):
            read(whole[:length])


def test_a_changed_byte_anywhere_is_noticed() -> None:
    whole = written(SECTIONS)
    for place in [*range(40), *range(40, len(whole), 131), len(whole) - 1]:
        altered = bytearray(whole)
        altered[place] ^= 1
        with pytest.raises(ArchiveDamaged):
            read(bytes(altered))


def test_frames_in_another_order_and_something_behind_the_end_are_noticed() -> None:
    whole = written(SECTIONS)
    head, frame = 30, 5 + 1000 + 16
    first, second = whole[head : head + frame], whole[head + frame : head + 2 * frame]
    swapped = whole[:head] + second + first + whole[head + 2 * frame :]
    for wrong in (swapped, whole + b"x"):
        with pytest.raises(ArchiveDamaged):
            read(wrong)


def test_another_passphrase_and_another_file_are_told_apart() -> None:
    with pytest.raises(ArchiveDamaged, match="the passphrase is another one"):
        read(written(SECTIONS), "some other passphrase")
    with pytest.raises(ArchiveDamaged, match="no backup of ours"):
        read(b"%PDF-1.7 and so on, for long enough to have a header")


def test_a_forged_cost_is_refused_before_it_costs_anything() -> None:
    whole = bytearray(written(SECTIONS))
    whole[len(archive.MAGIC)] = 60
    with pytest.raises(ArchiveDamaged, match="header"):
        read(bytes(whole))
