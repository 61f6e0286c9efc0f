# SPDX-License-Identifier: Apache-2.0
"""`biometrics segment`: the fingertips of plain images, and whether a card's fingers are where it says.

In: a transaction, or an image with its position. Out: text or JSON, and a picture with the boxes drawn. Exit codes: 0,
1 nothing to segment or a fault in the order of the fingers, 2 the file cannot be read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from secure_communities.biometrics.plain import PlainImage
    from secure_communities.biometrics.segmentation import Segmentation

_IMAGES = {".png": "PNG", ".jpg": "JPEGB", ".jpeg": "JPEGB", ".jp2": "JP2", ".wsq": "WSQ20"}
FAULT, UNREADABLE = 1, 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--position", type=click.IntRange(11, 15), help="Of an image file: 11–15. A transaction says it itself.")
@click.option("--ppi", type=float, default=500.0, show_default=True, help="Resolution of an image file.")
@click.option("--missing", default="", metavar="FINGERS", help="Fingers known to be missing, as 3,9.")
@click.option("--sequence", is_flag=True, help="Of a transaction: hold the rolled prints against the plain ones.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the boxes into this PNG.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def segment(
    file: Path, position: int | None, ppi: float, missing: str, sequence: bool, picture: Path | None, as_json: bool
) -> None:
    """Cut the plain images of FILE (a transaction, or an image with --position) into fingertips."""
    from secure_communities.biometrics.plain import segment_all

    absent = _fingers(missing)
    rolled: list[Any] = []
    if file.suffix.lower() in _IMAGES:
        if position is None:
            raise click.UsageError("an image does not say which fingers it shows: give --position 11, 12, 13, 14 or 15")
        images = [_image(file, position, ppi)]
    else:
        images, rolled, declared = _transaction(file)
        absent |= declared
    if not images:
        click.echo(f"{file}: no image of position 11 to 15", err=True)
        sys.exit(FAULT)
    results = segment_all(images, missing=absent)
    report: dict[str, Any] = {
        "file": file.name,
        "missing": sorted(absent),
        "images": [describe(image, *result) for image, result in zip(images, results, strict=True)],
    }
    if sequence:
        report["sequence"] = _sequence(images, rolled, absent)
    if picture is not None:
        _draw(images, [found for found, _ in results]).save(picture)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _print(report)
    if report.get("sequence", {}).get("faults"):
        sys.exit(FAULT)


def describe(image: PlainImage, found: Segmentation | None, refused: tuple[str, ...]) -> dict[str, Any]:
    """One segmented image as plain data."""
    height, width = image.pixels.shape
    entry: dict[str, Any] = {"position": image.position, "width": width, "height": height, "ppi": image.ppi}
    if found is None:
        return entry | {"segments": [], "remarks": list(refused)}
    return entry | {
        "turn_degrees": found.turn,
        "side": found.side.value,
        "segments": [
            {
                "finger": one.finger,
                "box": {
                    "left": one.box.left, "right": one.box.right, "top": one.box.top, "bottom": one.box.bottom
                },
                "turn_degrees": one.turn,
                "outline": one.outline,
                "cut_at_crease": one.cut_at_crease,
                "box_from": "sender" if image.boxes.get(one.finger) == one.box else "engine",
            }
            for one in found.segments
        ],
        "absent": list(found.absent),
        "remarks": [*found.remarks, *refused],
    }  # fmt: skip


def _sequence(images: list[PlainImage], rolled: list[Any], absent: frozenset[int]) -> dict[str, Any]:
    from secure_communities.biometrics.extraction import extract_many
    from secure_communities.biometrics.plain import plain_prints
    from secure_communities.biometrics.sequence import check_sequence
    from secure_communities.biometrics.template import Template

    made = extract_many(rolled)
    templates = {image.position: one for image, one in zip(rolled, made, strict=True) if isinstance(one, Template)}
    found = check_sequence(templates, plain_prints(images, missing=absent).templates)
    return {
        "faults": [
            {"fault": one.fault.value, "pairs": one.pairs, "surprise": one.surprise, "sentence": one.sentence}
            for one in found.faults
        ],
        "agreeing": found.agreeing,
        "rolled": found.rolled,
        "plain": found.plain,
        "matrix": found.matrix.round(2).tolist(),
    }


def _transaction(file: Path) -> tuple[list[PlainImage], list[Any], frozenset[int]]:
    from secure_communities.biometrics.extraction import FingerImage
    from secure_communities.biometrics.plain import PLAIN, PlainImage, declared_missing, sender_boxes
    from secure_communities.interchange import files
    from secure_communities.interchange.images import ImageRefused, decode_server
    from secure_communities.interchange.itl import CodecError

    try:
        parsed = files.read(file.read_bytes())
        plain, rolled = [], []
        for view in parsed.images():
            position = view.positions[0] if view.type in (4, 14) and len(view.positions) == 1 else 0
            if not (position in PLAIN or 1 <= position <= 10):
                continue
            width, height = view.width or None, view.height or None
            decoded = decode_server().decode(view.data, view.compression, width=width, height=height, bits=view.bits)
            pixels = decoded.pixels
            ppi = view.ppi or 500.0
            if position in PLAIN:
                plain.append(PlainImage(pixels, position, ppi, sender_boxes(parsed.records[view.record])))
            else:
                rolled.append(FingerImage(pixels, ppi, position))
    except (CodecError, ImageRefused) as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(UNREADABLE)
    return plain, rolled, declared_missing(parsed)


def _image(file: Path, position: int, ppi: float) -> PlainImage:
    from secure_communities.biometrics.plain import PlainImage
    from secure_communities.interchange.images import ImageRefused, decode_server

    try:
        pixels = decode_server().decode(file.read_bytes(), _IMAGES[file.suffix.lower()]).pixels
    except ImageRefused as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(UNREADABLE)
    return PlainImage(pixels, position, ppi)


def _fingers(text: str) -> frozenset[int]:
    try:
        fingers = frozenset(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        fingers = frozenset({0})
    if not fingers <= set(range(1, 11)):
        raise click.BadParameter(f"{text}: expected finger numbers 1 to 10, as 3,9", param_hint="--missing")
    return fingers


def _draw(images: list[PlainImage], found: list[Segmentation | None]) -> Any:
    """All images one below the other: boxes red, turned outlines blue, the finger's number in its box."""
    from PIL import Image, ImageDraw

    width = max(image.pixels.shape[1] for image in images)
    sheet = Image.new("RGB", (width, sum(image.pixels.shape[0] + 12 for image in images)), "gray")
    draw, top = ImageDraw.Draw(sheet), 0
    for image, segmentation in zip(images, found, strict=True):
        sheet.paste(Image.fromarray(image.pixels).convert("RGB"), (0, top))
        for one in segmentation.segments if segmentation else ():
            box = one.box
            draw.rectangle((box.left, top + box.top, box.right, top + box.bottom), outline="red", width=4)
            draw.polygon([(x, top + y) for x, y in one.outline], outline="blue", width=3)
            draw.text((box.left + 8, top + box.top + 4), str(one.finger), fill="green", font_size=56)
        top += image.pixels.shape[0] + 12
    return sheet


def _print(report: dict[str, Any]) -> None:
    for image in report["images"]:
        turn = f", hand turned {image['turn_degrees']:+.0f}°, {image['side']}" if "side" in image else ""
        click.echo(f"position {image['position']}: {image['width']} × {image['height']} px{turn}")
        for one in image["segments"]:
            box = one["box"]
            place = f"x {box['left']}–{box['right']}, y {box['top']}–{box['bottom']}"
            click.echo(f"  finger {one['finger']:2}  {place}, turned {one['turn_degrees']:+.0f}°, by {one['box_from']}")
        for remark in image["remarks"]:
            click.echo(f"  {remark}")
    if "sequence" in report:
        order = report["sequence"]
        click.echo(f"rolled and plain agree: {', '.join(map(str, order['agreeing'])) or 'none'}")
        for fault in order["faults"]:
            click.echo(f"FAULT {fault['sentence']} (stands out by {fault['surprise']} spreads)")
