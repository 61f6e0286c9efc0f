# SPDX-License-Identifier: Apache-2.0
"""From fingers to a person: the same finger is compared with the same finger only, and what is there is summed.

In: scores by finger position; out: one number. A finger missing on either side says nothing, for or against.
"""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.parameters import NON_MATED_MEAN
from secure_communities.biometrics.template import TenPrint, check_tenprint


def fuse(scores: Mapping[int, float]) -> float:
    """Sum over fingers of how far each score exceeds what two different people reach on average.

    Subtracting that mean makes people with different numbers of usable fingers comparable: an unrelated finger adds
    nothing on average, so having more fingers on file is no advantage by itself.
    """
    return sum(scores[finger] - NON_MATED_MEAN for finger in sorted(scores))


def compare_tenprints(probe: TenPrint, candidate: TenPrint) -> dict[int, float]:
    """Score of every finger that both have. Raises BadTemplate when a finger is filed under another's number."""
    check_tenprint(probe)
    check_tenprint(candidate)
    common = sorted(probe.keys() & candidate.keys())
    return {finger: compare(probe[finger], candidate[finger]).score for finger in common}
