# SPDX-License-Identifier: Apache-2.0
"""Intake: the one inbox. A file comes in by API, folder or command; it is kept, checked and prepared for both searches.

Unique on (ORI, TCN): the same bytes again return the stored answers, other bytes are refused.
"""
