# SPDX-License-Identifier: Apache-2.0
"""Publish a state's quarter: once, when it is over, by a named person."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.oversight.transparency import files, selectors
from secure_communities.oversight.transparency.files import Kind
from secure_communities.oversight.transparency.models import Publication, PublishedFile
from secure_communities.oversight.transparency.paper import paper
from secure_communities.oversight.transparency.periods import Quarter
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies.models import State
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing

REFUSALS = {
    "a_quarter_is_published_once": "This quarter is published already. A second report of it would tell, by what "
    "differs, what the first one hides.",
}  # fmt: skip


@transaction.atomic
def publish(*, state: State, quarter: Quarter, by: Any, at: datetime) -> Publication:
    """Publish what is on record of a quarter. Everybody can read it from now on, and nobody can change it."""
    require(by, Permission.TRANSPARENCY_PUBLISH, at=at)
    if at < quarter.end:
        raise Refusal(f"{quarter} is not over: it is published from {quarter.end:%Y-%m-%d} on.")
    found = selectors.inputs(state, quarter, at=at)
    if not found["agencies"]:
        raise Refusal(f"{state.name} had no agency that could submit in {quarter}: there is nothing to publish.")
    counts = files.canonical(found)
    with refusing(REFUSALS):
        made = Publication.objects.create(
            state=state, year=quarter.year, quarter=quarter.number, inputs=counts, published_by=by, published_at=at
        )
    kept = [
        PublishedFile(publication=made, kind=kind, content=content, sha256=hashlib.sha256(content).hexdigest())
        for kind, content in _files(counts).items()
    ]
    PublishedFile.objects.bulk_create(kept)
    append(
        kind="transparency:published", actor=by, about=("publication", made.pk), at=at,
        data={"state": state.usps, "period": str(quarter), "sha256": {one.kind: one.sha256 for one in kept}},
    )  # fmt: skip
    return made


def _files(counts: bytes) -> dict[Kind, bytes]:
    content = files.report_of(counts)
    return {**files.files_of(content), Kind.REPORT_PDF: paper(content)}
