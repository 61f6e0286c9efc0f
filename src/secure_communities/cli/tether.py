# SPDX-License-Identifier: Apache-2.0
"""`python tether.py PARENT COMMAND…`: become COMMAND, and be killed by the kernel when process PARENT is gone.

So nothing outlives a supervisor that was killed before it could stop its children. Imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends; end now if it already has. Elsewhere: do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(f"process {parent} is gone")


if __name__ == "__main__":
    tie_to(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  # a command of our own supervisor
