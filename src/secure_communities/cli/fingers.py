# SPDX-License-Identifier: Apache-2.0
"""What the fingerprint commands share: options, reading of images and templates, labelled sets, progress.

In: paths. Out: pixels, templates, or an exit with the documented code (1 no template, 2 unreadable).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
_COMPRESSIONS = {".png": "PNG", ".jpg": "JPEGB", ".jpeg": "JPEGB", ".jp2": "JP2", ".wsq": "WSQ20"}


class Unreadable(Exception):
    """A file that is no image or no template; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Templates of a folder of labelled images, None where none could be made.

    `refused` says why, by file name; `seconds` is the time of each extraction made now (none for what was kept).
    """

    name: str
    templates: dict[tuple[int, int], Template | None]
    refused: dict[str, str]
    seconds: list[float]


def pixels_of(path: Path) -> Any:
    """Gray pixels of an image file; the formats of transactions are decoded in a disposable process.

    Raises Unreadable.
    """
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
        raise Unreadable(f"{path}: {error}") from error


def is_template(path: Path) -> bool:
    """Whether the file begins as a template does."""
    with path.open("rb") as file:
        return file.read(4) == b"SCMT"


def template_of(path: Path, ppi: float, position: int = 0) -> Template:
    """The template in a file, or made of the image in it; exits with the documented code where that fails."""
    from secure_communities.biometrics.extraction import NoTemplate, extract
    from secure_communities.biometrics.template import BadTemplate, Template

    try:
        if is_template(path):
            return Template.from_bytes(path.read_bytes())
        return extract(pixels_of(path), ppi=ppi, position=position)
    except Unreadable as error:
        leave(UNREADABLE, str(error))
    except BadTemplate as error:
        leave(UNREADABLE, f"{path}: {error}")
    except NoTemplate as refused:
        leave(NO_TEMPLATE, f"{path}: no template ({refused.refusal}): {refused.reason}")


def labelled_set(folder: Path, ppi: float, cache: Path | None) -> LabelledSet:
    """Templates of all images of a folder in FVC layout. Kept in `cache`, by set, image, resolution and extractor.

    A file that cannot be read is a failure to extract like an image too poor: named, and counted, never left out.
    Exits with code 2 where the folder holds no image at all.
    """
    import time

    from secure_communities.biometrics.evaluation import find_images
    from secure_communities.biometrics.extraction import NoTemplate, extract
    from secure_communities.biometrics.leader import EXTRACTOR

    try:
        found = find_images(folder)
    except (OSError, ValueError) as error:
        leave(UNREADABLE, str(error))
    result = LabelledSet(folder.name, {}, {}, [])
    with progress(list(found.items()), f"Extracting {folder.name}") as items:
        for sample, path in items:
            kept = None if cache is None else cache / _cache_name(folder, path, ppi)
            template = None if kept is None else _kept(kept, EXTRACTOR)
            if template is None:
                start = time.perf_counter()
                try:
                    template = extract(pixels_of(path), ppi=ppi, position=0)
                    result.seconds.append(time.perf_counter() - start)
                except (Unreadable, NoTemplate) as error:
                    result.refused[path.name] = str(error)
                if kept is not None and template is not None:
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_bytes(template.to_bytes())
            result.templates[sample] = template
    return result


def _cache_name(folder: Path, path: Path, ppi: float) -> str:
    """Sets of different years share names of folders and images, so the name in the cache holds their content."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"{folder.name}-{path.stem}-{ppi:g}-{digest}.scmt"


def _kept(path: Path, extractor: str) -> Template | None:
    """A template kept earlier, if it was made by the extractor of today."""
    from secure_communities.biometrics.template import BadTemplate, Template

    try:
        template = Template.from_bytes(path.read_bytes())
    except (OSError, BadTemplate):
        return None
    return template if template.extractor == extractor else None


@contextmanager
def progress(items: Sequence[Any], label: str) -> Iterator[Iterator[Any]]:
    """The items one by one, with a bar and the time left on the error stream where that is a terminal."""
    if not sys.stderr.isatty():
        yield iter(items)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield iter(bar.track(items, description=label))


def folder_at(item: str) -> tuple[Path, float | None]:
    """`FOLDER[@PPI]` as folder and resolution (None where none is given). Raises click.BadParameter."""
    folder, at, ppi = item.rpartition("@")
    try:
        path, resolution = (Path(folder), float(ppi)) if at and not Path(item).exists() else (Path(item), None)
    except ValueError:
        raise click.BadParameter(f"{item}: what stands after @ is not a resolution in ppi") from None
    if not path.is_dir():
        raise click.BadParameter(f"{path} is not a folder")
    return path, resolution


def show(result: dict[str, Any], as_json: bool) -> None:
    """A result as one JSON object, or a line for each key."""
    if as_json:
        click.echo(json.dumps(result))
        return
    for key, value in result.items():
        click.echo(f"{key:24} {value}")


def leave(code: int, message: str) -> NoReturn:
    """Say why on the error stream, and exit."""
    click.echo(message, err=True)
    sys.exit(code)
