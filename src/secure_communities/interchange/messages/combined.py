# SPDX-License-Identifier: Apache-2.0
"""The combined second response: data response, separator, immigration response, both about one submission.

Where the second is not there in time, its place says `IAR:PENDING` and a later response brings it. A receiver accepts
the two parts in either order and keeps one message for each `identity_key`. NO_MATCH and ERROR have no second part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from secure_communities.interchange.messages.disclosure import Protection
from secure_communities.interchange.messages.errors import RELATIONSHIP, STRUCTURE, MessageError
from secure_communities.interchange.messages.iar import ImmigrationResponse
from secure_communities.interchange.messages.idr import ImmigrationDataResponse, Kind
from secure_communities.interchange.messages.text import LINE_LENGTH, read_lines

SEPARATOR: Final = "-" * LINE_LENGTH
PENDING: Final = "IAR:PENDING"


@dataclass(frozen=True, slots=True)
class CombinedResponse:
    """The second response to one submission; for a MATCH, `answer` None means that the support centre's is pending."""

    data: ImmigrationDataResponse
    answer: ImmigrationResponse | None = None

    def __post_init__(self) -> None:
        if self.answer is None:
            return
        if self.data.kind is not Kind.MATCH:
            raise MessageError(RELATIONSHIP, "", "only a MATCH has a second part")
        if self.answer.tcn != self.data.tcn:
            raise MessageError(RELATIONSHIP, "TCN", "the two parts answer different submissions")
        if self.answer.audience is not self.data.audience:
            raise MessageError(RELATIONSHIP, "CPY", "the two parts are copies for different readers")

    @property
    def tcn(self) -> str:
        """Control number of the submission: the TCR of the transaction that carries this response."""
        return self.data.tcn

    @property
    def pending(self) -> bool:
        """Whether the support centre's answer is still to come."""
        return self.answer is None and self.data.kind is Kind.MATCH

    @property
    def identity_key(self) -> tuple[str, str, int]:
        """(tcn, kind, version): a receiver keeps one message for each; the supplement is of another kind."""
        if self.answer is None:
            return self.tcn, f"SECOND-{'PENDING' if self.pending else self.data.kind}", self.data.version
        return self.tcn, "SECOND", max(self.data.version, self.answer.version)

    def for_agency(self, *, protected_answer: Kind) -> Self:
        """Both parts as the jail may see them.

        If either part may not show the person, neither does: a bare MATCH with a withheld answer, or a bare NO_MATCH
        that stands alone as every NO_MATCH does, as `protected_answer` states.
        """
        data, answer = self.data, self.answer
        cleared = data.protection is Protection.CLEARED and (answer is None or answer.may_show_person)
        if data.kind is not Kind.MATCH or cleared:
            return replace(
                self,
                data=data.for_agency(protected_answer=protected_answer),
                answer=answer and answer.for_agency(),
            )
        silent = answer.withheld() if answer and protected_answer is Kind.MATCH else None
        return replace(self, data=data.bare(protected_answer), answer=silent)

    def encode(self) -> str:
        """Both messages with the separator between them. Raises MessageError."""
        if self.data.kind is not Kind.MATCH:
            return self.data.encode()
        second = f"{PENDING}\n" if self.answer is None else self.answer.encode()
        return f"{self.data.encode()}{SEPARATOR}\n{second}"

    @classmethod
    def decode(cls, message: str | bytes) -> Self:
        """Read both parts, in either order. Raises MessageError."""
        lines = read_lines(message)
        places = [place for place, line in enumerate(lines) if line == SEPARATOR]
        parts = [lines[: places[0]], lines[places[0] + 1 :]] if len(places) == 1 else [lines]
        if len(places) > 1 or not all(parts):
            raise MessageError(STRUCTURE, "", "the message does not have one separator between two parts")
        first, *second = sorted(parts, key=lambda part: not part[0].startswith("IDR/"))
        data = ImmigrationDataResponse.decode("\n".join(first))
        if not second:
            if data.kind is Kind.MATCH:
                raise MessageError(STRUCTURE, "", "a MATCH has a second part or IAR:PENDING")
            return cls(data)
        if data.kind is not Kind.MATCH:
            raise MessageError(RELATIONSHIP, "", "only a MATCH has a second part")
        return cls(data, None if second == [[PENDING]] else ImmigrationResponse.decode("\n".join(second[0])))
