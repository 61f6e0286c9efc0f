# SPDX-License-Identifier: Apache-2.0
"""`./run backup` and `./run restore`: a sealed copy of the database, and its way back into an empty installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from secure_communities.cli.installation import Exit, database, var_folder
from secure_communities.cli.keys import progress_bar

PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the passphrase from the first line of a file instead of asking.",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys-to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the master keys and secrets, to a file of their own: keep it elsewhere.",
)
@PASSPHRASE
def backup(file: Path, keys_to: Path | None, passphrase_file: Path | None) -> None:
    """Write a sealed backup of the database to FILE while people go on working.

    The master keys are not in it: without them nobody's data can be read. Galleries are made again at the restore.
    """
    passphrase = _passphrase(passphrase_file, confirm=True)
    with database(), _sentences():
        from secure_communities.platform import clock
        from secure_communities.platform.backups import services

        made = services.make(
            owner_url=_owner(), var=var_folder(), file=file, passphrase=passphrase, at=clock.now(), say=_say
        )
        click.echo(f"{file}: {sum(made.rows.values()):,} rows, {file.stat().st_size / 1e6:,.1f} MB, sealed.")
        if keys_to:
            names = services.make_of_keys(var=var_folder(), file=keys_to, passphrase=passphrase)
            click.echo(f"{keys_to}: {', '.join(names)}. Keep it apart from {file.name}.")
        else:
            click.echo("The master keys are not in it: --keys-to FILE writes them to a file of their own.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also bring back the master keys and secrets from their own file.",
)
@click.option("--look", is_flag=True, help="Only say what is in it.")
@PASSPHRASE
def restore(file: Path, keys_from: Path | None, look: bool, passphrase_file: Path | None) -> None:
    """Bring the backup FILE into an empty installation, then check it: rows, keys, the chain of the log, galleries."""
    passphrase = _passphrase(passphrase_file, confirm=False)
    from secure_communities.platform.backups import services  # needs no Django

    with _sentences():
        if look:
            _describe(services.look(file=file, passphrase=passphrase))
            return
        if keys_from:  # before the settings read, or make, a secret
            names = services.bring_back_keys(var=var_folder(), file=keys_from, passphrase=passphrase)
            click.echo(f"Secrets in place: {', '.join(names)}.")
        with database(as_owner=True):
            _bring_back(file, passphrase)


def _bring_back(file: Path, passphrase: str) -> None:
    from django.core.management import call_command

    from secure_communities.platform.backups import services
    from secure_communities.platform.keys import services as keys

    _require_master_keys(services.look(file=file, passphrase=passphrase))
    made = services.bring_back(
        owner_url=_owner(), var=var_folder(), file=file, passphrase=passphrase, known=_known_migrations(), say=_say
    )
    differing = {table for table, rows in services.rows_now(_owner()).items() if made.rows.get(table) != rows}
    if differing:
        raise click.ClickException(f"These tables have other numbers of rows than the backup says: {differing}")
    click.echo(f"All {sum(made.rows.values()):,} rows are back, as of {made.made_at}.")
    _say("Bringing the schema up to this version")
    call_command("migrate", interactive=False, verbosity=0)
    keys.check_master_key()
    _afterwards()


def _afterwards() -> None:
    """What a restored database needs: keys destroyed since, galleries, the word of the verifier."""
    from secure_communities.identify.galleries import services as galleries
    from secure_communities.identify.galleries.models import Register
    from secure_communities.platform import clock
    from secure_communities.platform.events import services as events
    from secure_communities.platform.keys import services as keys

    if again := keys.destroy_again(at=clock.now()):
        click.echo(f"{again:,} data keys that were destroyed after this backup are destroyed again.")
    for register in Register:
        with progress_bar(f"Rebuilding the {register} gallery") as advance:
            rows = galleries.rebuild(register, progress=advance)
        click.echo(f"The {register} gallery has {rows:,} rows.")
    found = events.verify()
    for fault in found.faults:
        click.echo(f"FAULT  {fault}", err=True)
    if not found.intact:
        click.echo("The log does not verify: see above; positions sealed after the backup count as gone.", err=True)
        raise SystemExit(Exit.FAILED)
    click.echo(f"The event log is intact: {found.sealed:,} events chained.")


def _require_master_keys(manifest: Any) -> None:
    """The keys at hand must open the backup before anything is written."""
    from secure_communities.platform.keys import boxes, master

    for one in manifest.master_keys:
        if one["state"] == "RETIRED":
            continue
        try:
            boxes.unseal(master.key_of(int(one["number"])), bytes.fromhex(one["box"]), context="master-key")
        except (boxes.BoxError, master.WrongMasterKey):
            raise click.ClickException(
                f"Master key {one['number']}, under which this backup was made, is not the one at hand: bring it with "
                "--keys FILE, or put it into secrets of the var folder or MASTER_KEYS. Nothing was changed."
            ) from None


def _known_migrations() -> set[str]:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def _describe(made: Any) -> None:
    click.echo(f"Made {made.made_at} from PostgreSQL {made.postgresql}: {sum(made.rows.values()):,} rows.")
    click.echo(f"Master keys: {', '.join(str(one['number']) + ' ' + one['state'] for one in made.master_keys)}")
    for table, rows in made.rows.items():
        if rows:
            click.echo(f"  {table:<44} {rows:>12,}")


def _owner() -> str:
    return os.environ["DATABASE_OWNER_URL"]


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return file.read_text().split("\n", 1)[0]
    answer: str = click.prompt("Passphrase of the backup", hide_input=True, confirmation_prompt=confirm)
    return answer


@contextmanager
def _sentences() -> Iterator[None]:
    from secure_communities.platform.backups.archive import ArchiveDamaged
    from secure_communities.platform.backups.programs import ProgramFailed
    from secure_communities.platform.backups.services import BackupRefused

    try:
        yield
    except (ArchiveDamaged, ProgramFailed, BackupRefused) as error:
        raise click.ClickException(str(error)) from error
