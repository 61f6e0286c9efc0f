# SPDX-License-Identifier: Apache-2.0
"""The field offices' work in its order: by level, clock and waiting; the levers of that order; the fair share."""
