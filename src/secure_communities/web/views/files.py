# SPDX-License-Identifier: Apache-2.0
"""Tables as files to carry away: the kind out of the address, and the answer that carries the bytes."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from secure_communities.platform import exports
from secure_communities.platform.exports import About, Format, Table


def format_of(kind: str) -> Format:
    """The kind of file of that name. Raises Http404."""
    try:
        return Format(kind)
    except ValueError:
        raise Http404("no such kind of file") from None


def sent(tables: Sequence[Table], about: About, kind: Format) -> HttpResponseBase:
    """Tables as a file; a file of CSV holds the first. Too many rows for its kind is said in words."""
    try:
        if kind is Format.CSV:
            answer: HttpResponseBase = StreamingHttpResponse(exports.csv_pieces(tables[0]))
        else:
            answer = HttpResponse(
                exports.xlsx_of(tables, about) if kind is Format.XLSX else exports.pdf_of(tables, about)
            )
    except exports.TooLarge as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    answer["Content-Type"] = exports.CONTENT_TYPES[kind]
    answer["Content-Disposition"] = f'attachment; filename="{exports.file_name(about, kind)}"'
    return answer
