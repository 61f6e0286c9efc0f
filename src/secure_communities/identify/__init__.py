# SPDX-License-Identifier: Apache-2.0
"""Pillar 1: intake, galleries, records, examination, research and responses.

A booking file comes in; two registers are searched; people confirm, research and sign; responses go out.
Never learns a priority: a matcher must not depend on how dangerous someone is thought to be.
"""
