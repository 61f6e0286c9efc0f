# SPDX-License-Identifier: Apache-2.0
"""The ASGI application that uvicorn serves."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from secure_communities.platform.bodies import LimitedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
application = LimitedBodies(get_asgi_application())
