# SPDX-License-Identifier: Apache-2.0
"""Figures of the programme: what came in, what matched, how grave, how complete, how fast; reads only."""
