# SPDX-License-Identifier: Apache-2.0
"""Enrol subjects, keep the memory-mapped galleries caught up, search them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from secure_communities.biometrics.decision import Decision, decide
from secure_communities.biometrics.descriptor import best_points
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import Hit, LocalBackend, SearchBackend
from secure_communities.biometrics.template import Template
from secure_communities.identify.galleries.models import (
    EnrolledPrint,
    Register,
    RegisterIdentity,
    RegisterSubject,
    Source,
)
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys

TEMPLATE_CONTEXT = "galleries.template"
IMAGE_CONTEXT = "galleries.image"
CANDIDATES = 10
THREADS = min(len(os.sched_getaffinity(0)), 8)
BATCH = 1_000  # subjects appended to a gallery under one flush to disk


class GalleryOutOfStep(RuntimeError):
    """The memory-mapped gallery and the register disagree about which row comes next."""


def next_number(register: Register) -> str:
    """The next free reserved number: `S0000001Z` for UCNs, `9000000001` for FINs. Call inside the enrolment's lock."""
    row = _next_row(register)
    return f"S{row + 1:07d}Z" if register == Register.CRIMINAL else f"900{row + 1:07d}"


def _next_row(register: Register) -> int:
    last = RegisterSubject.objects.filter(register=register).aggregate(last=Max("row"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def enrol(
    *,
    register: Register,
    source: Source,
    tenprint: Mapping[int, Template],
    images: Mapping[int, bytes] | None = None,
    number: str | None = None,
    actor: Any,
    correlation: str = "",
    at: datetime,
) -> RegisterSubject:
    """Enrol one person's fingers with a new data key. Raises IntegrityError where register and source do not fit."""
    with connection.cursor() as cursor:  # row numbers are dense: one enrolment at a time a register
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"enrol:{register}"])
    subject = RegisterSubject.objects.create(
        register=register,
        source=source,
        number=number or next_number(register),
        row=_next_row(register),
        data_key=keys.create_data_key(at=at),
        enrolled_at=at,
    )
    add_prints(subject, tenprint, images or {})
    kind = "register:enrolled" if register == Register.CRIMINAL else "register:encounter-enrolled"
    events.append(
        kind=kind, actor=actor, about=("register_subject", subject.pk), correlation=correlation, at=at,
        data={"number": subject.number, "fingers": sorted(tenprint)},
    )  # fmt: skip
    return subject


def add_prints(subject: RegisterSubject, tenprint: Mapping[int, Template], images: Mapping[int, bytes]) -> list[int]:
    """Seal and store the fingers a subject does not have yet; return their positions."""
    known = set(subject.prints.values_list("position", flat=True))
    new = [position for position in sorted(tenprint) if position not in known]
    EnrolledPrint.objects.bulk_create(
        EnrolledPrint(
            subject=subject,
            position=position,
            template=keys.seal(subject.data_key, tenprint[position].to_bytes(), context=TEMPLATE_CONTEXT),
            image=keys.seal(subject.data_key, images[position], context=IMAGE_CONTEXT) if position in images else None,
            quality=tenprint[position].quality,
        )
        for position in new
    )
    return new


def tenprint_of(subject: RegisterSubject) -> dict[int, Template]:
    """A subject's templates by finger position."""
    return {
        one.position: Template.from_bytes(keys.unseal(subject.data_key, one.template, context=TEMPLATE_CONTEXT))
        for one in subject.prints.all()
    }


def image_of(subject: RegisterSubject, position: int) -> bytes | None:
    """A subject's enrolled image file (WSQ or PNG bytes) of one finger, when one was kept."""
    one = subject.prints.filter(position=position).first()
    if one is None or one.image is None:
        return None
    return keys.unseal(subject.data_key, one.image, context=IMAGE_CONTEXT)


# -- the memory-mapped gallery -----------------------------------------------------------------------------------


def gallery_folder(register: str) -> Path:
    """Where a register's segments lie: one folder for each database, by its own identity, and register."""
    path: Path = settings.VAR / "galleries" / str(_identity()) / register
    return path


def _identity() -> RegisterIdentity:
    return RegisterIdentity.objects.first() or RegisterIdentity.objects.create()


_backends: dict[Path, SearchBackend] = {}


def _make_backend(folder: Path) -> SearchBackend:
    """Search in this process, or on the cluster where the operator has named one."""
    if settings.SEARCH == "local":
        return LocalBackend(Gallery.open(folder), threads=THREADS)
    from secure_communities.biometrics.cluster import RayBackend

    return RayBackend(folder, address=settings.SEARCH.removeprefix("ray").removeprefix(":") or None)


def _opened(folder: Path) -> tuple[SearchBackend, int]:
    """The folder's backend and its number of rows; opened anew when the folder was removed under it."""
    for _ in range(2):
        backend = _backends.get(folder)
        if backend is None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            backend = _backends.setdefault(folder, _make_backend(folder))
        try:
            return backend, backend.gallery.refresh()
        except FileNotFoundError:
            _backends.pop(folder, None)
    raise GalleryOutOfStep(f"the gallery under {folder.parent.name} is being removed")


