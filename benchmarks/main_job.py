# SPDX-License-Identifier: Apache-2.0
"""The main job: from a booking file to its first response, on a running system, against two galleries.

Bookings are complete synthetic files (fourteen WSQ images, a photograph), drawn once and kept by seed. Every second
person is in both registers, enrolled from other impressions; the rest of the galleries is sampled templates. First
the bookings go in one at a time (latency), then as many again all at once (throughput).
"""

from __future__ import annotations

import datetime
import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

ORI = "ZZTX00101"
SEED = 7_000
PATIENCE = 900.0
IDENTITY = {"family": "SAMPLE", "given": "BENCH", "pob": "XX", "sex": "X"}


@click.command()
@click.option("--bookings", default=10, show_default=True, type=click.IntRange(1, 500), help="Bookings in each round.")
@click.option("--subjects", default=1_000, show_default=True, type=click.IntRange(1), help="People in each gallery.")
@click.option("--port", default=8099, show_default=True, type=click.IntRange(1, 65535), help="Port of the server.")
def command(bookings: int, subjects: int, port: int) -> dict[str, object]:
    """File to first response: latency, seconds of each stage, core-seconds, submissions an hour."""
    from secure_communities.biometrics import comparison, search
    from secure_communities.cli.installation import var_folder
    from secure_communities.cli.supervisor import Services

    comparison.warm()
    search.warm_search()
    folder = var_folder() / "bench" / f"main-job-{subjects}"
    folder.mkdir(parents=True, exist_ok=True)
    with Services(folder, port=port, roles=("web", "criminal", "immigration", "delivery")) as services:
        _connect(services.environment())
        files = _prepare(folder, bookings=bookings, subjects=subjects)
        key = _machine_key()
        return _measure(services.address, key, files[:bookings], files[bookings:])


def _connect(environment: Mapping[str, str]) -> None:
    import django

    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
    django.setup()


def _machine_key() -> str:
    from secure_communities.platform import clock
    from secure_communities.platform.accounts.machine_keys import issue_machine_key
    from secure_communities.platform.accounts.models import User
    from secure_communities.platform.agencies.models import OriginatingAgency

    ori = OriginatingAgency.objects.get(ori=ORI)
    by = User.objects.get(username="administrator.one")
    return issue_machine_key(ori=ori, reason="Benchmark", by=by, at=clock.now())


def _prepare(folder: Path, *, bookings: int, subjects: int) -> list[bytes]:
    """The nation, both galleries, and twice as many booking files as one round needs, with new control numbers."""
    from secure_communities.platform import clock
    from secure_communities.platform.nation.services import build_nation

    build_nation(at=clock.now())
    cards = _cards(folder, range(SEED, SEED + bookings))
    _enrol_half(cards)
    _fill(subjects)
    return [_file(number, cards[number]["booking"], turn) for turn in range(2) for number in sorted(cards)]


