# SPDX-License-Identifier: Apache-2.0
"""The two registers' enrolled prints, and searches of them.

The database rows (sealed templates and images) are the register; the memory-mapped gallery is a cache that
catches up with them before each search and can be rebuilt at any time.
"""
