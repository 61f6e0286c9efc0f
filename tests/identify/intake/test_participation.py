# SPDX-License-Identifier: Apache-2.0
"""S9: a submission without participation on record for that day is not searched in the immigration register."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services
from secure_communities.identify.intake.models import Probe
from secure_communities.identify.intake.states import Immigration
from secure_communities.platform.agencies.vocabulary import Consent, Purpose
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_county, a_participation, an_ori

pytestmark = pytest.mark.django_db


def assert_not_searched(submission) -> None:
    assert submission.immigration_state == Immigration.NOT_SEARCHED
    assert not Probe.objects.filter(submission=submission, register=Register.IMMIGRATION).exists()
    a.an_immigration_subject()
    a.search_immigration(submission)
    assert not Event.objects.filter(kind="immigration:searched").exists()
    assert Event.objects.filter(kind="immigration:not-searched").count() == 1


def test_without_an_entry_the_immigration_register_is_not_searched() -> None:
    assert_not_searched(a.an_accepted_submission(a.a_jail(participating=False)))


@pytest.mark.parametrize(
    "entry",
    [
        {"starts_on": date(2026, 11, 23)},
        {"consent": Consent.PENDING},
        {"consent": Consent.OBJECTED},
        {"purpose": Purpose.COMMUNITY_SUPERVISION},
    ],
    ids=["not yet begun", "consent pending", "jurisdiction objects", "another purpose's switch"],
)
def test_an_entry_that_does_not_hold_for_that_day_and_purpose_does_not_count(entry: dict) -> None:
    jail = a.a_jail(participating=False)
    a_participation(a_county(), **entry)
    assert_not_searched(a.an_accepted_submission(jail))


def test_with_participation_on_record_it_is_searched() -> None:
    a.an_immigration_subject()
    submission = a.search_immigration(a.an_accepted_submission())
    assert submission.immigration_state == Immigration.EXAMINER


def test_community_supervision_goes_under_its_own_switch() -> None:
    office = an_ori("ZZTX80101", purpose=Purpose.COMMUNITY_SUPERVISION)
    a_participation(a_county())  # the booking switch alone
    first = a.an_accepted_submission(office)
    assert first.immigration_state == Immigration.NOT_SEARCHED
    a_participation(a_county(), purpose=Purpose.COMMUNITY_SUPERVISION)
    assert a.an_accepted_submission(office).immigration_state == Immigration.WAITING


def test_the_database_refuses_a_probe_on_the_immigration_side_without_participation() -> None:
    submission = a.an_accepted_submission(a.a_jail(participating=False))
    with pytest.raises(IntegrityError, match="S9"), transaction.atomic():
        services.keep_probe(submission, register=Register.IMMIGRATION, tenprint=a.fingers(1), at=a.AT)


def test_the_criminal_side_does_not_depend_on_participation() -> None:
    a.a_criminal_subject()
    submission = a.search_criminal(a.an_accepted_submission(a.a_jail(participating=False)))
    assert submission.criminal_state == "answered"
