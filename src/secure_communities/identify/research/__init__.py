# SPDX-License-Identifier: Apache-2.0
"""Research: the support centre's query, its clock, a specialist's draft, and the officer's signed determination.

A determination exists only when a different user who holds the role authorised officer signs it; the database
refuses anything else.
"""
