# SPDX-License-Identifier: Apache-2.0
"""The schema of the API as others rely on it. Refresh the kept copy, after looking at what changed, by

PYTHONPATH=src:. DJANGO_SETTINGS_MODULE=secure_communities.settings .venv/bin/python -m tests.api.openapi
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("openapi.json")


def schema() -> dict[str, Any]:
    from secure_communities.api import api

    return dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


if __name__ == "__main__":
    import django

    django.setup()
    KEPT.write_text(json.dumps(schema(), indent=1, sort_keys=True) + "\n")
