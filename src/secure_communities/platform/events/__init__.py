# SPDX-License-Identifier: Apache-2.0
"""The event log: append-only, typed, hash-chained after the fact. The spine that timelines and audits read.

In: what happened, to what, by whom, why. Out: rows nobody can change unseen. Knows only `keys`.
"""