def catch_up(register: Register) -> SearchBackend:
    """Append to the gallery every subject the database has and the gallery has not; return its search backend.

    Raises GalleryOutOfStep when its rows are not this database's, as after a restore.
    """
    # Count the gallery before the register: what is enrolled in between makes the register longer, never shorter.
    backend, rows_there = _opened(gallery_folder(register))
    newest = RegisterSubject.objects.filter(register=register).aggregate(last=Max("row"))["last"]
    known = 0 if newest is None else newest + 1
    if known < rows_there:  # the database was restored: rows would name other people
        raise GalleryOutOfStep(
            f"the {register} gallery has {rows_there} rows and the register {known}: {_remedy(register)}"
        )
    _check_last(register, backend.gallery, rows_there)
    if known == rows_there:
        return backend
    with _one_writer(register):
        for _ in _append_missing(register, backend.gallery):
            pass
    return backend


def _append_missing(register: Register, gallery: Gallery) -> Iterator[int]:
    """Append in batches what the gallery lacks, each on disk before the next; the number of rows after each."""
    while True:
        there = gallery.refresh()
        missing = list(
            RegisterSubject.objects.filter(register=register, row__gte=there)
            .select_related("data_key")
            .prefetch_related("prints")
            .order_by("row")[:BATCH]
        )
        rows = [subject.row for subject in missing]
        if rows != list(range(there, there + len(rows))):
            raise GalleryOutOfStep(
                f"the {register} gallery has {there} rows and the register goes on with {rows[:1]}: {_remedy(register)}"
            )
        if not rows:
            return
        gallery.append_many([_searchable(subject) for subject in missing], tags=[_tag(one) for one in missing])
        yield there + len(rows)


def _tag(subject: RegisterSubject) -> bytes:
    """What names an enrolment: its data key, drawn at random when it was made."""
    return subject.data_key_id.bytes


def _check_last(register: Register, gallery: Gallery, rows: int) -> None:
    """Hold the last row against the register.

    Rows are only ever appended, each named at random: two histories that agree on a row agree on all before it.
    """
    if not rows:
        return
    subject = RegisterSubject.objects.filter(register=register, row=rows - 1).first()
    if subject is None or gallery.tag(rows - 1) != _tag(subject):
        raise GalleryOutOfStep(
            f"the {register} gallery and the register have {rows} rows, but not of the same people: {_remedy(register)}"
        )


def _remedy(register: Register) -> str:
    return f"end the server and run `./run galleries rebuild {register}`"


def rebuild(register: Register, *, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write a register's gallery anew from the database and put it in the place of the old. Returns its rows.

    The old one stays in use until the new one is whole. Searches of other processes take up the new one by themselves.
    """
    folder = gallery_folder(register)
    fresh = folder.with_name(f"{folder.name}.new")
    with _one_writer(register):
        shutil.rmtree(fresh, ignore_errors=True)
        gallery = Gallery.open(fresh)
        total = RegisterSubject.objects.filter(register=register).count()
        for done in _append_missing(register, gallery):
            progress(done, total)
        old = folder.with_name(f"{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    _backends.pop(folder, None)
    return len(gallery_of(register))


def gallery_of(register: Register) -> Gallery:
    """The register's gallery as it is on disk, without catching up."""
    return _opened(gallery_folder(register))[0].gallery


def check(register: Register) -> Iterator[str]:
    """Complaints: rows torn or altered, deletions not carried through, differences to the register."""
    gallery = gallery_of(register)
    rows = len(gallery)
    for row, complaint in gallery.check():
        yield f"row {row} {complaint}"
    subjects = (
        RegisterSubject.objects.filter(register=register).select_related("data_key").prefetch_related("prints")
    ).order_by("row")
    known = 0
    for subject in subjects.iterator(chunk_size=BATCH):
        known += 1
        if subject.row >= rows:
            continue  # the next search appends it
        if gallery.tag(subject.row) != _tag(subject):
            yield f"row {subject.row} is not the register's: another person's, or another database's"
            continue
        expected, kept = _searchable(subject), gallery.templates(subject.row)
        if {finger: best_points(one).tobytes() for finger, one in expected.items()} != {
            finger: best_points(one).tobytes() for finger, one in kept.items()
        }:
            yield f"row {subject.row} does not hold the fingers that the register holds"
    if rows > known:
        yield f"the gallery has {rows} rows, the register {known}"


def _searchable(subject: RegisterSubject) -> dict[int, Template]:
    """A subject's templates, or none at all when the data key was destroyed: the row stays, empty."""
    try:
        return tenprint_of(subject)
    except keys.KeyDestroyed:
        return {}


@contextmanager
def _one_writer(register: Register) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"gallery:{register}"])
        yield


def refresh_row(subject: RegisterSubject) -> None:
    """Write a subject's present templates over its gallery row (after fingers were added)."""
    backend = catch_up(Register(subject.register))
    with _one_writer(Register(subject.register)):
        backend.gallery.overwrite(subject.row, _searchable(subject) or None)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A decision, and the subjects behind its candidates, best first."""

    decision: Decision
    candidates: tuple[tuple[RegisterSubject, Hit], ...]
    searched: int


def search(register: Register, probe: Mapping[int, Template]) -> SearchResult:
    """Search one register with a probe of 2 to 10 fingers."""
    backend = catch_up(register)
    hits = backend.search(probe, limit=CANDIDATES)
    decision = decide(hits, fingers=len(probe))
    rows = [hit.row for hit in decision.candidates]
    by_row = {
        subject.row: subject
        for subject in RegisterSubject.objects.filter(register=register, row__in=rows).select_related("data_key")
    }
    if len(by_row) != len(rows):
        raise GalleryOutOfStep(f"the {register} gallery names rows that the register does not have")
    return SearchResult(
        decision=decision,
        candidates=tuple((by_row[hit.row], hit) for hit in decision.candidates),
        searched=len(backend.gallery),
    )
