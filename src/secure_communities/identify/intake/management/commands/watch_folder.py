# SPDX-License-Identifier: Apache-2.0
"""`manage watch_folder`: submit what agencies drop into their folders, until stopped."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from secure_communities.identify.intake.folders import Watcher
from secure_communities.platform import clock


class Command(BaseCommand):
    """Watch var/folders/<ORI>/in."""

    help = "Submit the files that agencies drop into var/folders/<ORI>/in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--interval and --once."""
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between two looks.")
        parser.add_argument("--once", action="store_true", help="Look twice and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, wait, look again."""
        watcher = Watcher(settings.VAR / "folders")
        rounds = 2 if options["once"] else None
        while rounds is None or rounds > 0:
            close_old_connections()
            try:
                taken = watcher.look(at=clock.now())
            except OperationalError as error:
                self.stderr.write(f"The database does not answer ({error.__class__.__name__}); trying again.")
                taken = 0
            if taken:
                self.stdout.write(f"{taken} file(s) taken")
            if rounds is not None:
                rounds -= 1
            time.sleep(options["interval"])
