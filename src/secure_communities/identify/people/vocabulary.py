# SPDX-License-Identifier: Apache-2.0
"""The closed lists of this subject: kinds of source record, grounds of an assignment, rules, changes, opinions."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """Where a source record comes from."""

    CRIMINAL = "CRIMINAL"
    IMMIGRATION = "IMMIGRATION"
    SUBMISSION = "SUBMISSION"
    EVIDENCE = "EVIDENCE"


class Basis(StrEnum):
    """On what ground a record is a person's. A score is not among them."""

    FIRST_SEEN = "FIRST_SEEN"  # a person of its own
    SAME_SOURCE = "SAME_SOURCE"  # a later version of a record that is the person's already
    ENROLMENT = "ENROLMENT"  # the record was opened from this submission's own prints
    CONFIRMED_PRINT = "CONFIRMED_PRINT"
    MERGE = "MERGE"
    SPLIT = "SPLIT"
    UNDO = "UNDO"


BY_PRINTS = frozenset({Basis.ENROLMENT, Basis.CONFIRMED_PRINT})
BY_HUMANS = frozenset({Basis.MERGE, Basis.SPLIT, Basis.UNDO})


class ChangeKind(StrEnum):
    """What a proposed change would do."""

    MERGE = "MERGE"
    SPLIT = "SPLIT"
    UNDO = "UNDO"


class RuleKind(StrEnum):
    """What a link rule says of two records."""

    MUST_LINK = "MUST_LINK"
    MUST_NOT_LINK = "MUST_NOT_LINK"


class Opinion(StrEnum):
    """What a person says after looking at two records."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    UNDECIDED = "UNDECIDED"
