# SPDX-License-Identifier: Apache-2.0
"""Forecasts, simulations and plans as pure functions."""
