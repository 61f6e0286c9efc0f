# SPDX-License-Identifier: Apache-2.0
"""`synthesize`: synthetic people on disk, as finger images and complete booking files, with the truth about them.

In: how many people, from which number on. Out: `images/<number>/<position>.png`, `bookings/<TCN>.an2`, `truth.json`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from secure_communities.biometrics.synthetic.booking import Charge, booking_file, draw_charges, require_reserved
from secure_communities.biometrics.synthetic.cards import DrawnCard, compress_card, synthesize_cards
from secure_communities.biometrics.synthetic.identity import Finger, Identity
from secure_communities.biometrics.synthetic.people import Person, person

KINDS = ("images", "bookings")
POSITIONS = range(1, 15)


@click.command()
@click.option(
    "--people", "count", type=click.IntRange(1, 100_000), default=3, show_default=True, help="How many people."
)
@click.option(
    "--out", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to fill."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Number of the first person.")
@click.option("--impression", type=click.IntRange(0), default=0, show_default=True, help="Which taking of the prints.")
@click.option("--kind", "kinds", default="images,bookings", show_default=True, help="What to write, comma-separated.")
@click.option("--type4", "record_type", flag_value=4, default=4, help="Fingerprints in Type-4 records (default).")
@click.option("--type14", "record_type", flag_value=14, help="Fingerprints in Type-14 records.")
@click.option("--tot", type=click.Choice(["CAR", "CNA", "CPDR", "CPNU"]), default="CAR", show_default=True)
@click.option("--ori", default="ZZTX00101", show_default=True, help="Reserved ORI of the booking agency.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date of the bookings [default: today, UTC].")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that draw.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON on standard output.")
def synthesize(
    *,
    count: int,
    folder: Path,
    seed: int,
    impression: int,
    kinds: str,
    record_type: int,
    tot: str,
    ori: str,
    day: datetime | None,
    workers: int,
    force: bool,
    as_json: bool,
) -> None:
    """Draw synthetic people: finger images and complete booking files.

    The same numbers always give the same people and prints. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
    """
    wanted = _wanted(kinds)
    on = day.date() if day else datetime.fromtimestamp(time.time(), UTC).date()
    persons = [person(number) for number in range(seed, seed + count)]
    try:
        require_reserved(ori=ori, tcn=control_number(persons[0], ori=ori, on=on, impression=impression))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _refuse_overwriting(folder, persons, wanted=wanted, ori=ori, on=on, impression=impression, force=force)
    started = time.monotonic()
    truth: list[dict[str, Any]] = []
    with _progress("Drawing cards", len(persons)) as step:
        drawn = synthesize_cards([Identity(p.number) for p in persons], impression=impression, workers=workers)
        for who, (identity, card) in zip(persons, drawn, strict=True):
            entry = _describe(who, identity)
            if "images" in wanted:
                entry["images"] = _write_images(folder, who, card)
            if "bookings" in wanted:
                charges = draw_charges(who.number, before=on)
                tcn = control_number(who, ori=ori, on=on, impression=impression)
                data = booking_file(
                    who,
                    images=compress_card(card),
                    ori=ori,
                    tcn=tcn,
                    date=on,
                    charges=charges,
                    tot=tot,
                    record_type=record_type,
                )
                entry["booking"] = _write(folder / "bookings" / f"{tcn}.an2", data, folder)
                entry |= {"tcn": tcn, "charges": [_charge(c) for c in charges]}
            truth.append(entry)
            step()
    report = {
        "synthetic": True,
        "seed": seed,
        "impression": impression,
        "date": on.isoformat(),
        "ori": ori,
        "tot": tot,
        "people": truth,
    }
    _write(folder / "truth.json", json.dumps(report, indent=1).encode(), folder)
    seconds = round(time.monotonic() - started, 2)
    if as_json:
        click.echo(json.dumps({"ok": True, "out": str(folder), "people": count, "seconds": seconds}))
    else:
        noun = "person" if count == 1 else "people"
        click.echo(f"{count} {noun} in {folder} ({seconds} s). The truth about them: {folder / 'truth.json'}")


def control_number(who: Person, *, ori: str, on: date, impression: int) -> str:
    """The TCN of a person's booking, from the reserved range."""
    return f"SYN{ori}-{on:%Y%m%d}-{who.number:06d}-{impression}"


def _wanted(kinds: str) -> set[str]:
    wanted = {kind.strip() for kind in kinds.split(",") if kind.strip()}
    unknown = sorted(wanted - set(KINDS))
    if unknown or not wanted:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: expected {' and/or '.join(KINDS)}", param_hint="--kind"
        )
    return wanted


def _refuse_overwriting(
    folder: Path, persons: list[Person], *, wanted: set[str], ori: str, on: date, impression: int, force: bool
) -> None:
    """Stop before anything is drawn if a file of ours is already there."""
    if force:
        return
    targets = [folder / "truth.json"]
    for who in persons:
        if "images" in wanted:
            targets += [_image_path(folder, who, position) for position in POSITIONS]
        if "bookings" in wanted:
            targets.append(folder / "bookings" / f"{control_number(who, ori=ori, on=on, impression=impression)}.an2")
    there = [path for path in targets if path.exists()]
    if there:
        raise click.ClickException(
            f"{there[0]} is already there ({len(there)} such files). Choose another folder, or give --force."
        )


def _image_path(folder: Path, who: Person, position: int) -> Path:
    return folder / "images" / f"{who.number:06d}" / f"{position:02d}.png"


def _write_images(folder: Path, who: Person, card: DrawnCard) -> list[str]:
    written = []
    for position, image in sorted(card.items()):
        path = _image_path(folder, who, position)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.pixels).save(path, dpi=(500, 500))
        written.append(str(path.relative_to(folder)))
    return written


def _write(path: Path, data: bytes, folder: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path.relative_to(folder))


def _describe(who: Person, identity: Identity) -> dict[str, Any]:
    return {
        "number": who.number,
        "name": who.name,
        "birth_date": who.birth_date.isoformat(),
        "sex": who.sex,
        "fingers": {finger.position: _finger(finger) for finger in identity.fingers},
    }


def _finger(finger: Finger) -> dict[str, Any]:
    """What an examiner would say of the finger; cores and deltas in px at 500 ppi from its middle, y up."""
    points = finger.singularities
    return {
        "pattern": finger.pattern.value,
        "cores": [[round(p.x), round(p.y)] for p in points if p.index > 0],
        "deltas": [[round(p.x), round(p.y)] for p in points if p.index < 0],
        "ridge_period": round(finger.period, 2),
    }


def _charge(charge: Charge) -> dict[str, Any]:
    offence_on = charge.offence_on.isoformat() if charge.offence_on else None
    return {"literal": charge.literal, "offence_on": offence_on, "code": charge.code}


@contextmanager
def _progress(title: str, total: int) -> Iterator[Any]:
    """A progress bar on standard error; yields the function that advances it by one."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)
