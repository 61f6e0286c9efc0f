# SPDX-License-Identifier: Apache-2.0
"""Data keys: one per person, wrapped by the master key; destroying one makes all that it sealed unreadable.

In: plain bytes and a context. Out: AES-256-GCM boxes. Knows no other app.
"""
