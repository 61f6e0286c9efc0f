# SPDX-License-Identifier: Apache-2.0
"""Names, dates and aliases: cleaned, compared, weighed. It ranks records to look at; no score ever joins records.

In: what records say of a person (`Features`). Out: keys under which records are found, weights with their reasons.
"""
