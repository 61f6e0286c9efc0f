# SPDX-License-Identifier: Apache-2.0
"""The outbox: everything that must reach another organisation, sent at least once, in order, until it arrived.

In: a reference to a message and its recipient. Out: attempts on a channel, a delivered message or a dead letter that
somebody sees. Knows no message: the app that owns one registers a `Source` that hands out its bytes.
"""
