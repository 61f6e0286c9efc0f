# SPDX-License-Identifier: Apache-2.0
"""Reads of the agencies: the facts for the rules, and the answers that other apps ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies import rules
from secure_communities.platform.agencies.models import (
    Agency,
    AreaOfResponsibility,
    County,
    DeliveryPreference,
    OriginatingAgency,
    Participation,
    State,
    TransactionPermission,
)
from secure_communities.platform.agencies.vocabulary import Consent, Exit, IdrDelivery, Purpose


def originator(ori: str) -> OriginatingAgency | None:
    """The ORI of that text with its agency, county and state, whether in force or not."""
    related = "agency__state", "county__state"
    return OriginatingAgency.objects.select_related(*related).filter(ori=ori).first()


def may_submit(ori: OriginatingAgency, tot: str, *, on: date) -> rules.Eligibility:
    """Whether the ORI may submit that type of transaction on that day."""
    return rules.may_be_submitted(
        tot, permitted=_permitted(ori, on), ori_in_force=ori.in_force(on), purposed=bool(ori.purpose)
    )


def immigration_search(
    ori: OriginatingAgency, *, purpose: Purpose, tot: str, on: date, later_arrest: bool = False
) -> rules.Eligibility:
    """Whether a submission of that day may be searched in the immigration register (S9), and on which entry.

    `later_arrest`: the state already had this person's prints. It counts in NFF states only.
    """
    state = ori.county.state if ori.county else None
    facts = rules.SearchFacts(
        on=on,
        tot=tot,
        purpose=purpose,
        ori_in_force=ori.in_force(on),
        ori_purpose=Purpose(ori.purpose) if ori.purpose else None,
        permitted_tots=_permitted(ori, on),
        entries=entries_for(ori, purpose=purpose),
        nff=state.nff if state else False,
        forward_subsequent=state.forward_subsequent if state else False,
        later_arrest=later_arrest,
    )
    return rules.eligible_for_immigration_search(facts)


def participation_for(ori: OriginatingAgency, *, purpose: Purpose, on: date) -> Participation | None:
    """The entry under which the ORI takes part on that day, or None if it does not."""
    decided = rules.standing(entries_for(ori, purpose=purpose), on=on)
    return Participation.objects.get(pk=decided.entry) if decided.entry else None


def entries_for(ori: OriginatingAgency, *, purpose: Purpose) -> tuple[rules.Entry, ...]:
    """Every entry of the register, of any date, that speaks of this ORI or its county for this purpose."""
    whose = Q(originating_agency=ori)
    if ori.county_id:
        whose |= Q(county=ori.county_id)
    return tuple(
        rules.Entry(
            number=row.pk,
            of_one_ori=row.originating_agency_id is not None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            consent=Consent(row.consent),
            exit=Exit(row.exit) if row.exit else None,
        )
        for row in Participation.objects.filter(whose, purpose=purpose)
    )


def entries_of_county(county: County) -> QuerySet[Participation]:
    """Every entry of the register that speaks of a county or of one of its ORIs, the latest first."""
    whose = Q(county=county) | Q(originating_agency__county=county)
    return Participation.objects.filter(whose).select_related("originating_agency").order_by("-starts_on", "-pk")


def delivery_preference(ori: OriginatingAgency, *, on: date) -> DeliveryPreference | None:
    """What the ORI asked to receive, as of that day."""
    return DeliveryPreference.objects.in_force(on).filter(originating_agency=ori).first()


def receives_immigration_response(ori: OriginatingAgency, *, matched: bool, on: date) -> rules.Eligibility:
    """Whether the ORI receives an immigration response on that day."""
    row = delivery_preference(ori, on=on)
    preference = rules.Preference(IdrDelivery(row.idr_delivery), row.state_capable, row.ori_capable) if row else None
    return rules.receives_immigration_response(preference, matched=matched)


def nff_effect(state: State) -> rules.NffEffect:
    """What the state's NFF membership does to coverage."""
    return rules.nff_effect(nff=state.nff, forward_subsequent=state.forward_subsequent)


def field_office_for(county: County) -> Agency | None:
    """The field office that serves a county: named for the county, else for its state."""
    areas = AreaOfResponsibility.objects.select_related("field_office").filter(state=county.state_id)
    own = areas.filter(county=county).first() or areas.filter(county__isnull=True).first()
    return own.field_office if own else None


def originators_visible_to(actor: Any, *, at: datetime) -> QuerySet[OriginatingAgency]:
    """The ORIs whose submissions the actor may see."""
    return originators_in_scope(actor, Permission.SUBMISSION_VIEW, at=at)


def originators_in_scope(actor: Any, permission: Permission, *, at: datetime) -> QuerySet[OriginatingAgency]:
    """The ORIs over which the actor holds a permission: the policy map's scopes, as a query."""
    scopes = access.scopes(actor, permission, at=at)
    everything = OriginatingAgency.objects.all()
    if access.Scope.EVERYWHERE in scopes:
        return everything
    seen = Q(pk__in=[])
    if access.Scope.OWN_ORI in scopes:
        seen |= Q(pk=actor.pk)
    if access.Scope.OWN_AGENCY in scopes:
        seen |= Q(agency=actor.agency_id)
    if access.Scope.OWN_STATE in scopes and actor.agency.state_id:
        seen |= Q(agency__state=actor.agency.state_id)
    if access.Scope.OWN_OFFICE in scopes:
        seen |= served_by(actor.agency_id)
    return everything.filter(seen)


def served_by(field_office_id: int | None) -> Q:
    """The ORIs in the counties that a field office serves: those named for it, and its states' others."""
    named = AreaOfResponsibility.objects.filter(county__isnull=False)
    whole = AreaOfResponsibility.objects.filter(field_office=field_office_id, county__isnull=True)
    return Q(county__in=named.filter(field_office=field_office_id).values("county")) | Q(
        county__state__in=whole.values("state")
    ) & ~Q(county__in=named.values("county"))


def register_export(*, on: date) -> Iterator[dict[str, str]]:
    """The whole participation register for the public, every entry once, in the order of entry (S9)."""
    for row in Participation.objects.select_related("county__state", "originating_agency").order_by("pk"):
        yield {
            "entry": str(row.pk),
            "county_fips": row.county_id or "",
            "ori": row.originating_agency.ori if row.originating_agency else "",
            "purpose": row.purpose,
            "legal_basis": row.legal_basis,
            "citation": row.citation,
            "agreement_date": row.agreement_date.isoformat(),
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else "",
            "consent": row.consent_on(on),
            "exit_reason": row.exit_reason,
        }


def _permitted(ori: OriginatingAgency, on: date) -> frozenset[str]:
    held = TransactionPermission.objects.in_force(on).filter(originating_agency=ori)
    return frozenset(held.values_list("tot", flat=True))
