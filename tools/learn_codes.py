# SPDX-License-Identifier: Apache-2.0
"""Learn the projection of the first stage's codes on sampled people and write it as data of the package.

In: how many people, impressions, a seed. Out: `data/first-stage.npy`, and how well its codes tell held-out people
apart. Galleries made with another table are refused, and rebuilt by `./run galleries rebuild`.
Usage: PYTHONPATH=src .venv/bin/python tools/learn_codes.py [--dry-run]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from secure_communities.biometrics import code_learning
from secure_communities.biometrics.first_stage import make_tables, tables

TABLE = Path(__file__).resolve().parents[1] / "src/secure_communities/biometrics/data/first-stage.npy"


def separation(histograms: np.ndarray, projection: np.ndarray) -> tuple[float, float, float]:
    """Bits of 512 that differ: mean between impressions, mean and spread between people."""
    bits = np.rint(histograms * 1e6).astype(np.int64) @ projection.astype(np.int64) > 0
    same = (bits[:, 0] != bits[:, 1]).sum(axis=1)
    other = (bits[:, 0] != np.roll(bits[:, 1], 10, axis=0)).sum(axis=1)
    return float(same.mean()), float(other.mean()), float(other.std())


def main() -> None:
    """Learn, hold against the shipped table on people not learned from, write."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--persons", type=int, default=1000)
    arguments.add_argument("--impressions", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--dry-run", action="store_true", help="Only print.")
    given = arguments.parse_args()
    held_out = code_learning.sample_histograms(persons=150, impressions=2, seed=given.seed + 1)
    histograms = code_learning.sample_histograms(persons=given.persons, impressions=given.impressions, seed=given.seed)
    learned = code_learning.learn(histograms, seed=given.seed)
    for name, projection in (("shipped", tables().projection if TABLE.exists() else None), ("learned", learned)):
        if projection is not None:
            same, other, spread = separation(held_out, projection)
            print(
                f"{name}: {same:.1f} bits between impressions, {other:.1f} ± {spread:.1f} between people "
                f"({(other - same) / spread:.2f} spreads apart)"
            )
    if not given.dry_run:
        np.save(TABLE, learned)
        print(f"{TABLE.name}: codes of version {make_tables(learned).version:08x}")


if __name__ == "__main__":
    main()
