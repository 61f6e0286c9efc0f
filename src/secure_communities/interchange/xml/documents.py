# SPDX-License-Identifier: Apache-2.0
"""Bytes → element tree, hardened: limits before parsing, no document type, no entities, no network, UTF-8 only.

The same checks guard every XML document that comes from outside. Errors are CodecErrors with the line in the text."""

from __future__ import annotations

import re
from typing import NoReturn

from lxml import etree

from secure_communities.interchange.itl import CodecError, shown
from secure_communities.interchange.xml import limits

_MARK = b"\xef\xbb\xbf"
_DECLARATION = re.compile(
    rb"<\?xml\s+version\s*=\s*[\"']([^\"']*)[\"'](?:\s+encoding\s*=\s*[\"']([^\"']*)[\"'])?[^?]*\?>"
)
_ENCODINGS = frozenset({b"", b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def looks_like_xml(data: bytes) -> bool:
    """Whether the first character that is no space is `<`, or the file starts with a two-byte mark of UTF-16."""
    head = data[:512].removeprefix(_MARK).lstrip(b" \t\r\n")
    return head[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff")


def read_tree(data: bytes) -> etree._Element:
    """The root element. Raises CodecError: E0003 a limit, E0002 a character or encoding, E0005 structure."""
    data = data.removeprefix(_MARK).lstrip(b" \t\r\n")
    _check_bytes(data)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=False, strip_cdata=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        _refuse(error)
    if root.getprevious() is not None or root.getnext() is not None:
        raise CodecError("E0005", "the XML has a processing instruction beside its root element")
    return root


def _check_bytes(data: bytes) -> None:
    if len(data) > limits.DOCUMENT_BYTES:
        raise CodecError("E0003", f"the file has {len(data)} bytes; at most {limits.DOCUMENT_BYTES} are read")
    if declared := _DECLARATION.match(data):
        if declared[1] != b"1.0":
            raise CodecError("E0002", f"XML version {shown(declared[1])} is not read, only 1.0")
        if (declared[2] or b"").lower() not in _ENCODINGS:
            raise CodecError("E0002", f"the encoding {shown(declared[2])} is not read, only UTF-8")
    if data[:1] != b"<" or b"\x00" in data[:4]:
        raise CodecError("E0002", "the file is no XML in UTF-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise CodecError("E0005", "a document type (DOCTYPE) or entity is declared; none is read")
    if (count := data.count(b"<")) > limits.MARKUP:
        raise CodecError("E0003", f"the XML has {count} tags; at most {limits.MARKUP} are read")
    if (count := data.count(b'"') + data.count(b"'")) > limits.QUOTES:
        raise CodecError("E0003", f"the XML has {count} quotation marks; at most {limits.QUOTES} are read")


def _refuse(error: etree.XMLSyntaxError) -> NoReturn:
    """Say it in our words: the parser's message may repeat what came in."""
    line = error.lineno or 0
    text = str(error.msg or "")
    if "depth" in text.lower():
        raise CodecError("E0003", f"elements are nested too deep (line {line})") from None
    if "huge" in text.lower() or "too long" in text.lower() or "too big" in text.lower():
        raise CodecError("E0003", f"one element holds more than ten million characters (line {line})") from None
    if "Char" in text or "encoding" in text.lower() or "UTF-8" in text or "code point" in text:
        raise CodecError("E0002", f"a character that XML in UTF-8 does not allow (line {line})") from None
    if "ntity" in text:
        raise CodecError("E0005", f"an entity that is not one of the five of XML itself (line {line})") from None
    raise CodecError("E0005", f"the XML is not well-formed (line {line})") from None
