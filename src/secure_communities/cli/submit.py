# SPDX-License-Identifier: Apache-2.0
"""`./run submit FILE…`: hand in transaction files by the operator's hand, through the same inbox as every channel."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from secure_communities.cli.installation import database


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each file.")
def submit(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Submit FILES. The running server's workers search them; without a server they wait in the queue.

    Exit 0: all received (or known already); 1: at least one was refused.
    """
    refused = False
    with database():
        from secure_communities.identify.intake import services
        from secure_communities.identify.intake.models import Channel
        from secure_communities.platform import clock

        for file in files:
            try:
                receipt = services.receive(
                    content=file.read_bytes(),
                    channel=Channel.COMMAND,
                    presented_by=None,
                    actor="system:command",
                    at=clock.now(),
                )
            except services.TransportRefusal as refusal:
                refused = True
                line = {"file": file.name, "ok": False, "code": refusal.code, "detail": refusal.reason}
            else:
                submission = receipt.submission
                line = {
                    "file": file.name,
                    "ok": True,
                    "control_number": submission.control_number,
                    "tcn": submission.tcn,
                    "repeated": receipt.repeated,
                }
            click.echo(json.dumps(line) if as_json else _sentence(line))
    sys.exit(1 if refused else 0)


def _sentence(line: dict[str, object]) -> str:
    if not line["ok"]:
        return f"{line['file']}: refused, {line['code']}: {line['detail']}"
    known = " (known already: the stored answers stand)" if line["repeated"] else ""
    return f"{line['file']}: {line['control_number']} for TCN {line['tcn']}{known}"
