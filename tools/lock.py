# SPDX-License-Identifier: Apache-2.0
"""Write the lock files of requirements/ anew from pyproject.toml: exact versions with hashes, no addresses.

Run by a maintainer who has `uv`: python tools/lock.py [--upgrade]. The others hold only what runtime.lock does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "requirements" / "runtime.lock"
FURTHER = (  # file, what is in it, where uv finds that
    (ROOT / "requirements" / "dev.lock", "Test and check tools", ("--group", "dev")),
    (ROOT / "requirements" / "cluster.lock", "The Ray cluster", ("--extra", "cluster")),
    (ROOT / "requirements" / "peers.lock", "Peers of the benchmarks", ("--group", "peers")),
)
HEADER = "# {}; written by tools/lock.py from pyproject.toml\n"


def compile_lock(*sources: str, known: str, upgrade: bool) -> str:
    """Resolve for every platform and Python 3.11 to 3.13; versions in `known` stay unless `upgrade`."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    with tempfile.NamedTemporaryFile("w+", suffix=".lock") as output:
        output.write(known)
        output.flush()
        command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--upgrade"] if upgrade else []
        environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
        try:
            subprocess.run([*command, *sources, "-o", output.name], cwd=ROOT, env=environment, check=True)
        except FileNotFoundError:
            sys.exit("uv is needed: python -m pip install uv")
        return Path(output.name).read_text()


def blocks(lock: str) -> list[str]:
    """Each requirement line with the hashes below it."""
    return [part for part in re.split(r"(?m)^(?=[A-Za-z0-9])", lock) if "==" in part]


def without(lock: str, other: str) -> list[str]:
    """The requirements of a lock that are not in another one, which must not contradict it."""
    held = set(blocks(other))
    names = {block.split("==")[0] for block in held}
    rest = [block for block in blocks(lock) if block not in held]
    if differing := [block.split(" ")[0] for block in rest if block.split("==")[0] in names]:
        sys.exit(f"The two lock files would differ in {', '.join(differing)}")
    return rest


def main() -> None:
    upgrade = "--upgrade" in sys.argv[1:]
    before = RUNTIME.read_text() if RUNTIME.exists() else ""
    runtime = compile_lock("pyproject.toml", known=before, upgrade=upgrade)
    RUNTIME.write_text(HEADER.format("What the program needs to run") + "".join(blocks(runtime)))
    print(f"{len(blocks(runtime))} packages to run")
    for path, what, chosen in FURTHER:
        known = runtime + (path.read_text() if path.exists() else "")
        all_of_it = compile_lock("pyproject.toml", *chosen, "--constraint", str(RUNTIME), known=known, upgrade=upgrade)
        rest = without(all_of_it, runtime)
        path.write_text(HEADER.format(f"{what} beside runtime.lock") + "".join(rest))
        print(f"{len(rest)} more: {what[0].lower()}{what[1:]}")


if __name__ == "__main__":
    main()
