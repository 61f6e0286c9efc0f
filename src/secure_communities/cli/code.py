# SPDX-License-Identifier: Apache-2.0
"""`./run code USERNAME`: what the authenticator app of a synthetic member of staff shows now. Reads no database."""

from __future__ import annotations

import os
import sys

import click


@click.command()
@click.argument("username")
def code(username: str) -> None:
    """Show the code with which USERNAME, a member of the synthetic staff, signs in after the password.

    It is good for at least half a minute, and once. Exit 1: nobody of that name is on the synthetic staff.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
    from secure_communities.platform import clock
    from secure_communities.platform.accounts.time_codes import code_at
    from secure_communities.platform.nation import tables
    from secure_communities.platform.nation.passwords import demo_authenticator_key

    if username not in {row.username for row in tables.staff()}:
        click.echo(f"Nobody called {username} is on the synthetic staff.", err=True)
        sys.exit(1)
    click.echo(code_at(demo_authenticator_key(username), clock.now()))
