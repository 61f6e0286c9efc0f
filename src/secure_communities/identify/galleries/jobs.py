# SPDX-License-Identifier: Apache-2.0
"""Background work of the galleries."""

from __future__ import annotations

from procrastinate.contrib.django import app

from secure_communities.identify.galleries import services
from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.platform.jobs import queues


@app.task(queue=queues.CRIMINAL, retry=queues.RETRY)
def refresh_gallery_row(subject_id: int) -> None:
    """Write a subject's present templates over its row of the memory-mapped gallery. Safe to repeat."""
    services.refresh_row(RegisterSubject.objects.select_related("data_key").get(pk=subject_id))
