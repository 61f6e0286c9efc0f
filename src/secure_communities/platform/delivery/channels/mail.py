# SPDX-License-Identifier: Apache-2.0
"""A mail with the file attached, over the operator's own relay. STARTTLS when offered, demanded of relays elsewhere.

The envelope goes to the one mailbox the register holds for the agency. Subject and text name numbers, never a person.
"""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from secure_communities.platform.delivery import rules
from secure_communities.platform.delivery.parcels import Parcel
from secure_communities.platform.delivery.rules import DELIVERED, Outcome, Result
from secure_communities.platform.delivery.targets import BadTarget, mailbox

TEXT = """\
A response to submission {answers} is attached.

Synthetic data only. The attached file is a transaction for your booking system; its number is {number}.
If this mail arrives twice, it is the same response: your system takes it once.
A match is not a statement of guilt, of unlawful presence or of citizenship, and not a detainer.
"""


@dataclass(frozen=True, slots=True)
class Relay:
    """The operator's mail relay: `host:port`, the sender's mailbox, a user and a password where it wants them."""

    address: str
    sender: str
    user: str = ""
    password: str = ""
    demand_tls: bool = True  # a relay on this machine is believed without

    @property
    def place(self) -> tuple[str, int]:
        """Host and port; 25 where none is named."""
        host, _, port = self.address.rpartition(":")
        return (host.strip("[]"), int(port)) if host else (self.address, 25)


class _Client(smtplib.SMTP):
    """A client that knows its host before it connects: what STARTTLS checks the certificate against."""

    def __init__(self, host: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._host = host


def compose(parcel: Parcel, *, to: str, sender: str, at: datetime) -> EmailMessage:
    """The mail. Its Message-ID is the parcel's number, the same at every attempt."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = mailbox(sender), mailbox(to)
    mail["Subject"] = f"Response {parcel.number}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{parcel.number}@{sender.rpartition('@')[2]}>"
    mail["Idempotency-Key"] = parcel.number
    mail["SC-Message"] = f"kind={parcel.kind}; version={parcel.version}"
    mail["Auto-Submitted"] = "auto-generated"
    # What came from outside stands in the text alone, in plain characters, never in a header.
    answers = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in parcel.answers)
    mail.set_content(TEXT.format(answers=answers, number=parcel.number))
    kind, _, subtype = parcel.media_type.partition(";")[0].partition("/")
    if kind != "application":  # a text would be re-coded on its way; bytes stay as they are
        kind, subtype = "application", "octet-stream"
    mail.add_attachment(parcel.content, maintype=kind, subtype=subtype, filename=parcel.file_name)
    return mail


def send(
    parcel: Parcel,
    *,
    to: str,
    relay: Relay | None,
    at: datetime,
    limit: float = rules.ATTEMPT_LIMIT.total_seconds(),
    trust: ssl.SSLContext | None = None,
) -> Result:
    """Hand the parcel to the relay. `limit`: seconds for the whole attempt."""
    if relay is None:
        return Result(Outcome.REFUSED, "no_relay")
    try:
        mail = compose(parcel, to=to, sender=relay.sender, at=at)
    except BadTarget:
        return Result(Outcome.REFUSED, "address_refused")
    host, port = relay.place
    client = _Client(host, limit)
    cut = threading.Event()
    stage = "connect"
    try:
        with _deadline(client, limit, cut):
            code, _ = client.connect(host, port)
            if code != 220:
                return rules.of_smtp(code, stage=stage)
            stage = "hello"
            client.ehlo_or_helo_if_needed()
            if client.has_extn("starttls"):
                client.starttls(context=trust or ssl.create_default_context())
                client.ehlo()
            elif relay.demand_tls and not _is_loopback(client.sock):
                return Result(Outcome.REFUSED, "no_tls")
            if relay.user:
                stage = "login"
                client.login(relay.user, relay.password)
            return _hand_over(client, mail, sender=relay.sender, to=to)
    except smtplib.SMTPDataError as refused:
        return rules.of_smtp(refused.smtp_code, stage="data")
    except smtplib.SMTPResponseException as refused:
        return rules.of_smtp(refused.smtp_code, stage=stage)
    except (TimeoutError, socket.gaierror, OSError, smtplib.SMTPException) as error:
        return Result(Outcome.FAILED, _code_of(error, cut))


def _hand_over(client: smtplib.SMTP, mail: EmailMessage, *, sender: str, to: str) -> Result:
    code, _ = client.mail(sender)
    if not 200 <= code < 300:
        return rules.of_smtp(code, stage="sender")
    code, _ = client.rcpt(to)
    if not 200 <= code < 300:
        return rules.of_smtp(code, stage="recipient")
    code, _ = client.data(mail.as_bytes())
    if 200 <= code < 300:
        with suppress(smtplib.SMTPException, OSError):  # it has the mail: how it says good-bye is its own affair
            client.quit()
        return Result(DELIVERED.outcome, DELIVERED.code, code)
    return rules.of_smtp(code, stage="data")


@contextmanager
def _deadline(client: smtplib.SMTP, limit: float, cut: threading.Event) -> Iterator[None]:
    """Cut the connection at the deadline, however slowly the other side keeps talking; close it in any case."""

    def end() -> None:
        cut.set()
        with suppress(OSError):
            if client.sock is not None:
                client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        client.close()


def _code_of(error: Exception, cut: threading.Event) -> str:
    if cut.is_set() or isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, socket.gaierror):
        return "unresolved"
    if isinstance(error, ssl.SSLError):
        return "untrusted"
    if isinstance(error, ConnectionRefusedError):
        return "unreachable"
    return "dropped"


def _is_loopback(connection: socket.socket | None) -> bool:
    return connection is not None and ipaddress.ip_address(connection.getpeername()[0].partition("%")[0]).is_loopback
