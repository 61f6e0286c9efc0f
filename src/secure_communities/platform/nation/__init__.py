# SPDX-License-Identifier: Apache-2.0
"""The synthetic nation: real states and counties, and invented agencies and staff, for the demo and the tests.

In: the tables in `data/` and a moment. Out: rows written through the services of agencies and accounts.
"""
