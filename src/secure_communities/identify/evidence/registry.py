# SPDX-License-Identifier: Apache-2.0
"""The sources that can be asked: each adapter is registered once, when its app is ready. No Django."""

from __future__ import annotations

from secure_communities.identify.evidence.ports import EvidenceSource, SourceCode

_SOURCES: dict[SourceCode, EvidenceSource] = {}


class UnknownSource(LookupError):
    """No adapter stands behind that code."""


def register(source: EvidenceSource) -> None:
    """Put an adapter behind its code; a second one in its place is a programming error."""
    if _SOURCES.setdefault(source.code, source) is not source:
        raise ValueError(f"{source.code} has an adapter already")


def source(code: str) -> EvidenceSource:
    """The adapter behind a code. Raises UnknownSource."""
    try:
        return _SOURCES[SourceCode(code)]
    except (KeyError, ValueError):
        raise UnknownSource(f"No source {code} can be asked here.") from None


def all_sources() -> tuple[EvidenceSource, ...]:
    """Every adapter, in the order of the codes."""
    return tuple(_SOURCES[code] for code in SourceCode if code in _SOURCES)
