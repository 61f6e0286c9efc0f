# SPDX-License-Identifier: Apache-2.0
"""Stored plans of the roll-out: computed from the register and the bookings, approved by another person, compared."""
