# SPDX-License-Identifier: Apache-2.0
"""The law and the rules as versioned data and pure functions: codes, clocks, criteria."""
