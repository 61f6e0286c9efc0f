# SPDX-License-Identifier: Apache-2.0
"""The demonstration: ten invented people, their bookings, and the staff who work on them over HTTP."""
