# SPDX-License-Identifier: Apache-2.0
"""Sealed backups of the database, and their way back into an empty installation.

In: a passphrase, a file. Out: an archive that opens whole or not at all. Knows the keys and the event log, no app.
"""
