# SPDX-License-Identifier: Apache-2.0
"""Emergency access: somebody whose role does not open a record opens one, for an hour, to read, with a reason.

In: a control number, a reason. Out: what the booking says of the person, nothing of the immigration side; each opening
and each reading an event, and each opening reviewed afterwards by somebody else.
"""
