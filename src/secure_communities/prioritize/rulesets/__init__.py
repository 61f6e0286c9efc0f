# SPDX-License-Identifier: Apache-2.0
"""Rule sets in store: signed versions, which one orders the work from when, and shadow runs before that."""
