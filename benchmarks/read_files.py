# SPDX-License-Identifier: Apache-2.0
"""Reads every transaction file of a folder: does it come back byte for byte, does every image decode, how fast.

In: folders or files. Out: a line (or, with --json, an object) for each file; exit code 1 if one was not read back."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

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


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Read every transaction file of a folder.")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--no-decode", action="store_true", help="leave the images alone")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    files = [file for path in options.paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    failed = 0
    for file in files:
        if file.is_dir() or (file.suffix.lower() not in SUFFIXES and file not in options.paths):
            continue
        result = read_file(file, decode=not options.no_decode)
        failed += not result["read"]
        print(json.dumps(result) if options.json else "  ".join(f"{name} {value}" for name, value in result.items()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
