# SPDX-License-Identifier: Apache-2.0
"""A transaction file in either of its two forms: the traditional encoding of `itl`, or the NIEM XML of `xml`.

The form is read off the first bytes, never off a name or a header of the transport. Both give the same Transaction."""

from __future__ import annotations

from enum import StrEnum

from secure_communities.interchange import itl, xml
from secure_communities.interchange.itl import Header, Transaction

_MEDIA_TYPES = {"traditional": "application/vnd.ebts", "xml": "application/xml"}
_SUFFIXES = {"traditional": "ebts", "xml": "xml"}


class Form(StrEnum):
    """How the records of a transaction are written down."""

    TRADITIONAL = "traditional"
    XML = "xml"

    @property
    def media_type(self) -> str:
        """The media type a file of this form is sent as."""
        return _MEDIA_TYPES[self]

    @property
    def suffix(self) -> str:
        """The end of its file name, without the dot."""
        return _SUFFIXES[self]


def form_of(data: bytes) -> Form:
    """The form of a file: XML when its first character is `<`, which no traditional file can begin with."""
    return Form.XML if xml.looks_like_xml(data) else Form.TRADITIONAL


def suffix_of(media_type: str) -> str:
    """The end of the file name of a message of this media type: `ebts`, `xml` or `txt`."""
    if media_type.startswith("text/"):
        return "txt"
    return next((form.suffix for form in Form if form.media_type == media_type), Form.TRADITIONAL.suffix)


def read(data: bytes) -> Transaction:
    """The transaction in a file of either form. Raises CodecError."""
    return xml.parse(data) if form_of(data) is Form.XML else itl.parse(data)


def read_header(data: bytes) -> Header | None:
    """What stands readable in Type-1, in either form; None if nothing does. Never raises."""
    return xml.read_header(data) if form_of(data) is Form.XML else itl.read_header(data)


def write(transaction: Transaction, form: Form) -> bytes:
    """The file of a transaction. Raises CodecError for what the XML of our subset has no place for."""
    return xml.emit(transaction) if form is Form.XML else itl.emit(transaction)
