# SPDX-License-Identifier: Apache-2.0
"""Examination: people compare a probe with the machine's candidates and decide.

The immigration side needs two examiners who each identified the same candidate (S1); the database holds that too.
"""
