# SPDX-License-Identifier: Apache-2.0
"""`biometrics`: extract, compare, evaluate, calibrate, synthesize.

Exit codes: 0, 1 no template can be made of an image, 2 a file cannot be read."""

from __future__ import annotations

import importlib
import json
import time
from pathlib import Path
from typing import Any

import click

from secure_communities.cli.fingers import (
    FILE,
    JSON,
    PPI,
    UNREADABLE,
    Unreadable,
    leave,
    pixels_of,
    template_of,
)

_ELSEWHERE = {
    "calibrate": "secure_communities.cli.calibrate:calibrate",
    "compare": "secure_communities.cli.compare:compare",
    "evaluate": "secure_communities.cli.evaluate:evaluate",
    "segment": "secure_communities.cli.segmentation:segment",
    "synthesize": "secure_communities.biometrics.synthetic.command:synthesize",
    "tuning-set": "secure_communities.cli.sampling:tuning_set",
    "fit-noise": "secure_communities.cli.sampling:fit_noise",
    "tune": "secure_communities.cli.tune:tune",
}


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
    template = template_of(image, ppi, position)
    elapsed = time.perf_counter() - start
    try:
        quality = measure(pixels_of(image), ppi=ppi)
    except Unreadable as error:
        leave(UNREADABLE, str(error))
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
