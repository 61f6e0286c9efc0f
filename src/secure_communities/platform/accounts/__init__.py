# SPDX-License-Identifier: Apache-2.0
"""Who acts: the people who sign in, the roles they hold and until when, and the keys of booking systems.

In: names, grants with a reason, presented credentials. Out: the person or the ORI behind a request, or nobody.
"""
