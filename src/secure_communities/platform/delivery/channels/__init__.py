# SPDX-License-Identifier: Apache-2.0
"""How a parcel travels: a folder, a signed web request, a mail. Each takes a parcel and returns a `Result`.

None of them raises for what the other side does, and none knows the database.
"""
