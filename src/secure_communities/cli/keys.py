# SPDX-License-Identifier: Apache-2.0
"""`./run keys`: how the master keys stand, change to a new one, retire an old one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from secure_communities.cli.installation import Exit, database


@click.group()
def keys() -> None:
    """The master keys, which wrap the data key of every person."""


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def status(*, as_json: bool) -> None:
    """Every master key: what it is for, how many data keys it wraps. Exit 1 when one in use is not at hand."""
    with database(), sentences():
        from secure_communities.platform.keys import master

        found = master.standing()
    if as_json:
        rows = [
            {"number": one.number, "state": one.state, "data_keys": one.data_keys, "at_hand": one.at_hand}
            for one in found
        ]
        click.echo(json.dumps(rows))
    for one in () if as_json else found:
        where = "at hand" if one.at_hand else "NOT at hand"
        click.echo(f"master key {one.number:<3} {one.state:<8} {one.data_keys:>10,} data keys   {where}")
    if any(one.data_keys and not one.at_hand for one in found):
        raise SystemExit(Exit.FAILED)


@keys.command()
def rotate() -> None:
    """Make a new master key and wrap every data key anew; an interrupted run is finished by the next. People go on."""
    with database(), sentences(), progress_bar("Wrapping data keys anew") as advance:
        from secure_communities.platform import clock
        from secure_communities.platform.keys import master

        number, wrapped = master.rotate(at=clock.now(), progress=advance)
    click.echo(f"Master key {number} is active; {wrapped:,} data keys were wrapped anew.")
    click.echo("Back up the new key apart from the database, then retire the old one: ./run keys retire NUMBER")


@keys.command()
@click.argument("number", type=click.IntRange(min=1))
def retire(number: int) -> None:
    """Retire master key NUMBER, which wraps nothing any more. Keep it as long as backups made under it."""
    with database(), sentences():
        from secure_communities.platform import clock
        from secure_communities.platform.keys import master

        master.retire(number, at=clock.now())
    click.echo(f"Master key {number} is retired. Backups made under it still need it: put it away, do not destroy it.")


@contextmanager
def sentences() -> Iterator[None]:
    """Refusals of the keys as one line for the operator."""
    from secure_communities.platform.keys.ring import RingError
    from secure_communities.platform.refusals import Refusal

    try:
        yield
    except (Refusal, RingError) as error:
        raise click.ClickException(str(error)) from error
    except Exception as error:
        if type(error).__name__ == "WrongMasterKey":  # its module needs a started Django
            raise click.ClickException(str(error)) from error
        raise


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal's error stream: `advance(done, total)`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
