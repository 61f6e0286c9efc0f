# SPDX-License-Identifier: Apache-2.0
"""The one error of the text messages: code, tag, and a sentence that says what to do."""

from __future__ import annotations

from typing import Final

MISSING: Final = "E0001"
INVALID: Final = "E0002"
OUT_OF_RANGE: Final = "E0003"
STRUCTURE: Final = "E0005"
RELATIONSHIP: Final = "E0006"


class MessageError(Exception):
    """A message that cannot be written or read: `code` (as in EBTS MSG texts), `tag` ("" for the whole), `message`."""

    def __init__(self, code: str, tag: str, message: str) -> None:
        super().__init__(f"{code}: {tag}: {message}" if tag else f"{code}: {message}")
        self.code = code
        self.tag = tag
        self.message = message

    def __reduce__(self) -> tuple[type[MessageError], tuple[str, str, str]]:
        return type(self), (self.code, self.tag, self.message)
