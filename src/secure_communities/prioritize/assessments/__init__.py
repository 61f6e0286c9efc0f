# SPDX-License-Identifier: Apache-2.0
"""Assessments: what the rules said of a case, when, on which inputs; and what stands now."""
