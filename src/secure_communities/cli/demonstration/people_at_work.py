# SPDX-License-Identifier: Apache-2.0
"""The jail's booking system and the staff, each over HTTP with their own credentials. They know no other way in."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx

from secure_communities.cli.demonstration.scenario import Colleague
from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.platform import clock
from secure_communities.platform.accounts.time_codes import code_at

PAUSE = 0.7
READING = 3.0  # seconds between two looks at the evidence of one query: each is logged
CONTRADICTIONS = "One person: prints and file number decide; names and dates were written in more than one way."
CONCLUSIONS = {
    "CLEARED": "Every register has the birth abroad; the booking desk confirms the slip.",
    "CONFIRMED": "The certificate of naturalisation is genuine and in this person's name.",
}
SECOND_FACTOR = "/sign-in/second-factor/"


class Jail:
    """A booking system that holds the key of one ORI."""

    def __init__(self, address: str, key: str) -> None:
        self.client = httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        )

    def submit(self, file: bytes) -> dict[str, Any]:
        """Hand in one file; return the receipt or the refusal."""
        answer: dict[str, Any] = self.client.post(
            "/api/v1/submissions", content=file, headers={"Content-Type": "application/vnd.ebts"}
        ).json()
        return answer

    def fetch_all(self, control_number: str) -> dict[str, bytes]:
        """Every answer that is ready, by kind."""
        listed = self.client.get(f"/api/v1/submissions/{control_number}/responses").json()
        return {f"{one['kind']}": self.client.get(one["file"]).content for one in listed}


def sign_in(client: httpx.Client, username: str, password: str, authenticator_key: str) -> bool:
    """Name and password, then the code that the authenticator app shows now. True when that let somebody in."""

    def post(path: str, **values: str) -> httpx.Response:
        form = {**values, "csrfmiddlewaretoken": client.cookies.get("csrftoken", "")}
        return client.post(path, data=form, headers={"Referer": str(client.base_url)})

    client.get("/sign-in/")
    answer = post("/sign-in/", username=username, password=password)
    if answer.url.path == SECOND_FACTOR:
        answer = post(SECOND_FACTOR, code=code_at(authenticator_key, clock.now()))
    return answer.is_success and not answer.url.path.startswith("/sign-in/")


class Desk(threading.Thread):
    """One member of staff: signs in, looks for work every second, does it, one piece at a time.

    What to find is given by the scenario (`truth`: control number → {register number, determination}), as it would be
    by the eyes and the research of a person.
    """

    def __init__(
        self,
        address: str,
        colleague: Colleague,
        password: str,
        authenticator_key: str,
        truth: Mapping[str, Mapping[str, Any]],
    ) -> None:
        super().__init__(name=colleague.username, daemon=True)
        self.colleague, self.truth = colleague, truth
        self.client = httpx.Client(base_url=address, timeout=30, follow_redirects=True, trust_env=False)
        self.password, self.authenticator_key = password, authenticator_key
        self.stopping = threading.Event()
        self.look_again: dict[int, float] = {}
        self.trouble = ""

    def run(self) -> None:
        """Work until told to stop."""
        works = {"examine": self._examine, "draft": self._draft, "sign": self._sign, "review": self._review}
        work = works[self.colleague.work]
        signed_in = False
        while not self.stopping.wait(PAUSE):
            try:
                signed_in = signed_in or self._sign_in()
                work()
                self.trouble = ""
            except httpx.HTTPError as error:
                self.trouble = f"{self.name}: {error.__class__.__name__}"

    def _sign_in(self) -> bool:
        return sign_in(self.client, self.colleague.username, self.password, self.authenticator_key)

    def _post(self, path: str, body: dict[str, Any]) -> None:
        token = self.client.cookies.get("csrftoken") or ""
        self.client.post(path, json=body, headers={"X-CSRFToken": token})

    def _list(self, path: str) -> list[dict[str, Any]]:
        answer = self.client.get(path)
        return answer.json() if answer.is_success else []

    def _examine(self) -> None:
        for item in self._list("/api/v1/examinations"):
            expected = self.truth.get(item["control_number"])
            if expected is None or item["finding"] != "open":
                continue
            seen = [one for one in item["candidates"] if one["number"] == expected.get(item["side"])]
            body = {
                "verdict": "identification" if seen else "exclusion",
                "candidate": seen[0]["id"] if seen else None,
                "rationale": "Pattern, core and minutiae agree on every finger compared."
                if seen
                else "Minutiae do not agree on any finger.",
            }
            self._post(f"/api/v1/examinations/{item['id']}/decisions", body)

    def _draft(self) -> None:
        for item in self._list("/api/v1/queries"):
            code = self.truth.get(item["control_number"], {}).get("determination")
            if code is None or item["state"] != "open":
                continue
            if time.monotonic() < self.look_again.get(item["id"], 0.0):
                continue
            self.look_again[item["id"]] = time.monotonic() + READING
            evidence = self._evidence(item["id"])
            if not evidence:  # the sources are still being asked
                continue
            body = {"code": code, "confidence": "The records of the sources agree on the person.", **evidence}
            self._post(f"/api/v1/queries/{item['id']}/drafts", body)

    def _evidence(self, query: int) -> dict[str, Any]:
        """What a draft relies on, once every source has answered or failed: records found, else that none is held."""
        rows = self._list(f"/api/v1/queries/{query}/evidence?purpose=research")
        if {one["source"] for one in rows} != set(SourceCode):
            return {}
        if found := [one["id"] for one in rows if one["outcome"] == "FOUND"]:
            return {"relied_on": found, "contradictions": CONTRADICTIONS}
        none = [one for one in rows if one["outcome"] == "NOTHING_FOUND"]
        return {"evidence": [
            {"system": one["system"], "record": "NO RECORD HELD", "retrieved_at": one["retrieved_at"]} for one in none
        ]}  # fmt: skip

    def _sign(self) -> None:
        for item in self._list("/api/v1/queries"):
            if item["control_number"] not in self.truth or item["state"] != "drafted":
                continue
            body = {
                "draft": item["draft"],
                "authority": "Authorised officer, sample delegation 1",
                "reason": "The evidence listed supports the code drafted.",
            }
            self._post(f"/api/v1/queries/{item['id']}/signature", body)

    def _review(self) -> None:
        """Signs of citizenship: supervisor and counsel, each in their own role and words."""
        role = "COUNSEL" if self.name.startswith("counsel") else "SUPPORT_SUPERVISOR"
        for item in self._list("/api/v1/citizenship"):
            expected = self.truth.get(item["control_number"])
            if expected is None or not expected["sign"] or role in item["concluded"]:
                continue
            conclusion = expected["sign"]
            body = {"capacity": role, "conclusion": conclusion, "reason": CONCLUSIONS[conclusion]}
            self._post(f"/api/v1/citizenship/{item['id']}/conclusions", body)
