# SPDX-License-Identifier: Apache-2.0
"""Messages as people read them: the text fields of a transaction with their names, and the text inside 2.075.

In: bytes and media type. Out: text, and the context of the message viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange import files
from secure_communities.interchange.itl import CodecError

TEXT_FIELD = "2.075"  # ERS: the rap sheet, or the text of a notice
NAMES: Mapping[str, str] = {
    "1.004": "Type of transaction", "1.005": "Date", "1.007": "To", "1.008": "From", "1.009": "Control number",
    "1.010": "Answers control number", "1.014": "Sent (GMT)", "2.006": "Attention", "2.007": "Send copy to",
    "2.009": "Agency case", "2.010": "Contributor case", "2.014": "FBI number", "2.015": "State number",
    "2.018": "Name", "2.059": "Result", "2.060": "Message", "2.070": "Rap sheet asked for",
    "2.073": "Controlling agency", "2.075": "Text", "2.087": "Treat as adult",
}  # fmt: skip
MEANINGS = {("2.059", "I"): "I (identified)", ("2.059", "N"): "N (not identified)"}

TITLES: Mapping[str, tuple[str, str]] = {
    MessageKind.FIRST: ("First response: the criminal answer (SRE)", "criminal"),
    MessageKind.ERROR: ("Error response (ERRT)", "criminal"),
    MessageKind.NO_MATCH: ("Notice: no record found (IDR)", "immigration"),
    MessageKind.PENDING: ("Notice: the answer is still pending (IDR)", "immigration"),
    MessageKind.SECOND: ("Second response: the determination (IDR and IAR)", "immigration"),
    MessageKind.QUERY: ("Status query to the support centre (IAQ)", "immigration"),
    MessageKind.ACKNOWLEDGEMENT: ("Acknowledgement by the support centre", "immigration"),
    MessageKind.SUPPORT_RESPONSE: ("Response of the support centre (IAR)", "immigration"),
}
STATES: Mapping[str, tuple[str, str]] = {
    MessageState.HELD: ("Waits for the first response", "working"),
    MessageState.READY: ("Ready to be fetched", "working"),
    MessageState.DELIVERED: ("Delivered", "good"),
}
HELD = "It is written when it leaves: after the first response, from the records as they are then.\n"
LABEL_WIDTH = 24


def text_of(content: bytes, media_type: str) -> str:
    """The message as text: a transaction's Type-1 and Type-2 fields line by line, its long text below them."""
    if media_type.startswith("text/"):
        return content.decode("utf-8", "replace")
    try:
        transaction = files.read(content)
    except CodecError as error:
        return f"This message cannot be shown as text: {error}"
    lines, body = [], []
    for record in (*transaction.of_type(1), *transaction.of_type(2)):
        for field in record.fields:
            if field.tag == TEXT_FIELD:
                body += ["", *(record.text(TEXT_FIELD) or "").replace("\r\n", "\n").split("\n")]
            elif field.tag in NAMES:
                value = " / ".join(" ".join(item for item in items if item) for items in field.values)
                shown = MEANINGS.get((field.tag, value), value)
                lines.append(f"{field.tag}  {NAMES[field.tag]:<{LABEL_WIDTH}}{shown}")
    return "\n".join([*lines, *body]).rstrip() + "\n"


def viewer(
    *,
    kind: str,
    state: str,
    text: str,
    at: datetime | None,
    sender: str,
    recipient: str,
    tcn: str,
    download_url: str = "",
    pdf_url: str = "",
    xml_url: str = "",
    extension: str = "ebts",
) -> dict[str, Any]:
    """The context of the message viewer."""
    title, lane = TITLES[kind]
    worded, tone = STATES[state]
    return {
        "title": title, "lane": lane, "text": text, "at": at, "sender": sender, "recipient": recipient,
        "reference": tcn, "state": worded, "tone": tone, "download_url": download_url,
        "pdf_url": pdf_url,
        "xml_url": xml_url,
        "file_name": f"{tcn}.{extension}",
    }  # fmt: skip
