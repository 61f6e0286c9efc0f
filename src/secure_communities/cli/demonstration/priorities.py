# SPDX-License-Identifier: Apache-2.0
"""After the referrals: what each case has for a priority, and why, as its page says it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.prioritize.assessments import selectors

PATIENCE = 8.0  # seconds: the assessments run on a queue of their own and hold nobody up
PAUSE = 0.4


def tell(controls: Mapping[int, str], titles: Mapping[int, str], *, say: Callable[[str], None]) -> None:
    """Say the priority of every referred case of the demonstration with the reason that decided."""
    numbers = {control: number for number, control in controls.items()}
    referred = StatusQuery.objects.filter(submission__control_number__in=numbers, referrals__isnull=False)
    cases = list(referred.distinct().select_related("submission").defer("submission__content").order_by("pk"))
    if not cases:
        return
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not all(selectors.current_of(one, at=clock.now()) for one in cases):
        time.sleep(PAUSE)
    say("\n[bold]What comes first, and why[/bold]  (a level orders work; it is no finding of guilt, and no detainer)")
    for query in cases:
        current = selectors.current_of(query, at=clock.now())
        title = titles[numbers[query.submission.control_number]]
        if current is None:
            say(f"  {title}: not assessed yet")
            continue
        said = selectors.explanation_of(current.assessment)
        say(f"  [cyan]{title}[/cyan]: {said.headline}")
        say(f"    {said.reasons[0]}")
        say(f"    {said.rule_text[0]} · /assessments/{query.pk}/")
