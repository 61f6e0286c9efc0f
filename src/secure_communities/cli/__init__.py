# SPDX-License-Identifier: Apache-2.0
"""The command line: thin commands over the libraries and the services, loaded only when asked for."""

from __future__ import annotations

import importlib

import click

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module:attribute, one line of help)
    "demo": ("secure_communities.cli.demo:demo", "Set everything up and run the main job before your eyes."),
    "serve": ("secure_communities.cli.serve:serve", "Start the database, the web server and the workers."),
    "worker": ("secure_communities.cli.serve:worker", "Start one worker."),
    "migrate": ("secure_communities.cli.operate:migrate", "Bring the database to the current schema."),
    "manage": ("secure_communities.cli.operate:manage", "Run a Django management command."),
    "submit": ("secure_communities.cli.submit:submit", "Hand in fingerprint files as a booking location would."),
    "receive": ("secure_communities.cli.receive:receive", "Receive responses by webhook as an agency would."),
    "interchange": (
        "secure_communities.cli.interchange:interchange",
        "Inspect, validate and round-trip transaction files.",
    ),
    "biometrics": ("secure_communities.cli.biometrics:biometrics", "Synthesize fingers, extract, compare, calibrate."),
    "galleries": (
        "secure_communities.cli.galleries:galleries",
        "Rebuild or check the search files of a register.",
    ),
    "keys": ("secure_communities.cli.keys:keys", "Master keys: how they stand, change to a new one, retire."),
    "backup": ("secure_communities.cli.backup:backup", "Write a sealed backup of the database."),
    "restore": ("secure_communities.cli.backup:restore", "Bring a sealed backup into an empty installation."),
    "code": ("secure_communities.cli.code:code", "Show the sign-in code of a synthetic member of staff."),
    "linkage": (
        "secure_communities.cli.linkage:linkage",
        "Measure how people are found again under other spellings.",
    ),
    "rules": ("secure_communities.cli.rules:rules", "Rules of priority: export, sign and verify a table."),
    "rollout": ("secure_communities.cli.rollout:rollout", "Plan where to deploy first; compare with the real order."),
    "evidence": (
        "secure_communities.cli.evidence:evidence",
        "See the sources of evidence, take one down, put it back.",
    ),
    "oversight": ("secure_communities.cli.oversight:oversight", "Verify the event log."),
    "bench": ("secure_communities.cli.bench:bench", "Measure speed and accuracy."),
    "test": ("secure_communities.cli.quality:test", "Run the tests (--all adds browser, cluster and slow ones)."),
    "check": ("secure_communities.cli.quality:check", "Format, lint, types, imports, fast tests, migrations, docs."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, so that `--help` and the library tools start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module behind one name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name=None, version="0.1.0", prog_name="secure-communities")
def main() -> None:
    """Secure Communities: one fingerprint submission, two registers, an answer within hours.

    Synthetic people only. Start with `./run demo`.
    """
