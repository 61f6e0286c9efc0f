# SPDX-License-Identifier: Apache-2.0
"""Audit, statistics, redress, expunction and retention: reads the event log, owned by nobody it watches."""
