# SPDX-License-Identifier: Apache-2.0
"""`biometrics`: extract, compare, evaluate, calibrate, synthesize.

Exit codes: 0, 1 no template can be made of an image, 2 a file cannot be read."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from secure_communities.biometrics.template import Template

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PPI = click.option("--ppi", type=float, default=500.0, show_default=True, help="Resolution of the images.")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
NO_TEMPLATE, UNREADABLE = 1, 2
_ELSEWHERE = {"synthesize": "secure_communities.biometrics.synthetic.command:synthesize"}
_COMPRESSIONS = {".png": "PNG", ".jpg": "JPEGB", ".jpeg": "JPEGB", ".jp2": "JP2", ".wsq": "WSQ20"}


class Commands(click.Group):
    """The commands of this file, and those that are imported only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in alphabetical order."""
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module behind a name that is not defined here."""
        if cmd_name in _ELSEWHERE:
            module, attribute = _ELSEWHERE[cmd_name].split(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands)
def biometrics() -> None:
    """Synthesize fingers, extract, compare, measure accuracy, calibrate decisions."""


@biometrics.command()
@click.argument("image", type=FILE)
@PPI
@click.option("--position", type=click.IntRange(0, 10), default=0, help="Finger 1–10, 0 if unknown.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the template here.")
@JSON
def extract(image: Path, ppi: float, position: int, out: Path | None, as_json: bool) -> None:
    """Make the template of one finger IMAGE (PNG, JPEG, JPEG 2000, WSQ …). Exit code 1 if none can be made."""
    from secure_communities.biometrics.extraction import measure
    from secure_communities.biometrics.template import Kind

    start = time.perf_counter()
    template = _template(image, ppi, position)
    elapsed = time.perf_counter() - start
    quality = measure(_pixels(image), ppi=ppi)
    if out is not None:
        out.write_bytes(template.to_bytes())
    description: dict[str, Any] = {
        "position": template.position,
        "width": template.width,
        "height": template.height,
        "quality": template.quality,
        "contrast": round(quality.contrast, 1),
        "coherence": round(quality.coherence, 3),
        "foreground_px": quality.foreground,
        "ridge_period_px": None if quality.period is None else round(quality.period, 2),
        "bytes": len(template.to_bytes()),
        "extractor": template.extractor,
        "seconds": round(elapsed, 3),
        "minutiae": [
            {
                "x": int(row["x"]),
                "y": int(row["y"]),
                "degrees": round(int(row["direction"]) * 360 / 256, 1),
                "kind": Kind(int(row["kind"])).name.lower(),
                "quality": int(row["quality"]),
            }
            for row in template.minutiae
        ],
    }
    if as_json:
        click.echo(json.dumps(description))
        return
    for key, value in description.items():
        click.echo(f"{key:16} {len(value) if key == 'minutiae' else value}")


@biometrics.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@PPI
@JSON
def compare(a: Path, b: Path, ppi: float, as_json: bool) -> None:
    """Compare two fingers, A and B: images, or templates written by `extract --out`."""
    from secure_communities.biometrics.comparison import compare as compare_templates

    probe, candidate = _template(a, ppi), _template(b, ppi)
    found = compare_templates(probe, candidate)
    if as_json:
        counts = [len(probe), len(candidate)]
        click.echo(json.dumps({"score": round(found.score, 6), "pairs": found.pairs, "minutiae": counts}))
        return
    click.echo(f"score {found.score:.4f}: {len(found.pairs)} pairs of {len(probe)} and {len(candidate)} minutiae")


@biometrics.command()
@click.argument("folder", type=FOLDER)
@click.option("--layout", type=click.Choice(["fvc"]), default="fvc", show_default=True, help="FINGER_IMPRESSION.png")
@PPI
@click.option("--fvc-impostors", is_flag=True, help="Only the first impressions of different fingers, as FVC did.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates in this folder.")
@JSON
def evaluate(folder: Path, layout: str, ppi: float, fvc_impostors: bool, cache: Path | None, as_json: bool) -> None:
    """Measure error rates on a FOLDER of labelled finger images: all genuine and all cross-finger pairs."""
    from secure_communities.biometrics import evaluation
    from secure_communities.biometrics.comparison import warm

    warm()
    start = time.perf_counter()
    templates = _labelled_templates(folder, ppi, cache)
    extracted = time.perf_counter()
    measured = evaluation.evaluate(templates, first_only=fvc_impostors)
    compared = time.perf_counter()
    if not len(measured.genuine) or not len(measured.impostor):
        raise click.ClickException(f"{folder}: at least two fingers of two impressions each are needed")
    rates = evaluation.error_rates(measured)
    pairs = len(measured.genuine) + len(measured.impostor)
    result = {
        "set": folder.name,
        "layout": layout,
        "eer_percent": round(100 * rates.eer, 3),
        "fmr100_percent": round(100 * rates.fmr100, 3),
        "fmr1000_percent": round(100 * rates.fmr1000, 3),
        "zerofmr_percent": round(100 * rates.zerofmr, 3),
        "genuine": len(measured.genuine),
        "impostor": len(measured.impostor),
        "failures_to_extract": sum(template is None for template in templates.values()),
        "extract_ms": None if cache else round(1000 * (extracted - start) / len(templates), 1),
        "comparisons_per_second": round(pairs / (compared - extracted)),
    }
    _show(result, as_json)


