# SPDX-License-Identifier: Apache-2.0
"""Work for people: one item per piece of work, claimed with a lease, with a visible clock and a stated order.

One mechanism for all pillars; what an item is about stays with the app that opened it.
"""
