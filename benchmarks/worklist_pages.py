# SPDX-License-Identifier: Apache-2.0
"""How long the server takes for the pages of daily work, in the database that `worklist_data` filled.

Requests go through the whole of Django in this process, sign-in, middleware and templates included; only the network
is left out. The clock stands where the database was filled.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg

BAR = 0.2  # seconds, 95th percentile, server side
FILLED = b"^^"  # how the sealed values of the filling begin
OPENED = 40  # submissions that are opened, each with a real sealed file and prints


def measure(note: dict[str, Any], superuser: str, *, rounds: int) -> dict[str, Any]:
    """p50, p95 and the slowest of each page, in milliseconds, over all its addresses, `rounds` times each.

    `processor_…` is the processor time of this process and its database backend together, whatever else runs.
    """
    from secure_communities.platform import clock

    at = datetime.fromisoformat(note["at"])
    clock.now = lambda: at  # the pages of that day, whenever they are measured
    roles = ("support-specialist", "support-supervisor", "authorised-officer", "examiner")
    clients = {role: signed_in(f"bench.{role}.0") for role in roles}
    taken: dict[str, list[float]] = {}
    worked: dict[str, list[float]] = {}
    slowest: dict[str, str] = {}
    for name, role, address in _pages(at, superuser):
        for turn in range(rounds + 1):
            start, busy = time.perf_counter(), _busy()
            answer = clients[role].get(address)
            seconds, worked_for = time.perf_counter() - start, _busy() - busy
            if answer.status_code != 200:
                raise click.ClickException(
                    f"{address} answered {answer.status_code} {answer.headers.get('Location', '')}"
                )
            if turn:  # the first request of an address fills caches
                if seconds > max(taken.get(name, [0.0])):
                    slowest[name] = address
                taken.setdefault(name, []).append(seconds)
                worked.setdefault(name, []).append(worked_for)
    return {
        name: {
            **figures(times), "slowest": slowest[name],
            "processor_p50_ms": figures(worked[name])["p50_ms"], "processor_p95_ms": figures(worked[name])["p95_ms"],
        }
        for name, times in taken.items()
    }  # fmt: skip


def signed_in(username: str) -> Any:
    """A client whose session is this person's, with the second factor given."""
    from allauth.account.internal.flows.login import record_authentication
    from django.http import HttpRequest
    from django.test import Client

    from secure_communities.platform.accounts.models import User

    client, user = Client(HTTP_HOST="localhost"), User.objects.get(username=username)
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()
    return client


def _busy() -> float:
    """Seconds of processor time of this process and of its database backend: what a page costs on a busy machine."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(backend) / 1e9


def figures(times: list[float]) -> dict[str, Any]:
    """p50, p95 and the slowest, in milliseconds, and whether the bar is met."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {
        "requests": len(times), "p50_ms": round(statistics.median(times) * 1e3, 1), "p95_ms": round(p95 * 1e3, 1),
        "most_ms": round(ordered[-1] * 1e3, 1), "within_bar": p95 < BAR,
    }  # fmt: skip


