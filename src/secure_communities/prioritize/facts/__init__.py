# SPDX-License-Identifier: Apache-2.0
"""What a priority is computed from: facts gathered from records, findings and circumstances that officers state."""
