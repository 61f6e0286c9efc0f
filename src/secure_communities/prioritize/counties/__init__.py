# SPDX-License-Identifier: Apache-2.0
"""Counties over the months of the programme: what the register says, who submits, how ready each is, what is planned.

It stores nothing of its own and reads agencies, submissions, readiness and plans.
"""