def _pages(at: datetime, superuser: str) -> Iterable[tuple[str, str, str]]:
    """Name of the page, who opens it, the address."""
    from secure_communities.identify.intake.models import Submission
    from secure_communities.platform.agencies.models import OriginatingAgency

    day = at.date().isoformat()
    ori = OriginatingAgency.objects.exclude(purpose="").order_by("id")[3].ori
    middle = Submission.objects.order_by("id")[Submission.objects.count() // 2]
    place = f"{int(middle.received_at.timestamp() * 1e6)}~{middle.pk}"
    supervisor = "support-supervisor"
    for query in (
        "", "?sort=received", "?state=examiner", "?state=query", "?state=late", "?state=refused", "?state=checking",
        "?state=answered", "?state=unmatched", "?state=determined", f"?day={day}", f"?day={day}&state=refused",
        f"?number={ori}", f"?number={ori}&state=determined", f"?number={middle.control_number}",
        f"?number={middle.tcn}", f"?number={middle.tcn[:12]}", "?number=NOTHING", f"?after={place}", f"?before={place}",
        f"?after={place}&state=determined", f"?day={middle.received_at.date()}&state=determined",
    ):  # fmt: skip
        yield "submissions board", supervisor, f"/submissions/{query}"
    for role in ("support-specialist", supervisor, "authorised-officer", "examiner"):
        yield "my work", role, "/my-work/"
    for query in ("", "?list=research", "?list=determination", "?state=late", "?state=held", "?state=mine", "?sort=due",
                  "?sort=-due", "?sort=-opened", "?number=SC-ZZZZ"):  # fmt: skip
        yield "worklist board", supervisor, f"/worklists/{query}"
    for query in ("", "?list=research"):
        yield "what is late", supervisor, f"/worklists/late/{query}"
    for control_number in _openable(superuser):
        yield "submission page", "support-specialist", f"/submissions/{control_number}/?purpose=research"


def _openable(superuser: str) -> list[str]:
    """Some submissions of all ages with a real file, real prints and keys of their own, made on the first call."""
    import numpy as np

    from secure_communities.biometrics.synthetic.sampler import sample_tenprint
    from secure_communities.identify.intake.models import Probe, Submission
    from secure_communities.identify.intake.services import CONTENT, TENPRINT
    from secure_communities.identify.intake.tenprints import pack
    from secure_communities.platform import clock
    from secure_communities.platform.keys import services as keys

    total = Submission.objects.count()
    chosen = [1 + number * (total - 1) // (OPENED - 1) for number in range(OPENED)]
    found = list(Submission.objects.filter(pk__in=chosen).exclude(intake_state="refused").order_by("pk"))
    bare = [one for one in found if not Probe.objects.filter(submission=one).exists()]
    file = _booking() if bare else b""
    for one in bare:
        key = keys.create_data_key(at=clock.now())
        with psycopg.connect(superuser) as connection:  # a trigger keeps everybody else from changing what came in
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "UPDATE intake_submission SET data_key_id = %s, content = %s WHERE id = %s",
                [key.pk, keys.seal(key, file, context=CONTENT), one.pk],
            )
        own = keys.create_data_key(at=clock.now())
        box = keys.seal(own, pack(sample_tenprint(np.random.default_rng(one.pk))), context=TENPRINT)
        Probe.objects.create(submission=one, register="criminal", data_key=own, tenprint=box)
    _seal_messages(superuser, [one.pk for one in found])
    return [one.control_number for one in found]


def _seal_messages(superuser: str, numbers: list[int]) -> None:
    """Give the messages of some submissions contents that open, where they still have those of the filling."""
    from secure_communities.identify.responses.models import Message
    from secure_communities.identify.responses.services import CONTENT
    from secure_communities.platform.keys import services as keys

    for one in Message.objects.filter(submission__in=numbers).select_related("submission__data_key"):
        if bytes(one.content or b"").startswith(FILLED):
            box = keys.seal(one.submission.data_key, b"An invented message of a benchmark.", context=CONTENT)
            with psycopg.connect(superuser) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute("UPDATE responses_message SET content = %s WHERE id = %s", [box, one.pk])


def _booking() -> bytes:
    """One complete booking file, images included."""
    from secure_communities.biometrics.synthetic.booking import booking_file
    from secure_communities.biometrics.synthetic.cards import compress_card, draw_card
    from secure_communities.biometrics.synthetic.identity import Identity
    from secure_communities.biometrics.synthetic.people import person
    from secure_communities.platform import clock

    images = compress_card(draw_card(Identity(7), 2))
    return booking_file(
        person(7), images=images, ori="ZZTX00101", tcn="SYN-ZZTX00101-BENCH", date=clock.now().date(), retain=False
    )
