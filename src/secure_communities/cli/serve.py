# SPDX-License-Identifier: Apache-2.0
"""`./run serve` and `./run worker`: the running system, and one part of it alone.

In: host and port, or the name of a worker. Out: processes that run until they are told to stop.
"""

from __future__ import annotations

import click

from secure_communities.cli.installation import Exit, Missing, database, var_folder

AT_ONCE = {"delivery": 8, "notices": 6, "evidence": 6}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Start the database, the web server, the workers and the watched folder.

    Ctrl-C or SIGTERM ends every process, the database too unless another command still uses it. Logs are in var/log.
    """
    from secure_communities.cli.signals import as_ctrl_c
    from secure_communities.cli.supervisor import AlreadyRunning, Services, ServicesFailed
    from secure_communities.platform.postgres import DatabaseUnavailable

    services = Services(var_folder(), host=host, port=port, report=lambda sentence: click.echo(f"  {sentence}"))
    try:
        with as_ctrl_c(), services:
            click.echo(f"Running at {click.style(services.address, bold=True)}; Ctrl-C ends it.")
            services.wait()
    except KeyboardInterrupt:
        click.echo("Ended.")
    except AlreadyRunning as error:
        click.echo(str(error))
        raise SystemExit(Exit.RUNNING) from error
    except (ServicesFailed, DatabaseUnavailable) as error:
        raise Missing(str(error)) from error


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--concurrency", default=1, show_default=True, type=click.IntRange(1), help="Jobs done at the same time.")
def worker(name: str, concurrency: int) -> None:
    """Start one worker: criminal, immigration, evidence, delivery or notices.

    `./run serve` starts all five. Each has its own queues and connections, so that one register never waits for the
    other.
    """
    with database():
        from django.core.management import call_command
        from procrastinate.contrib.django import app

        from secure_communities.platform.jobs.connectors import ALIAS, Connector
        from secure_communities.platform.jobs.queues import WORKERS

        if name not in WORKERS:
            raise click.BadParameter(f"{name} is none of {', '.join(WORKERS)}", param_hint="NAME")
        if name in ("criminal", "immigration"):  # both search: have the kernels ready before the first job
            from secure_communities.biometrics import comparison, search

            comparison.warm()
            search.warm_search()
        queues = ",".join(WORKERS[name])
        # Deliveries and sources wait for other machines most of the time: many at once, so that none waits for another.
        at_once = max(concurrency, AT_ONCE.get(name, 1))
        options = ["--name", name, "--queues", queues, "--concurrency", str(at_once)]
        with app.replace_connector(Connector(alias=ALIAS)):
            call_command("procrastinate", "worker", *options, "--shutdown-graceful-timeout", "8")
