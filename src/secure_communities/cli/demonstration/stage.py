# SPDX-License-Identifier: Apache-2.0
"""What the terminal shows: one line for each booking, filling up as things happen, and the events as they come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from secure_communities.cli.demonstration.scenario import Part

COLUMNS = ("First response", "Second search", "Examiners", "Query", "Determination", "Second response")
PLAIN_WIDTH = 140  # of a log file; a terminal has its own
WAITING, DONE = "·", "✓"
LINES = 9
QUIET = {"assessment:made"}  # told when it changes what is seen

# event kind: (column, what it shows)
SHOWN: dict[str, tuple[str, str]] = {
    "response:error": ("First response", "ERRT"),
    "response:none-due": ("First response", "none due"),
    "immigration:not-searched": ("Second search", "not searched"),
    "immigration:examination-opened": ("Second search", "candidate"),
    "immigration:confirmed": ("Examiners", "two confirmed"),
    "immigration:rejected": ("Examiners", "excluded"),
    "query:acknowledged": ("Query", "acknowledged"),
    "citizenship:indicium-opened": ("Query", "possible citizen"),
    "citizenship:cleared-by-one": ("Query", "one of two cleared"),
    "citizenship:cleared": ("Query", "sign cleared by two"),
    "citizenship:confirmed": ("Query", "citizen confirmed"),
    "determination:drafted": ("Determination", "drafted"),
    "determination:signed": ("Determination", "signed"),
    "response:no-match": ("Second response", "no record"),
    "response:second": ("Second response", "sent"),
    "response:withheld": ("Second response", "not taken"),
}


@dataclass(slots=True)
class Row:
    """One booking on the stage."""

    part: Part
    cells: dict[str, str] = field(default_factory=dict)
    state: str = "being drawn"
    seconds: float | None = None


class Stage:
    """The table and the last events. On a terminal it is redrawn in place; elsewhere each event is one line."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = PLAIN_WIDTH
        self.rows = {part.number: Row(part) for part in parts}
        self.log: deque[Text] = deque(maxlen=LINES)
        self.note = ""
        self.live = Live(get_renderable=self._picture, console=self.console, refresh_per_second=4, transient=True)

    def say(self, text: str) -> None:
        """A line above everything."""
        self.console.print(text, soft_wrap=True)

    def heading(self, text: str) -> None:
        """A step of the set-up."""
        self.console.print(f"[bold]{text}[/bold]")

    def show(self, number: int, item: dict[str, Any], *, seconds: float) -> None:
        """One event of one booking."""
        row, kind = self.rows[number], item["kind"]
        if kind in SHOWN:
            column, words = SHOWN[kind]
            row.cells[column] = words
        elif kind == "response:first":
            row.cells["First response"] = f"{row.cells.get('First response', 'sent')} · {seconds:.0f} s"
        elif kind in ("criminal:identified", "criminal:not-identified"):
            row.cells["First response"] = "IDENT" if kind.endswith(":identified") else "NON-IDENT"
        elif kind == "immigration:searched" and item["data"]["outcome"] == "NO_HIT":
            row.cells["Second search"] = "no match"
        elif kind == "immigration:decision":
            row.cells["Examiners"] = "one has decided"
        row.state = ""
        if kind in QUIET:
            return
        line = Text()
        line.append(f"{item['at']:%H:%M:%S} ", "dim")
        line.append(f"{row.part.title:<30}"[:30] + " ", "cyan")
        line.append(item["title"], {"good": "green", "attention": "yellow", "late": "red"}.get(item["tone"], ""))
        if item["actor_kind"] == "person":
            line.append(f"  ({item['actor']})", "magenta")
        elif item["detail"]:
            line.append(f"  {item['detail']}", "dim")
        if self.console.is_terminal:
            self.log.append(line)
        else:
            self.console.print(line, soft_wrap=True)

    def table(self) -> Table:
        """The table as it stands."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        table.add_column("Person booked", no_wrap=True, min_width=20)
        wide = self.console.width >= 120
        if wide:
            table.add_column("ORI", no_wrap=True)
        for column in COLUMNS:
            table.add_column(column if wide else column.replace(" ", "\n"), no_wrap=wide)
        for row in self.rows.values():
            cells = [row.cells.get(column, WAITING) for column in COLUMNS]
            if row.state and not row.cells:
                cells[0] = f"[dim]{row.state}[/dim]"
            table.add_row(row.part.title, *([row.part.ori] if wide else []), *cells)
        return table

    def _picture(self) -> RenderableType:
        parts: list[RenderableType] = [
            Panel(self.table(), title="Synthetic people only", border_style="dim"),
            *self.log,
        ]
        if self.note:
            parts.append(Text(self.note, "dim"))
        return Group(*parts)
