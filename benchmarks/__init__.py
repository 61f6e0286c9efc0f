# SPDX-License-Identifier: Apache-2.0
"""Speed and accuracy, measured: `./run bench` lists the scripts, `./run bench NAME --json` runs one.

Each module here has a click command named `command` whose function returns a dictionary of results with units in
the keys (`p95_seconds`). `--json` and `--out` are added by `./run bench`, and so are the machine and the commit.
"""
