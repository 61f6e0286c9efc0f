# SPDX-License-Identifier: Apache-2.0
"""Who takes part, since when and on what ground: states, counties, agencies, ORIs and the participation register.

In: facts about jurisdictions, entered with a reason. Out: whether a submission may be searched in the immigration
register, who receives the answer, and which field office serves a county.
"""
