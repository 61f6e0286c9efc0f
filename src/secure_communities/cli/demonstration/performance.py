# SPDX-License-Identifier: Apache-2.0
"""The course of the demonstration: set up the nation, draw and book the cast, let the staff work, show what happens.

Everything made is kept in var/demo, so that a second run presents the same files and gets the stored answers.
"""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.db import connection
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from secure_communities.cli.demonstration import drawing, population
from secure_communities.cli.demonstration.drawing import Drawn
from secure_communities.cli.demonstration.people_at_work import Desk, Jail
from secure_communities.cli.demonstration.scenario import BACKGROUND, CAST, STAFF, Part
from secure_communities.cli.demonstration.stage import Stage
from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.sources import services as sources
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.identify.sources.services import SourceRefused
from secure_communities.platform import clock
from secure_communities.platform.accounts.machine_keys import issue_machine_key
from secure_communities.platform.accounts.models import User
from secure_communities.platform.accounts.second_factor import required_of
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events import selectors as events
from secure_communities.platform.nation.passwords import demo_authenticator_key, demo_password
from secure_communities.platform.nation.services import build_nation
from secure_communities.prioritize.assessments import selectors as assessments
from secure_communities.prioritize.rulesets.selectors import active_rule_set

ENDS = frozenset(
    {
        Immigration.NOT_SEARCHED,
        Immigration.NO_MATCH,
        Immigration.REJECTED,
        Immigration.INCONCLUSIVE,
        Immigration.ANSWERED,
    }
)
PATIENCE = 600.0
# The source that fails, and the part before whose drawing it returns: two queries were researched without it.
FAILING, SOURCE_RETURNS_BEFORE = SourceCode.ENTRY_EXIT, 6