def _cards(folder: Path, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Each person's prints for the register and for the booking, compressed; drawn once."""
    from secure_communities.biometrics.synthetic.cards import compress, compress_card, draw_card
    from secure_communities.biometrics.synthetic.identity import Identity
    from secure_communities.biometrics.synthetic.impression import finger_image

    made = {}
    with click.progressbar([*numbers], label="Drawing people", file=sys.stderr) as people:
        for number in people:
            path = folder / f"card-{number}.json"
            if not path.exists():
                identity = Identity(number)
                enrolled = {
                    finger: compress(finger_image(identity, finger, impression=1), position=finger)
                    for finger in range(1, 11)
                }
                booked = compress_card(draw_card(identity, 2))
                both = {"enrolled": enrolled, "booking": booked}
                path.write_text(json.dumps({name: _packed(prints) for name, prints in both.items()}))
            made[number] = {name: _unpacked(prints) for name, prints in json.loads(path.read_text()).items()}
    return made


def _packed(prints: Mapping[int, Any]) -> dict[int, Any]:
    return {
        finger: [one.width, one.height, one.data.hex(), {place: list(box) for place, box in one.boxes.items()}]
        for finger, one in prints.items()
    }


def _unpacked(prints: Mapping[str, Any]) -> dict[int, Any]:
    from secure_communities.biometrics.synthetic.cards import Print

    return {
        int(finger): Print(
            int(finger), width, height, bytes.fromhex(data), {int(place): tuple(box) for place, box in boxes.items()}
        )
        for finger, (width, height, data, boxes) in prints.items()
    }


def _enrol_half(cards: Mapping[int, Mapping[str, Any]]) -> None:
    from secure_communities.cli.demonstration import population
    from secure_communities.identify.galleries.models import Register

    for number in sorted(cards)[::2]:
        if not _enrolled(Register.CRIMINAL, number):
            tenprint = population.templates(cards[number]["enrolled"])
            _enrol(number, tenprint)


def _fill(subjects: int) -> None:
    import numpy as np

    from secure_communities.biometrics.synthetic.sampler import sample_tenprint
    from secure_communities.identify.galleries.models import Register, RegisterSubject

    standing = RegisterSubject.objects.filter(register=Register.IMMIGRATION).count()
    rng = np.random.default_rng(SEED)
    with click.progressbar(range(standing, subjects), label="Filling galleries", file=sys.stderr) as rows:
        for row in rows:
            _enrol(1_000_000 + row, sample_tenprint(rng))


def _enrolled(register: str, number: int) -> bool:
    from secure_communities.identify.galleries.models import RegisterSubject

    return RegisterSubject.objects.filter(register=register, number=_numbers(number)[0]).exists()


def _numbers(number: int) -> tuple[str, str]:
    return f"S{number:07d}Z", f"900{number:07d}"


def _enrol(number: int, tenprint: Mapping[int, Any]) -> None:
    from django.db import transaction

    from secure_communities.identify.galleries import services as galleries
    from secure_communities.identify.galleries.models import Register, Source
    from secure_communities.identify.records import services as records
    from secure_communities.platform import clock

    at, actor = clock.now(), "system:nation"
    ucn, fin = _numbers(number)
    with transaction.atomic():
        subject = galleries.enrol(
            register=Register.CRIMINAL, source=Source.BOOKING, tenprint=tenprint, number=ucn, actor=actor, at=at
        )
        records.open_criminal_record(subject=subject, demographics={"names": ["SAMPLE,BENCH"]}, at=at, actor=actor)
        subject = galleries.enrol(
            register=Register.IMMIGRATION, source=Source.ENCOUNTER, tenprint=tenprint, number=fin, actor=actor, at=at
        )
        records.open_immigration_record(
            subject=subject, identities=[IDENTITY], a_number=None, last_encounter=None, protected_class="NONE", at=at,
            actor=actor,
        )  # fmt: skip


def _file(number: int, prints: Mapping[int, Any], turn: int) -> bytes:
    from secure_communities.biometrics.synthetic.booking import booking_file
    from secure_communities.biometrics.synthetic.people import person

    stamp = time.time_ns() % 10**12
    return booking_file(
        person(number), images=prints, ori=ORI, tcn=f"SYN-{ORI}-B{number}-{turn}-{stamp}",
        date=datetime.datetime.now(datetime.UTC).date(), retain=False,  # noqa: TID251  # a real booking of today
    )  # fmt: skip


def _measure(address: str, key: str, one_by_one: list[bytes], at_once: list[bytes]) -> dict[str, object]:
    from secure_communities.cli.demonstration.people_at_work import Jail

    jail = Jail(address, key)
    _wait([jail.submit(one_by_one[0])["control_number"]])  # loads the network, maps the galleries
    warm = one_by_one[1:] or one_by_one
    controls, cpu = [], _cpu()
    for file in warm:
        controls.append(jail.submit(file)["control_number"])
        _wait(controls[-1:])
    core_seconds = (_cpu() - cpu) / len(warm)
    latency, stages = _latencies(controls)
    started = time.monotonic()
    burst = [jail.submit(file)["control_number"] for file in at_once]
    _wait(burst)
    elapsed = time.monotonic() - started
    return {
        "bookings": len(warm),
        "first_response_p50_seconds": round(statistics.median(latency), 3),
        "first_response_p95_seconds": round(_quantile(latency, 0.95), 3),
        "stages_median_seconds": stages,
        "core_seconds_per_submission": round(core_seconds, 2),
        "burst": len(at_once),
        "submissions_per_hour": round(3600 * len(at_once) / elapsed),
    }


def _wait(controls: list[str]) -> None:
    """Until both sides have had their turn: the criminal answer is out and the immigration search done."""
    from secure_communities.identify.intake.models import Submission
    from secure_communities.identify.intake.states import Criminal, Immigration

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        done = (
            Submission.objects.filter(control_number__in=controls, criminal_state=Criminal.ANSWERED)
            .exclude(immigration_state=Immigration.WAITING)
            .count()
        )
        if done == len(controls):
            return
        time.sleep(0.05)
    raise click.ClickException("the bookings were not answered in time: see var/bench/…/log")


def _latencies(controls: list[str]) -> tuple[list[float], dict[str, float]]:
    from secure_communities.identify.intake.models import Submission
    from secure_communities.identify.responses.models import Message
    from secure_communities.platform.events.models import Event

    latency, stages = [], []
    for submission in Submission.objects.filter(control_number__in=controls).defer("content"):
        first = Message.objects.get(submission=submission, kind="first").ready_at or submission.received_at
        moments = {
            event.kind: event.occurred_at for event in Event.objects.filter(correlation=submission.control_number)
        }
        ready = moments["submission:accepted"]
        latency.append((first - submission.received_at).total_seconds())
        prepared = sum(submission.timings.values())
        stages.append(
            {
                **submission.timings,
                "queue_before": (ready - submission.received_at).total_seconds() - prepared,
                "criminal_search": (moments["criminal:searched"] - ready).total_seconds(),
                "immigration_search": (moments["immigration:searched"] - ready).total_seconds(),
            }
        )
    return latency, {name: round(statistics.median(one[name] for one in stages), 3) for name in stages[0]}


def _cpu() -> float:
    """Processor seconds used so far by this process's children and theirs, the database included."""
    import psutil

    total = 0.0
    mine = psutil.Process()
    database = [one for one in psutil.process_iter(["name"]) if one.info["name"] == "postgres" and one.pid != mine.pid]
    for process in {*mine.children(recursive=True), *database}:
        try:
            used = process.cpu_times()
        except psutil.Error:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