@biometrics.command()
@click.option("--subjects", type=click.IntRange(25, 5_000), default=150, show_default=True, help="Sampled ten-prints.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--images", multiple=True, metavar="FOLDER[@PPI]", help="Real images (FVC layout) to hold the tail against."
)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep templates of images here.")
@click.option("--version", "label", required=True, help="Name of this version, stored with every decision.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the thresholds file here.")
@JSON
def calibrate(
    subjects: int, seed: int, images: tuple[str, ...], cache: Path | None, label: str, out: Path | None, as_json: bool
) -> None:
    """Fit decision thresholds on people who are not the same, check them, report how many mates they miss."""
    from secure_communities.biometrics import simulation
    from secure_communities.biometrics.comparison import warm
    from secure_communities.biometrics.decision import write_thresholds

    warm()
    sets = {}
    for item in images:
        folder, _, ppi = item.partition("@")
        sets[Path(folder).name] = _labelled_templates(Path(folder), float(ppi or 500), cache)
    with _progress(range(subjects), f"Comparing {subjects} sampled people with each other") as numbers:
        thresholds, report = simulation.calibrate(subjects=numbers, seed=seed, images=sets, version=label)
    text = write_thresholds(thresholds, report)
    if out is not None:
        out.write_text(text, "utf-8")
    if as_json:
        click.echo(text, nl=False)
        return
    for fingers, zone in thresholds.zones.items():
        click.echo(f"{fingers:2} fingers: HIT from {zone.hit}, POSSIBLE from {zone.possible}")
    click.echo(json.dumps(report, indent=1))


def _labelled_templates(folder: Path, ppi: float, cache: Path | None) -> dict[tuple[int, int], Template | None]:
    """Templates of all images of a folder in FVC layout, None where none can be made."""
    from secure_communities.biometrics.evaluation import find_images
    from secure_communities.biometrics.extraction import NoTemplate
    from secure_communities.biometrics.extraction import extract as extract_template
    from secure_communities.biometrics.leader import EXTRACTOR
    from secure_communities.biometrics.template import BadTemplate, Template

    def make(path: Path) -> Template | None:
        kept = None if cache is None else cache / f"{folder.name}-{path.stem}-{ppi:g}.scmt"
        if kept is not None and kept.exists():
            try:
                template = Template.from_bytes(kept.read_bytes())
                if template.extractor == EXTRACTOR:
                    return template
            except BadTemplate:
                pass  # made anew below
        try:
            template = extract_template(_pixels(path), ppi=ppi, position=0)
        except NoTemplate:
            return None
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(template.to_bytes())
        return template

    try:
        found = find_images(folder)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    with _progress(found.items(), f"Extracting {folder.name}") as items:
        return {sample: make(path) for sample, path in items}


def _template(path: Path, ppi: float, position: int = 0) -> Template:
    """The template in a file, or made of the image in it; exits with the documented code where that fails."""
    from secure_communities.biometrics.extraction import NoTemplate
    from secure_communities.biometrics.extraction import extract as extract_template
    from secure_communities.biometrics.template import BadTemplate, Template

    try:
        with path.open("rb") as file:
            if file.read(4) == b"SCMT":
                return Template.from_bytes(path.read_bytes())
        return extract_template(_pixels(path), ppi=ppi, position=position)
    except BadTemplate as error:
        _leave(UNREADABLE, f"{path}: {error}")
    except NoTemplate as refused:
        _leave(NO_TEMPLATE, f"{path}: no template ({refused.refusal}): {refused.reason}")


def _pixels(path: Path) -> Any:
    """Gray pixels of an image file; the formats of transactions are decoded in a disposable process."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    from secure_communities.interchange.images import ImageRefused, decode_server

    compression = _COMPRESSIONS.get(path.suffix.lower())
    try:
        if compression is not None:
            return decode_server().decode(path.read_bytes(), compression).pixels
        with Image.open(path) as image:
            return np.asarray(image.convert("L"))
    except (ImageRefused, OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        _leave(UNREADABLE, f"{path}: {error}")


def _progress(items: Iterable[Any], label: str) -> Any:
    return click.progressbar(items, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result))
        return
    for key, value in result.items():
        click.echo(f"{key:24} {value}")


def _leave(code: int, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
