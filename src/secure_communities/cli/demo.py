# SPDX-License-Identifier: Apache-2.0
"""`./run demo`: the main job before your eyes, then a running system to look round in.

In: nothing. Out: registers filled, ten real booking files submitted over HTTP, worked on by staff with their own
credentials, answered; the files and answers stay under var/demo.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from secure_communities.cli.installation import Exit, Missing, var_folder


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port of the web server.")
@click.option("--exit", "leave", is_flag=True, help="End when the last answer is out, instead of serving on.")
def demo(port: int, *, leave: bool) -> None:
    """Set everything up and run the main job before your eyes.

    Ten invented people are booked; two registers are searched; staff confirm, research and sign over HTTP.
    It ends with a running web server; Ctrl-C ends every process. A second run starts in seconds and keeps everything.
    """
    from secure_communities.cli.demonstration.scenario import CAST
    from secure_communities.cli.demonstration.stage import Stage
    from secure_communities.cli.signals import as_ctrl_c
    from secure_communities.cli.supervisor import AlreadyRunning, Services, ServicesFailed
    from secure_communities.platform.postgres import DatabaseUnavailable

    stage = Stage(CAST)
    stage.heading("Secure Communities: demonstration with synthetic people only")
    stage.say("  Preparing the comparison kernels (compiled once, then kept)")
    _warm()
    # Nobody waits an hour in a demonstration for the notice that nothing was found (ADR 22).
    environment = {"NO_MATCH_NOTICE_MINUTES": "0"}
    services = Services(
        var_folder(), port=port, environment=environment, report=lambda sentence: stage.say(f"  {sentence}")
    )
    try:
        with as_ctrl_c(), services:
            _connect(services)
            _perform(stage, services.address, var_folder(), stays=not leave)
            if not leave:
                services.wait()
    except KeyboardInterrupt:
        stage.say("Ended.")
    except AlreadyRunning as error:
        stage.say(str(error))
        raise SystemExit(Exit.RUNNING) from error
    except (ServicesFailed, DatabaseUnavailable) as error:
        raise Missing(str(error)) from error


def _warm() -> None:
    from secure_communities.biometrics import comparison, search

    comparison.warm()
    search.warm_search()


def _connect(services: Any) -> None:
    import django

    os.environ.update(services.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secure_communities.settings")
    django.setup()


def _perform(stage: Any, address: str, var: Path, *, stays: bool) -> None:
    from secure_communities.cli.demonstration.performance import Performance

    performance = Performance(stage=stage, address=address, folder=var / "demo")
    started = time.monotonic()
    performance.set_up()
    stage.say(f"  Set-up done in {time.monotonic() - started:.0f} s\n")
    performance.play()
    stage.console.print(stage.table())
    performance.priorities()
    if stays:
        performance.closing_words()
