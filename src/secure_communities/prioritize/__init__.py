# SPDX-License-Identifier: Apache-2.0
"""Pillar 2: facts, assessments, overrides, queues and deployment. Built with capability 4."""
