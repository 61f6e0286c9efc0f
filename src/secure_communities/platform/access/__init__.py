# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one literal policy map, asked by every service before it acts. No models, no Django.

In: an actor that knows its roles, a permission, the thing concerned. Out: allowed, or refused with a sentence.
"""
