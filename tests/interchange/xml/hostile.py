# SPDX-License-Identifier: Apache-2.0
"""XML that attacks its reader, by name: refused before, or while, it is parsed. None has a readable header."""

from __future__ import annotations

from collections.abc import Mapping

XINCLUDE = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'

HOSTILE_XML: Mapping[str, bytes] = {
    "entity bomb": b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
    "external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "external document type": b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://localhost/x.dtd"><a/>',
    "undeclared entity": b"<a>&passwd;</a>",
    "million elements": b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
    "comments": b"<a>" + b"<!---->" * 500_000 + b"</a>",
    "deep": b"<a>" * 20_000 + b"</a>" * 20_000,
    "one long text": b"<a>" + b"x" * 20_000_000 + b"</a>",
    "one long name": b"<" + b"a" * 20_000_000 + b"/>",
    "attributes": b"<a " + b" ".join(b'b%d="1"' % number for number in range(100_000)) + b"/>",
    "namespaces": b"<a " + b" ".join(b'xmlns:b%d="u"' % number for number in range(100_000)) + b"/>",
    "equals signs": b"<a>" + b"= " * 10_000_000,
    "control character": b"<a>\x1c</a>",
    "referenced control character": b"<a>&#1;</a>",
    "broken UTF-8": b"<a>\xff\xfe</a>",
    "UTF-16": '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
    "UTF-7": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "XML 1.1": b'<?xml version="1.1"?><a/>',
    "another root": b"<html><body/></html>",
    "cut off": b"<a><b>",
}
