# SPDX-License-Identifier: Apache-2.0
"""What the two registers know beside prints: criminal records and immigration records, sealed per person.

In: arrests, charges and dispositions as reported; immigration encounters. Out: rap sheets, identities for the
messages, the protected-person filter. A charge is never a conviction, a code is never read out of words, and
nothing here ranks people.
"""
