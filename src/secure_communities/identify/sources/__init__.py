# SPDX-License-Identifier: Apache-2.0
"""The registers that evidence is gathered from: five synthetic ones of the nation, and our own criminal register.

Each stands behind the port of `identify/evidence`. An operator can take one down, in several ways, with a reason.
"""
