# SPDX-License-Identifier: Apache-2.0
"""`./run oversight`: verify the event log."""

from __future__ import annotations

import json
import sys

import click

from secure_communities.cli.installation import database


@click.group()
def oversight() -> None:
    """Check the event log from outside."""


@oversight.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--seal/--no-seal", default=True, help="Chain the waiting events first (default) or only report their age."
)
def verify(*, as_json: bool, seal: bool) -> None:
    """Walk the hash chain over all events. Exit 0: intact; 1: altered, removed, reordered or cut off."""
    with database():
        from secure_communities.platform.events import services

        while seal and services.seal_pending():
            pass
        found = services.verify()
    if as_json:
        click.echo(
            json.dumps(
                {
                    "intact": found.intact,
                    "sealed": found.sealed,
                    "unsealed": found.unsealed,
                    "unsealed_age_seconds": found.unsealed_age.total_seconds(),
                    "head": found.head,
                    "faults": found.faults,
                }
            )
        )
    else:
        click.echo(f"{found.sealed:,} events chained, {found.unsealed} waiting (oldest {found.unsealed_age}).")
        click.echo(f"Head {found.head}")
        for fault in found.faults:
            click.echo(f"FAULT  {fault}", err=True)
        click.echo("The log is intact." if found.intact else "The log is NOT intact.")
    sys.exit(0 if found.intact else 1)
