# SPDX-License-Identifier: Apache-2.0
"""Background work on PostgreSQL: the queues, the retry rule, recovery of jobs whose worker died, and upkeep."""
