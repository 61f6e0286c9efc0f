# SPDX-License-Identifier: Apache-2.0
"""Let an ORI of a running system take its responses by a channel, in a process of its own: ORI CHANNEL [TARGET].

Out, on standard output: JSON with the signing key of its webhook, if it has a target.
"""

from __future__ import annotations

import json
import sys

import django


def change(ori: str, channel: str, target: str = "") -> dict[str, str]:
    from secure_communities.platform import clock
    from secure_communities.platform.accounts.models import User
    from secure_communities.platform.agencies import services as agencies
    from secure_communities.platform.agencies.models import OriginatingAgency
    from secure_communities.platform.agencies.vocabulary import Channel, IdrDelivery
    from secure_communities.platform.delivery import addresses

    jail, by = OriginatingAgency.objects.get(ori=ori), User.objects.get(username="administrator.one")
    at = clock.now()
    agencies.set_delivery_preference(
        ori=jail, idr_delivery=IdrDelivery.NO_MATCH_AND_MATCH, state_capable=True, ori_capable=True,
        channel=Channel(channel), starts_on=at.date(), reason="Journey", by=by, at=at,
    )  # fmt: skip
    if not target:
        return {}
    addresses.set_address(ori=jail, channel=Channel(channel), target=target, reason="Journey", by=by, at=at)
    key_id, secret = addresses.issue_signing_key(ori=jail, reason="Journey", by=by, at=at)
    return {key_id: secret}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(change(*sys.argv[1:])))
