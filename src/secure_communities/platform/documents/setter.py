# SPDX-License-Identifier: Apache-2.0
"""The process that sets one document: source and data in on stdin, the PDF out on stdout.

Run as a script by `rendering`, isolated, with limits on memory, time and files; it imports nothing of the project."""

from __future__ import annotations

import json
import resource
import sys
import tempfile

MEMORY, SECONDS, OUTPUT = 2 * 1024**3, 30, 64 * 1024**2


def main() -> None:
    """Set the document that stdin describes. A fault of the template or its data ends with its message on stderr."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin.buffer)
    import typst

    with tempfile.TemporaryDirectory() as empty:  # the root of what the template could read: nothing
        compiler = typst.Compiler(root=empty, ignore_system_fonts=True, package_path=empty, package_cache_path=empty)
        document = compiler.compile(
            order["source"].encode(), format="pdf", sys_inputs={"data": order["data"]}, pdf_standards=["a-2b", "ua-1"],
            timestamp=order["timestamp"],
        )  # fmt: skip
    if not isinstance(document, bytes):
        sys.exit("the document has no single file")
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
