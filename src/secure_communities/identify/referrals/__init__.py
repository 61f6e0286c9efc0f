# SPDX-License-Identifier: Apache-2.0
"""Referrals: each signed determination goes to the field office of the area, without any priority.

In: a determination. Out: a row and an event that higher floors subscribe to.
"""
