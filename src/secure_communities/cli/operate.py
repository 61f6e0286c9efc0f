# SPDX-License-Identifier: Apache-2.0
"""`./run migrate` and `./run manage`: the schema, and Django's own commands on the right database.

In: the environment. Out: a database at the current schema, whose rows the application's role may use.
"""

from __future__ import annotations

import os

import click

from secure_communities.cli.installation import database


@click.command()
@click.option("--assets", is_flag=True, help="Also gather the static files of the web pages, as serve does.")
@click.option("-v", "--verbosity", default=1, type=click.IntRange(0, 3), help="How much to say.")
def migrate(assets: bool, verbosity: int) -> None:
    """Bring the database to the current schema, as its owner."""
    with database(as_owner=True):
        from django.core.management import CommandError, call_command

        from secure_communities.platform.keys.services import WrongMasterKey, check_master_key

        grant_to_application()
        try:
            call_command("migrate", interactive=False, verbosity=verbosity)
            check_master_key()
            if assets:
                call_command("collectstatic", interactive=False, verbosity=0)
        except (CommandError, WrongMasterKey) as error:
            raise click.ClickException(str(error)) from error


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, add_help_option=False
)
@click.option("--as-owner", is_flag=True, help="Connect as the owner of the schema.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(as_owner: bool, arguments: tuple[str, ...]) -> None:
    """Run a Django management command: `./run manage shell`, `./run manage help`."""
    with database(as_owner=as_owner):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["./run manage", *arguments])


def grant_to_application() -> None:
    """Let the application's role use the tables to come, where an operator's database has two roles.

    The database that `./run` makes has these rights from its first moment.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from secure_communities.platform.postgres.roles import grant_by_default

    addresses = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    owner, app = (str(conninfo_to_dict(address).get("user", "")) for address in addresses)
    if owner and app and owner != app:
        with psycopg.connect(addresses[0], autocommit=True) as connection:
            grant_by_default(connection, owner=owner, app=app)
