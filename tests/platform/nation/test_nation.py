# SPDX-License-Identifier: Apache-2.0
"""The synthetic nation: real places, invented institutions, every case that the demo and the tests need."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import authenticate
from django.db.models import Count, Q
from django.http import HttpRequest
from django.test import TestCase, override_settings

from secure_communities.platform import identifiers
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies import selectors, services
from secure_communities.platform.agencies.models import (
    AreaOfResponsibility,
    County,
    DeliveryPreference,
    OriginatingAgency,
    Participation,
    State,
)
from secure_communities.platform.agencies.rules import Coverage, Reason
from secure_communities.platform.agencies.vocabulary import AgencyKind, Exit, IdrDelivery, Purpose
from secure_communities.platform.events.models import Event
from secure_communities.platform.nation import tables
from secure_communities.platform.nation.passwords import demo_password
from secure_communities.platform.nation.services import build_nation
from tests.platform.builders import AT, TODAY


class TestNation(TestCase):
    """Built once for all of these tests; each rolls its own changes back."""

    @classmethod
    def setUpClass(cls):
        cls.var = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(override_settings(VAR=cls.var))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.nation = build_nation(at=AT)

    def test_building_again_later_changes_nothing(self):
        events = Event.objects.count()
        assert build_nation(at=AT + timedelta(days=1)) == self.nation
        assert Event.objects.count() == events

    def test_building_again_leaves_what_people_changed(self):
        entry = Participation.objects.get(county="48113", purpose=Purpose.BOOKING)
        manager = User.objects.get(username="manager.one")
        services.end_participation(
            participation=entry, ends_on=TODAY, exit_kind=Exit.WITHDREW, reason="Left", by=manager, at=AT
        )
        services.set_nff_forwarding(
            state=State.objects.get(usps="NC"), forward_subsequent=False, reason="Stopped", by=manager, at=AT
        )
        build_nation(at=AT)
        dallas = selectors.originator("ZZTX00201")
        decision = selectors.immigration_search(dallas, purpose=Purpose.BOOKING, tot="CAR", on=TODAY)
        assert decision.reason_code is Reason.JURISDICTION_LEFT
        assert not State.objects.get(usps="NC").forward_subsequent

    def test_the_places_are_real_and_the_rest_is_of_the_promised_size(self):
        assert (self.nation.states, self.nation.counties) == (51, 3142)
        assert County.objects.get(fips="48201").name == "Harris County"
        assert County.objects.values("state").distinct().count() == 51
        assert len(self.nation.oris[Purpose.BOOKING]) >= 25
        assert len(self.nation.oris[Purpose.COMMUNITY_SUPERVISION]) >= 3
        bureaus = State.objects.filter(agencies__kind=AgencyKind.STATE_BUREAU).distinct().count()
        assert bureaus == 12

    def test_every_county_has_a_field_office(self):
        named = AreaOfResponsibility.objects.values("county")
        states = AreaOfResponsibility.objects.filter(county__isnull=True).values("state")
        served = County.objects.filter(Q(state__in=states) | Q(pk__in=named.filter(county__isnull=False)))
        assert served.count() == 3142
        examples = County.objects.in_bulk(["48201", "48113", "12086"])
        offices = {fips: selectors.field_office_for(county) for fips, county in examples.items()}
        assert offices["48201"].name == "Field office Houston"
        assert offices["48113"].name == "Field office Dallas"
        assert offices["12086"].name == "Field office Miami"

    def test_every_identifier_and_every_name_is_a_reserved_one(self):
        for ori in OriginatingAgency.objects.all():
            assert identifiers.refuse_ori(ori.ori) is None
        for system in ("ZZFBI0001", "ZZIDENT01", "ZZLESC001"):
            assert OriginatingAgency.objects.get(ori=system).purpose == ""
        for user in User.objects.all():
            given, surname = user.display_name.upper().split(" ", 1)
            assert identifiers.refuse_name(f"{surname},{given}") is None
            assert user.is_synthetic

    def test_an_ori_names_the_state_it_lies_in(self):
        for ori in OriginatingAgency.objects.exclude(county=None).select_related("county__state"):
            assert ori.ori[2:4] == ori.county.state.usps

    def test_the_register_holds_every_standing_a_jurisdiction_can_have(self):
        reasons = {
            selectors.immigration_search(ori, purpose=Purpose(ori.purpose), tot="CAR", on=TODAY).reason_code
            for ori in OriginatingAgency.objects.exclude(purpose="").select_related("county__state")
        }
        assert reasons == {
            Reason.ELIGIBLE,
            Reason.NO_PARTICIPATION,
            Reason.PARTICIPATION_NOT_YET,
            Reason.CONSENT_PENDING,
            Reason.JURISDICTION_OBJECTS,
            Reason.JURISDICTION_LEFT,
            Reason.PARTICIPATION_ENDED,
        }

    def test_the_supervision_switch_is_on_in_some_counties_and_off_in_others(self):
        assert "ZZTX80101" in self.nation.participating[Purpose.COMMUNITY_SUPERVISION]
        assert "ZZCA80101" not in self.nation.participating[Purpose.COMMUNITY_SUPERVISION]
        assert "ZZCA00101" in self.nation.participating[Purpose.BOOKING]

    def test_there_are_nff_states_that_forward_and_that_do_not(self):
        effects = {usps: selectors.nff_effect(State.objects.get(usps=usps)).coverage for usps in ("FL", "NC", "TX")}
        assert effects["FL"] is Coverage.FIRST_ARRESTS_ONLY
        assert effects["NC"] is effects["TX"] is Coverage.ALL_ARRESTS
        nff = set(State.objects.filter(nff=True).values_list("usps", flat=True))
        assert nff == {"CO", "FL", "NJ", "NC", "OK", "OR", "MT", "KS"}

    def test_a_county_may_be_activated_without_a_single_ori_that_submits(self):
        activated = County.objects.annotate(submitting=Count("oris")).filter(participations__isnull=False, submitting=0)
        assert activated.exists()

    def test_preferences_are_of_every_kind_and_some_cannot_be_reached(self):
        assert set(DeliveryPreference.objects.values_list("idr_delivery", flat=True)) == set(IdrDelivery)
        assert DeliveryPreference.objects.filter(state_capable=False).exists()
        assert DeliveryPreference.objects.filter(ori_capable=False).exists()

    def test_every_role_has_its_people_and_nobody_has_two(self):
        assert set(self.nation.staff) == set(HUMAN_ROLES)
        assert len(self.nation.staff[Role.EXAMINER]) >= 4
        assert len(self.nation.staff[Role.SUPPORT_SPECIALIST]) >= 3
        assert len(self.nation.staff[Role.AUTHORISED_OFFICER]) >= 2
        for role, usernames in self.nation.staff.items():
            for username in usernames:
                assert User.objects.get(username=username).roles(AT) == {role}

    def test_staff_sign_in_with_passwords_of_this_installation_only(self):
        password = demo_password("examiner.one")
        asked = HttpRequest()
        assert authenticate(asked, username="examiner.one", password=password).username == "examiner.one"
        assert authenticate(asked, username="examiner.two", password=password) is None
        assert (self.var / "secrets" / "demo_staff").stat().st_mode & 0o777 == 0o600
        with override_settings(VAR=self.var / "another"):
            assert demo_password("examiner.one") != password

    def test_everything_entered_was_entered_by_somebody_with_the_right_to(self):
        actors = set(Event.objects.values_list("actor", flat=True))
        assert actors == {"system:installation", "user:administrator.one", "user:manager.one"}
        entries = Event.objects.filter(kind="participation:opened")
        assert (
            entries.count()
            == Participation.objects.count()
            == self.nation.participations
            == len(tables.participations())
        )
        assert set(entries.values_list("actor", flat=True)) == {"user:manager.one"}

    def test_the_tables_name_their_sources(self):
        notice = (Path(tables.__file__).parent / "data" / "NOTICE.md").read_text(encoding="utf-8")
        for name in ("states.csv", "counties.csv", "areas.csv", "agencies.csv", "participations.csv", "staff.csv"):
            assert name in notice
        assert "CC0" in notice
