# SPDX-License-Identifier: Apache-2.0
"""`python -m secure_communities`: the command line."""

from __future__ import annotations

from secure_communities.cli import main

if __name__ == "__main__":
    main(prog_name="./run")