class Performance:
    """One run of the demonstration."""

    def __init__(self, *, stage: Stage, address: str, folder: Path) -> None:
        self.stage, self.address, self.folder = stage, address, folder
        self.truth: dict[str, dict[str, Any]] = {}
        self.controls: dict[int, str] = {}
        self.received: dict[int, float] = {}
        self.seen: dict[int, int] = {}
        self.failure: BaseException | None = None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    # -- set-up ---------------------------------------------------------------------------------------------------

    def set_up(self) -> None:
        """The nation, the booking systems' keys, and the people who only fill the registers."""
        at = clock.now()
        nation = build_nation(at=at)
        self.stage.say(
            f"  A synthetic nation: {nation.states} states, {nation.counties} counties, {nation.agencies} agencies, "
            f"{sum(len(names) for names in nation.staff.values())} members of staff"
        )
        self.keys = self._machine_keys()
        columns = (TextColumn("  {task.description}"), BarColumn(bar_width=30), MofNCompleteColumn())
        with Progress(*columns, console=self.stage.console, transient=True) as progress:
            task = progress.add_task("People already in the registers", total=BACKGROUND)
            added = population.fill_background(at=at, progress=lambda done: progress.update(task, completed=done))
        kept = "enrolled" if added else "are there already"
        self.stage.say(f"  {BACKGROUND} people from sampled templates {kept}")

    def _machine_keys(self) -> dict[str, str]:
        path = self.folder / "machine-keys.json"
        keys: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        administrator = User.objects.get(username="administrator.one")
        for ori in sorted({part.ori for part in CAST} - set(keys)):
            keys[ori] = issue_machine_key(
                ori=OriginatingAgency.objects.get(ori=ori), reason="Demonstration", by=administrator, at=clock.now()
            )
        path.touch(mode=0o600)
        path.write_text(json.dumps(keys, indent=1))
        return keys

    # -- the play -------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Book everybody and watch until the last answer is out."""
        desks = [
            Desk(self.address, one, demo_password(one.username), demo_authenticator_key(one.username), self.truth)
            for one in STAFF
        ]
        self._source_fails()
        booking = threading.Thread(target=self._book_everybody, name="bookings", daemon=True)
        started = time.monotonic()
        with self.stage.live:
            for desk in desks:
                desk.start()
            booking.start()
            while not self._finished(booking) and time.monotonic() - started < PATIENCE:
                self._follow()
                trouble = [desk.trouble for desk in desks if desk.trouble]
                self.stage.note = trouble[0] if trouble else ""
                time.sleep(0.3)
            self._follow()
        for desk in desks:
            desk.stopping.set()
        if self.failure:
            raise self.failure
        self._fetch_answers()
        self.stage.say(f"\nAll ten bookings answered {time.monotonic() - started:.0f} s after the first was drawn.\n")

    def _book_everybody(self) -> None:
        try:
            missing = [part for part in CAST if not self._file(part).exists()]
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                drawn = {part.number: pool.submit(drawing.draw, part, on=clock.now().date()) for part in missing}
                for part in CAST:
                    if part.number == SOURCE_RETURNS_BEFORE:
                        self._source_returns()
                    self._book(part, drawn[part.number].result() if part.number in drawn else None)
        except BaseException as error:
            self.failure = error
        finally:
            self._source_returns()
            connection.close()

    # -- a source that fails ----------------------------------------------------------------------------------------

    def _source_fails(self) -> None:
        """The register of entries and exits is down while the first are researched: their queries say so."""
        if any(not self._file(part).exists() for part in CAST):
            with suppress(SourceRefused):  # it is down already, of a run that was broken off
                sources.take_down(
                    source=FAILING, kind=FaultKind.OUTAGE, reason="Demonstration", operator=_operator(), at=clock.now()
                )

    def _source_returns(self) -> None:
        with suppress(SourceRefused):  # it is in use
            sources.put_back(source=FAILING, operator=_operator(), at=clock.now())

    def _book(self, part: Part, drawn: Drawn | None) -> None:
        facts_file = self.folder / f"{part.tcn}.json"
        if drawn is not None:
            facts = population.enrol_part(part, drawn, at=clock.now())
            facts_file.write_text(json.dumps(facts))
            draft = self._file(part).with_suffix(".part")
            draft.write_bytes(drawn.booking)
            draft.replace(self._file(part))
        facts = json.loads(facts_file.read_text())
        answer = Jail(self.address, self.keys[part.ori]).submit(self._file(part).read_bytes())
        if "control_number" not in answer:
            raise RuntimeError(f"{part.title}: the submission was refused at the door: {answer}")
        control = answer["control_number"]
        self.truth[control] = {**facts, "determination": part.determination, "sign": part.sign}
        self.received[part.number] = time.monotonic()
        self.controls[part.number] = control

    def _file(self, part: Part) -> Path:
        return self.folder / f"{part.tcn}.ebts"

    def _follow(self) -> None:
        for number, control in list(self.controls.items()):
            items = events.timeline(control)
            fresh = items[self.seen.get(number, 0) :]
            for item in fresh:
                seconds = (item["at"] - items[0]["at"]).total_seconds()
                self.stage.show(number, item, seconds=seconds)
            self.seen[number] = len(items)

    def _finished(self, booking: threading.Thread) -> bool:
        if booking.is_alive() or self.failure:
            return self.failure is not None
        submissions = Submission.objects.filter(control_number__in=self.controls.values()).defer("content")
        return len(submissions) == len(CAST) and all(_is_over(one) for one in submissions)

    def _fetch_answers(self) -> None:
        for part in CAST:
            jail = Jail(self.address, self.keys[part.ori])
            for kind, content in jail.fetch_all(self.controls[part.number]).items():
                (self.folder / f"{part.tcn}-{kind}.ebts").write_bytes(content)

    def priorities(self) -> None:
        """The priority of each referred case, in the words that its page, the API and the document use."""
        at = clock.now()
        rules = active_rule_set(at)
        self.stage.say(f"\n[bold]Priorities[/bold]  {rules.title}{', a draft' if rules.draft else ''} ({rules.code})")
        for part in CAST:
            found = StatusQuery.objects.filter(submission__control_number=self.controls.get(part.number, ""))
            standing = assessments.current_of(found[0], at=at) if found else None
            if standing:
                said = assessments.explanation_of(standing.assessment)
                self.stage.say(f"  {part.title:<31}{said.headline}\n{'':33}{said.reasons[0]}")

    # -- afterwards -----------------------------------------------------------------------------------------------

    def closing_words(self) -> None:
        """Where to look, whom to sign in as, what to try next."""
        say = self.stage.say
        say(f"\n[bold]Look round at {self.address}[/bold]  (Ctrl-C ends every process; ./run demo starts it again)")
        self.stage.console.print(accounts())
        say("  No app at hand?   ./run code examiner.one")
        folder = os.path.relpath(self.folder)
        say("\nTry next")
        say(f"  ./run interchange inspect {folder}/{CAST[3].tcn}.ebts")
        say(f"  ./run interchange inspect {folder}/{CAST[3].tcn}-second.ebts")
        say("  ./run evidence sources")
        say("  ./run receive --help")
        say("  ./run oversight verify")
        say("  ./run biometrics synthesize --people 1 --out my-people && ./run submit my-people/bookings/*.an2")


# Whom to sign in as, what they do, and the page to begin with.
ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("booking.one", "reads a jail's answers", "/portal/"),
    ("examiner.one", "compares prints", "/examination/"),
    ("examiner.two", "compares them again", "/examination/"),
    ("lead.one", "settles a disagreement", "/examination/statistics/"),
    ("specialist.one", "researches, drafts", "/research/"),
    ("officer.one", "signs", "/research/"),
    ("supervisor.one", "sees what is late", "/worklists/late/"),
    ("counsel.one", "clears with the supervisor", "/citizenship/"),
    ("field.one", "takes the next case", "/priority/"),
    ("manager.one", "figures, map, plan, rules", "/programme/"),
    ("operator.one", "minds deliveries", "/deliveries/"),
    ("auditor.one", "asks who may, who did", "/access/"),
    ("administrator.one", "keeps machine keys", "/access/keys/"),
)


def accounts() -> Table:
    """The accounts of the demonstration: password, key of the authenticator app, page."""
    table = Table(box=None, pad_edge=True, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("Sign in as", "who", "at", "password", "key for an authenticator app"):
        table.add_column(column, no_wrap=True, overflow="ignore")
    for username, what, page in ACCOUNTS:
        needs = required_of(User.objects.get(username=username).roles(clock.now()))
        key = demo_authenticator_key(username) if needs else "none needed"
        table.add_row(username, what, page, demo_password(username), key)
    return table


def _operator() -> User:
    return User.objects.get(username="operator.one")


def _is_over(submission: Submission) -> bool:
    if submission.intake_state == Intake.REFUSED:
        return True
    return submission.criminal_state == Criminal.ANSWERED and submission.immigration_state in ENDS
