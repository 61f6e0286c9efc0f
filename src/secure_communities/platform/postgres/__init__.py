# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL that starts with the program: `with ensure_running(var) as database: …`.

In: the folder where the installation keeps its state. Out: the addresses of one database for two roles,
`sc_owner` (owns the schema, migrates) and `sc_app` (the running system, owns nothing). Imports no Django.
"""

from __future__ import annotations

from secure_communities.platform.postgres.errors import DatabaseUnavailable
from secure_communities.platform.postgres.launcher import Database, ensure_running

__all__ = ["Database", "DatabaseUnavailable", "ensure_running"]
