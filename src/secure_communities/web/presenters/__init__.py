# SPDX-License-Identifier: Apache-2.0
"""Presenters: pure functions from rows and facts to what the components take. No query, no clock, no request."""
