# SPDX-License-Identifier: Apache-2.0
"""What the programme found so far, and what it would find if every agency submitted: an estimate that says how firm."""
