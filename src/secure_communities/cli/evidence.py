# SPDX-License-Identifier: Apache-2.0
"""`./run evidence`: the sources of evidence as an operator sees them; take one down, put it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from secure_communities.cli.installation import database

SOURCES = (
    "IMMIGRATION_HISTORY", "BENEFITS", "ENTRY_EXIT", "COURT", "CRIMINAL_HISTORY", "NATURALISATION"
)  # fmt: skip
FAULTS = ("OUTAGE", "HANGS", "REFUSES", "GARBLES")
SOURCE = click.argument("source", type=click.Choice(SOURCES, case_sensitive=False))
BY = click.option("--by", "username", required=True, help="Username of the operator who does it.")


@click.group()
def evidence() -> None:
    """The registers that the support centre's evidence comes from."""


@evidence.command()
def sources() -> None:
    """List the sources: time limit, version, whether an operator took one down, how often each failed today."""
    with database():
        from datetime import timedelta

        from secure_communities.identify.evidence import registry
        from secure_communities.identify.evidence.models import Inquiry
        from secure_communities.identify.sources.models import SourceFault
        from secure_communities.platform import clock

        down = {one.source: one for one in SourceFault.objects.filter(ended_at=None).select_related("set_by")}
        since = clock.now() - timedelta(days=1)
        for one in registry.all_sources():
            answered = Inquiry.objects.filter(source=one.code, answered_at__gte=since)
            failed = answered.filter(outcome="FAILED").count()
            fault = down.get(one.code)
            state = f"down: {fault.kind}, by {fault.set_by.username}: {fault.reason}" if fault else "in use"
            click.echo(
                f"{one.code:<20} {one.title:<24} {one.version:<12} {one.limit.total_seconds():g} s  "
                f"{answered.count()} answers in 24 h, {failed} failed  {state}"
            )


@evidence.command("take-down")
@SOURCE
@click.option("--as", "kind", type=click.Choice(FAULTS, case_sensitive=False), default="OUTAGE", show_default=True,
              help="What the source does instead of answering.")  # fmt: skip
@click.option("--reason", required=True, help="Why; the log keeps it.")
@BY
def take_down(source: str, kind: str, reason: str, username: str) -> None:
    """Take SOURCE down until it is put back: an exercise, or to spare a source that is in trouble."""
    with _operator(username) as (services, operator, at):
        from secure_communities.identify.sources.rules import FaultKind

        services.take_down(source=source.upper(), kind=FaultKind(kind.upper()), reason=reason, operator=operator, at=at)
    click.echo(f"{source.upper()} is down. Questions to it are recorded as failed, and can be asked again.")


@evidence.command("put-back")
@SOURCE
@BY
def put_back(source: str, username: str) -> None:
    """Put SOURCE back into use."""
    with _operator(username) as (services, operator, at):
        services.put_back(source=source.upper(), operator=operator, at=at)
    click.echo(f"{source.upper()} answers again.")


@contextmanager
def _operator(username: str) -> Iterator[tuple[Any, Any, Any]]:
    """The services, the operator of that name, and now; refusals as errors of the command."""
    with database():
        from secure_communities.identify.sources import services
        from secure_communities.platform import clock
        from secure_communities.platform.access.services import NotAllowed
        from secure_communities.platform.accounts.models import User

        operator = User.objects.filter(username=username).first()
        if operator is None:
            raise click.ClickException(f"There is no user {username}.")
        try:
            yield services, operator, clock.now()
        except (NotAllowed, services.SourceRefused) as refusal:
            raise click.ClickException(str(refusal)) from refusal
