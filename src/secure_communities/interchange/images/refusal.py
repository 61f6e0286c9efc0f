# SPDX-License-Identifier: Apache-2.0
"""The one error of this package: an image that is refused, with the EBTS message code and a readable reason."""

from __future__ import annotations

from typing import Final

INVALID_DATA: Final = "E0002"
OUT_OF_RANGE: Final = "E0003"
FIELD_RELATIONSHIP: Final = "E0006"
CODES: Final = frozenset({INVALID_DATA, OUT_OF_RANGE, FIELD_RELATIONSHIP})


class ImageRefused(Exception):
    """The image cannot be used.

    `code` is E0002 (invalid data), E0003 (out of range) or E0006 (two fields disagree); `reason` is one sentence
    that never repeats bytes of the image.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type[ImageRefused], tuple[str, str]]:
        return type(self), (self.code, self.reason)
