# SPDX-License-Identifier: Apache-2.0
"""Who may be searched, who receives the answer, what a state's NFF membership hides. Pure: facts in, reasons out."""

from __future__ import annotations

CRIMINAL_TOTS: frozenset[str] = frozenset({"CAR", "CNA", "CPDR", "CPNU"})
