# SPDX-License-Identifier: Apache-2.0
"""`./run galleries`: rebuild the search files of a register from the database, or hold them against it."""

from __future__ import annotations

import sys

import click

from secure_communities.cli.installation import database

REGISTER = click.argument("register", type=click.Choice(["criminal", "immigration"]))


@click.group()
def galleries() -> None:
    """The mapped files that searches read: a cache of the registers in the database."""


@galleries.command()
@REGISTER
def rebuild(register: str) -> None:
    """Write the gallery of REGISTER anew from the sealed templates. End the server first."""
    with database():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from secure_communities.identify.galleries import services
        from secure_communities.identify.galleries.models import Register

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(f"Rebuilding the {register} gallery", total=None)
            rows = services.rebuild(
                Register(register), progress=lambda done, total: bar.update(task, completed=done, total=total)
            )
    click.echo(f"The {register} gallery has {rows:,} rows, all from the register.")


@galleries.command()
@REGISTER
def check(register: str) -> None:
    """Read every row of REGISTER's gallery back. Exit 0: all as in the register; 1: complaints, one a line."""
    with database():
        from secure_communities.identify.galleries import services
        from secure_communities.identify.galleries.models import Register

        complaints = 0
        for complaint in services.check(Register(register)):
            complaints += 1
            click.echo(complaint, err=True)
        rows = len(services.gallery_of(Register(register)))
    if complaints:
        click.echo(f"{complaints} of {rows:,} rows are not in order: `./run galleries rebuild {register}`.", err=True)
        sys.exit(1)
    click.echo(f"All {rows:,} rows are as the register has them; deleted rows are zeros, in memory and on disk.")
