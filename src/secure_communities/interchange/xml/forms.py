# SPDX-License-Identifier: Apache-2.0
"""Lexical forms: a value of the traditional file ↔ the text of an XML element. Either way round nothing is lost.

A value that is not of its form is carried as it is, so that a validator, not the reader, judges it."""

from __future__ import annotations

import re
from collections.abc import Callable

_DAY, _XML_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z", re.ASCII)
_XML_TIME = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z", re.ASCII)
_WORDS = {"Y": "true", "N": "false"}
_LETTERS = {word: letter for letter, word in _WORDS.items()}
# What XML 1.0 can write at all; a carriage return is written as a character reference.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _to_day(value: str) -> str:
    found = _DAY.fullmatch(value)
    return "-".join(found.groups()) if found else value


def _from_day(text: str) -> str:
    found = _XML_DAY.fullmatch(text)
    return "".join(found.groups()) if found else text


def _to_time(value: str) -> str:
    found = _TIME.fullmatch(value)
    return "{}-{}-{}T{}:{}:{}Z".format(*found.groups()) if found else value


def _from_time(text: str) -> str:
    found = _XML_TIME.fullmatch(text)
    return "".join(found.groups()) + "Z" if found else text


def _same(text: str) -> str:
    return text


_FORMS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "text": (_same, _same),
    "date": (_to_day, _from_day),
    "utc": (_to_time, _from_time),
    "indicator": (lambda value: _WORDS.get(value, value), lambda text: _LETTERS.get(text, text)),
}


def to_text(value: str, form: str) -> str | None:
    """The text of the element; None for a value that XML cannot carry or that would come back as another one."""
    write, read = _FORMS[form]
    text = write(value)
    return None if _UNWRITABLE.search(text) or read(text) != value else text


def from_text(text: str, form: str) -> str:
    """The value of the field."""
    return _FORMS[form][1](text)


def cut(value: str, mark: int | str) -> list[str]:
    """The parts of a value that is written in two elements; the second is absent when there is nothing to cut off."""
    if isinstance(mark, int):
        return [value[:mark], value[mark:]]
    head, found, tail = value.partition(mark)
    return [head, tail] if found else [head]


def joined(parts: list[str], mark: int | str) -> str:
    """The value of such parts."""
    return ("" if isinstance(mark, int) else mark).join(parts)
