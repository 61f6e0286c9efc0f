# SPDX-License-Identifier: Apache-2.0
"""How long our modules are: python tools/module_sizes.py. Aim at 250 lines; more than 400 is an error.

In: src/ without migrations. Out: median, ninth decile, the longest; exit 1 if one is too long.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AIM = 250
MOST = 400


def sizes(source: Path = ROOT / "src") -> dict[str, int]:
    """Lines of each module, longest first."""
    modules = [path for path in source.rglob("*.py") if "migrations" not in path.parts]
    counted = {str(path.relative_to(source.parent)): len(path.read_text().splitlines()) for path in modules}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def too_long(counted: dict[str, int]) -> list[str]:
    """Modules that no reader should have to hold in the head at once."""
    return [f"{name}: {lines} lines, more than {MOST}" for name, lines in counted.items() if lines > MOST]


def main() -> None:
    counted = sizes()
    for line in too_long(counted):
        print(line)
    for name, length in counted.items():
        if AIM < length <= MOST:
            print(f"{name}: {length} lines, more than the {AIM} aimed at")
    lines = sorted(counted.values())
    ninth = lines[int(len(lines) * 0.9)]
    print(
        f"{len(lines)} modules: median {statistics.median(lines):.0f} lines, nine tenths ≤ {ninth}, longest {lines[-1]}"
    )
    sys.exit(bool(too_long(counted)))


if __name__ == "__main__":
    main()
