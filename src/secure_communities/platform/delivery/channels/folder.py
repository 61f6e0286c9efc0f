# SPDX-License-Identifier: Apache-2.0
"""A file in the agency's outgoing folder: whole or not at all, on the disk before it is called delivered."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.delivery.rules import DELIVERED, Outcome, Result

log = logging.getLogger(__name__)


def send(parcel: Parcel, *, root: Path) -> Result:
    """Write the parcel to `<root>/<ORI>/out/`. The same parcel again replaces the same file."""
    folder = root / parcel.recipient / "out"
    draft = folder / f".{parcel.number}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as handle:
            handle.write(parcel.content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(folder / parcel.file_name)
    except OSError as error:
        log.warning("the folder of %s: %s", parcel.recipient, error.strerror)
        return Result(Outcome.FAILED, "folder_error")
    return DELIVERED
