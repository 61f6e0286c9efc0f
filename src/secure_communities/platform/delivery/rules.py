# SPDX-License-Identifier: Apache-2.0
"""When to try again, when to give up, and what an attempt's result means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Soon at first, for a restart of the other side; then ever more seldom, for an outage of hours.
STEPS = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
)
JITTER = 0.2  # each wait is up to a fifth shorter or longer, so that a recovered receiver is not met by all at once
GIVE_UP_AFTER = timedelta(hours=24)
UNCOLLECTED_AFTER = timedelta(hours=24)

ATTEMPT_LIMIT = timedelta(seconds=15)  # the whole attempt, however slowly the other side speaks
STALLED_AFTER = timedelta(seconds=30)  # an attempt older than this has lost its worker


def wait_after(failures: int, *, jitter: float) -> timedelta:
    """How long to wait after the failure of that number (1 is the first). `jitter`: 0 ≤ x < 1, drawn by the caller."""
    if failures < 1 or not 0 <= jitter < 1:
        raise ValueError("failures count from 1, and jitter lies in [0, 1)")
    step = STEPS[min(failures, len(STEPS)) - 1]
    return step * (1 + JITTER * (2 * jitter - 1))


def next_try(*, failures: int, begun_at: datetime, at: datetime, jitter: float) -> datetime | None:
    """When to try again after a failure at `at`; None when that would be more than a day after it was begun."""
    again = at + wait_after(failures, jitter=jitter)
    return again if again <= begun_at + GIVE_UP_AFTER else None


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    FAILED = "failed"  # may pass: tried again
    REFUSED = "refused"  # will not pass by itself: a person must look
    INTERRUPTED = "interrupted"  # our side died meanwhile


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to: a code for people and statistics, never a text of the other side (it may be personal).

    `status`: the HTTP or SMTP status, if one was received.
    """

    outcome: Outcome
    code: str
    status: int | None = None


DELIVERED = Result(Outcome.DELIVERED, "ok")

# HTTP: what the other side says may pass, among the refusals. Everything else of 4xx and every redirect is final.
PASSING_HTTP = frozenset({401, 403, 404, 408, 409, 421, 423, 425, 429})


def of_http(status: int) -> Result:
    """What an HTTP status means. 401, 403 and 404 are tried again: keys and addresses are being changed at times."""
    if 200 <= status < 300:
        return Result(Outcome.DELIVERED, "ok", status)
    if 300 <= status < 400:
        return Result(Outcome.REFUSED, "redirected", status)
    if status >= 500 or status in PASSING_HTTP:
        return Result(Outcome.FAILED, "http_error", status)
    return Result(Outcome.REFUSED, "http_refused", status)


def of_smtp(status: int, *, stage: str) -> Result:
    """What an SMTP reply means: 2xx taken, 4xx not now, 5xx never (RFC 5321, 4.2.1). `stage` names the command."""
    if 200 <= status < 300:
        return Result(Outcome.DELIVERED, "ok", status)
    if 500 <= status < 600:
        return Result(Outcome.REFUSED, f"smtp_{stage}_refused", status)
    return Result(Outcome.FAILED, f"smtp_{stage}_later", status)


SENTENCES: dict[str, str] = {
    "ok": "The other side confirmed that it has the message.",
    "collected": "The agency fetched the message.",
    "acknowledged": "An officer of the agency acknowledged receipt.",
    "interrupted": "Our worker ended in the middle of the attempt: whether it arrived is unknown, so it is sent again.",
    "no_address": "No delivery address of this channel is on record for the agency. Enter one, then replay.",
    "no_key": "No signing key is in force for the agency's webhook. Issue one, then replay.",
    "no_relay": "This installation has no mail relay (DELIVERY_SMTP). Set one, then replay.",
    "address_refused": "The address is not one that may be reached (not https, or not a public address). Correct it.",
    "unresolved": "The name of the agency's server could not be resolved.",
    "unreachable": "No connection to the other side.",
    "untrusted": "The other side's TLS certificate is not valid for its name.",
    "timeout": "The other side did not answer in time.",
    "dropped": "The connection broke off: whether the message arrived is unknown, so it is sent again.",
    "answer_too_large": "The other side's answer was larger than an acknowledgement may be.",
    "redirected": "The other side redirected us. Redirects are not followed: enter the new address.",
    "http_error": "The other side answered with an error that may pass.",
    "http_refused": "The other side refused the message for good.",
    "no_tls": "The mail relay offers no encryption.",
    "folder_error": "The agency's folder could not be written.",
    "source_error": "The message could not be read on our side.",
    "uncollected": "Nobody fetched the message for a day. Tell the agency.",
    "unexpected": "An unexpected error on our side; the log of the worker says more.",
}


def sentence_of(code: str) -> str:
    """The code of an attempt, for people."""
    if code.startswith("smtp_"):
        later = code.endswith("_later")
        return (
            "The mail relay asked us to come back later." if later else "The mail relay refused the message for good."
        )
    return SENTENCES.get(code, "An error that has no name yet.")
