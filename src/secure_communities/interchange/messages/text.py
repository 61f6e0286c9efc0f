# SPDX-License-Identifier: Apache-2.0
"""Lines of text: the banner, the safe repertoire of characters, folding at 72 characters, reading lines back.

A message is lines `TAG:value` in UTF-8; a line that begins with a space continues the one before. Values hold letters,
marks, ASCII digits and a few signs, single-spaced: no control or format character can travel in them."""

from __future__ import annotations

import unicodedata
from typing import Final

from secure_communities.interchange.messages.errors import INVALID, OUT_OF_RANGE, STRUCTURE, MessageError

# No full stop and no slash, so that the same words fit the IAQ, whose items end with a full stop.
BANNER: Final = "A MATCH IS NOT A STATEMENT OF GUILT, OF UNLAWFUL PRESENCE OR OF CITIZENSHIP, AND NOT A DETAINER"

LINE_LENGTH: Final = 72
MAXIMUM_CHARACTERS: Final = 64_000
_SIGNS: Final = frozenset(" .,-'()/:&#?_")
_DIGITS: Final = frozenset("0123456789")


def carries_banner(text: str) -> bool:
    """Whether an encoded message, folded or not, contains the whole banner."""
    return BANNER in unfold(text)


def is_safe(value: str, *, signs: frozenset[str] = _SIGNS) -> bool:
    """Whether every character is a letter, mark, ASCII digit or one of `signs`, single-spaced, starting with a letter,
    digit or parenthesis (nothing that a spreadsheet would take for a formula)."""
    return (
        all(
            character in signs or character in _DIGITS or unicodedata.category(character)[0] in "LM"
            for character in value
        )
        and (not value or value[0] in _DIGITS or value[0] == "(" or unicodedata.category(value[0])[0] == "L")
        and value == " ".join(value.split())
    )


def safe_text(value: str, *, without: str = "./", maximum: int = 2_000) -> str:
    """`value` brought into the repertoire and cut to `maximum`: other characters and `without` become single spaces.

    For text that people typed at a booking desk (attention lines, names, remarks). May return "".
    """
    signs = (_SIGNS - frozenset(without)) | {" "}
    kept = "".join(character if is_safe("A" + character + "A", signs=signs) else " " for character in value)
    words = " ".join(kept.split())
    start = next((index for index, character in enumerate(words) if is_safe(character)), len(words))
    return words[start : start + maximum].rstrip()


def check_value(tag: str, value: str, *, minimum: int = 1, maximum: int = 2_000, without: str = "") -> None:
    """Raise MessageError unless `value` is safe, holds none of `without`, and has `minimum` to `maximum` characters."""
    if not minimum <= len(value) <= maximum:
        raise MessageError(OUT_OF_RANGE, tag, f"has {len(value)} characters; {minimum} to {maximum} are allowed")
    if not is_safe(value, signs=_SIGNS - frozenset(without)):
        raise MessageError(INVALID, tag, "holds a character, a leading sign or spacing that messages may not carry")


def fold(line: str) -> str:
    """`line` cut, between words where it can be, into lines of at most 72 characters; all but the first begin with one
    extra space. A space at the cut moves to the next line."""
    pieces, room = [], LINE_LENGTH
    while len(line) > room:
        space = line.rfind(" ", room // 2, room + 1)
        cut = space if space > 0 else room  # a piece never ends with a space, which might be trimmed on the way
        pieces.append(line[:cut])
        line, room = line[cut:], LINE_LENGTH - 1
    pieces.append(line)
    return "\n ".join(pieces)


def unfold(text: str) -> str:
    """The lines of a message with their continuations joined; LF and CR LF both end a line."""
    return text.replace("\r\n", "\n").replace("\n ", "")


def read_text(message: str | bytes) -> str:
    """A message as text with unfolded lines. Raises MessageError if it is not UTF-8 or too long."""
    if len(message) > MAXIMUM_CHARACTERS:
        raise MessageError(OUT_OF_RANGE, "", f"the message has more than {MAXIMUM_CHARACTERS} characters")
    if isinstance(message, bytes):
        try:
            message = message.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MessageError(INVALID, "", f"the message is not UTF-8 at byte {error.start}") from None
    return unfold(message)


def read_lines(message: str | bytes) -> list[str]:
    """The unfolded lines of a message, blank ones left out; at least one."""
    lines = [line.rstrip() for line in read_text(message).split("\n") if line.strip()]
    if not lines:
        raise MessageError(STRUCTURE, "", "the message is empty")
    return lines
