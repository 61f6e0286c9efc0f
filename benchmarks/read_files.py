# SPDX-License-Identifier: Apache-2.0
"""Reads every transaction file of a folder: does it come back byte for byte, does every image decode, how fast.

In: folders or files. Out: a row for each file; it fails if one was not read back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from secure_communities.cli.interchange import describe
from secure_communities.interchange.itl import CodecError, emit, parse

SUFFIXES = frozenset({".an2", ".ebts", ".eft", ".nst", ".nist"})


def read_file(file: Path, *, decode: bool) -> dict[str, Any]:
    """What became of one file."""
    data = file.read_bytes()
    started = time.perf_counter()
    try:
        transaction = parse(data)
    except CodecError as error:
        return {"file": file.name, "read": False, "reason": str(error)}
    milliseconds = round((time.perf_counter() - started) * 1000, 2)
    images = [record["image"] for record in describe(transaction, decode=decode)["records"] if record["image"]]
    return {
        "file": file.name,
        "read": emit(transaction) == data,
        "bytes": len(data),
        "milliseconds": milliseconds,
        "types": [record.type for record in transaction.records],
        "images": len(images),
        "decoded": sum(image["decoded"] is True for image in images),
        "reasons": [image["reason"] for image in images if decode and image["reason"]],
        "warnings": [str(warning) for warning in transaction.warnings],
    }


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--decode/--no-decode", default=True, help="Decode the images too (default).")
def command(paths: tuple[Path, ...], decode: bool) -> dict[str, object]:
    """Read every transaction file in PATHS and write it back."""
    files = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    chosen = [file for file in files if file.is_file() and (file.suffix.lower() in SUFFIXES or file in paths)]
    results = [read_file(file, decode=decode) for file in chosen]
    failed = [str(result["file"]) for result in results if not result["read"]]
    if failed:
        raise click.ClickException(f"not read back byte for byte: {', '.join(failed)}")
    return {"files": len(results), "rows": results}
