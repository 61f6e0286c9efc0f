# SPDX-License-Identifier: Apache-2.0
"""Each test keeps its galleries and notes in a folder of its own, as its database rows vanish with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: LazySettings) -> Path:
    settings.VAR = tmp_path
    return tmp_path
