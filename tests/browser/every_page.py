# SPDX-License-Identifier: Apache-2.0
"""Every page of the table of doors with somebody who comes in there and something to see, by the names of the table.

Each of `PARTS` writes its records inside the test's transaction and gives its pages; `NO_PAGE` names the doors that
show none. A door in neither is missing: the test names it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from secure_communities.identify.citizenship import services as citizenship
from secure_communities.identify.citizenship.models import Conclusion, Indicium
from secure_communities.identify.emergency import services as emergency
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.people import looking, prints
from secure_communities.identify.people import services as people
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.sources import services as sources
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.oversight.transparency import services as transparency
from secure_communities.oversight.transparency.periods import Quarter
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.machine_keys import issue_machine_key
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies.models import AreaOfResponsibility, State
from secure_communities.platform.agencies.vocabulary import AgencyKind, Channel
from secure_communities.platform.delivery import sending
from secure_communities.platform.delivery.models import Delivery
from secure_communities.platform.worklists import handling, services
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.facts import services as statements
from secure_communities.prioritize.facts.vocabulary import CircumstanceCode
from secure_communities.prioritize.overrides import services as overrides
from secure_communities.prioritize.queues import services as queueing
from tests.browser.rule_pages import rule_pages
from tests.identify import builders as a
from tests.identify.evidence.gathered import a_researched_query
from tests.identify.people.builders import a_record, merged, person_of, said
from tests.platform.builders import a_county, a_participation, a_user, an_agency
from tests.prioritize import cases, plans

PASSWORD = "a-synthetic-sentence-1"
KEY = "ONSWG4TFORZWKY3SMV2HGZLDOJSXI4ZR"

# Doors without a page of their own → why.
NO_PAGE: dict[str, str] = {
    **dict.fromkeys(("web:home", "web:sign-out", "account_login", "account_logout"), "sends on"),
    **dict.fromkeys(("web:next-work", "web:work-act", "web:end-session", "web:end-other-sessions"), "acts, sends on"),
    **dict.fromkeys(("web:gather-evidence", "web:replay", "web:person-undo"), "acts, sends on"),
    **dict.fromkeys(("web:portal-acknowledge",), "acts, sends on"),
    **dict.fromkeys(("web:priority-next", "web:priority-conclude"), "acts, sends on"),
    **dict.fromkeys(("web:work-beat", "web:styleguide-clock", "web:evidence-sources"), "part of a page that is here"),
    **dict.fromkeys(("web:assessment-pdf", "web:plan-csv", "web:programme-file", "web:programme-rows-file"), "a file"),
    **dict.fromkeys(("web:transparency-publish",), "acts, sends on"),
    **dict.fromkeys(("web:published-file", "web:population-file"), "a file"),
    **dict.fromkeys(("web:submission-file", "web:message", "web:response-pdf", "web:portal-file"), "a file"),
    **dict.fromkeys(("web:rule-set-file", "web:shadow-cases-file"), "a file"),
    "web:ask-shadow": "acts, sends on",
    **dict.fromkeys(("web:finger", "web:candidate-finger"), "a picture"),
    **dict.fromkeys(("web:pairs",), "data of the workbench"),
    **dict.fromkeys(("web:map-figures",), "data of the map"),
    **dict.fromkeys(("api:openapi-json", "api:openapi-view", "api:api-root"), "the API's own description"),
    **dict.fromkeys(("openid_connect_login", "openid_connect_callback"), "an agency's own service, not configured"),
    "mfa_reauthenticate_webauthn": "asks a passkey of a device",
}


@dataclass(frozen=True)
class Scene:
    """One page: the door, who stands before it, the address; `form` is posted by a client before it is shown."""

    door: str
    user: User | None
    address: str
    form: dict[str, Any] | None = None
    client: Client | None = None


def open_doors() -> Iterator[Scene]:
    yield Scene("web:sign-in", None, "/sign-in/?over=idle")
    yield Scene("web:sign-in", None, "/sign-in/", {"username": "nobody", "password": "wrong"})
    yield Scene("web:help", None, "/help/")
    yield Scene("web:styleguide", None, "/styleguide/")
    yield Scene("socialaccount_login_cancelled", None, "/sign-in/agency/cancelled/")
    yield Scene("socialaccount_login_error", None, "/sign-in/agency/error/")


def examination() -> Iterator[Scene]:
    waiting = a.a_candidate_match()
    examiner, lead = a.an_examiner(), a_user(Role.LEAD_EXAMINER)
    bench = f"/examination/{waiting.pk}/?purpose=examination"
    yield Scene("web:my-work", examiner, "/my-work/")
    yield Scene("web:examination", examiner, "/examination/")
    yield Scene("web:compare", examiner, f"/examination/{waiting.pk}/")
    yield Scene("web:compare", examiner, bench)
    yield Scene("web:compare", examiner, bench, {"verdict": "", "rationale": ""})
    yield Scene("web:submissions", examiner, "/submissions/")
    yield Scene("web:submission", examiner, f"/submissions/{waiting.submission.control_number}/")
    yield Scene("web:submission", examiner, f"/submissions/{waiting.submission.control_number}/?purpose=examination")
    a.identify(waiting, examiner)
    yield Scene("web:examined", examiner, f"/examination/{waiting.pk}/done/")
    yield Scene("web:scores", examiner, f"/examination/{waiting.pk}/scores/?purpose=examination")
    again = a.search_immigration(a.an_accepted_submission(waiting.submission.originator))
    disputed = Examination.objects.get(submission=again)
    a.identify(disputed)
    a.exclude(disputed)
    yield Scene("web:compare", lead, f"/examination/{disputed.pk}/?purpose=examination")
    a.conclude(disputed, lead, a.Verdict.EXCLUSION, None)
    yield Scene("web:examination-statistics", lead, "/examination/statistics/")
    yield Scene("web:examination-rows", lead, "/examination/statistics/comparisons/")


def centre() -> Iterator[Scene]:
    operator = a_user(Role.OPERATOR)
    sources.take_down(source="ENTRY_EXIT", kind=FaultKind.OUTAGE, reason="Exercise", operator=operator, at=a.AT)
    query = a_researched_query(Story.BORDER)
    specialist, officer, supervisor = a.a_specialist(), a.an_officer(), a_user(Role.SUPPORT_SUPERVISOR)
    record = query.evidence.exclude(record_id="").latest("id")
    page = f"/research/{query.pk}/"
    item = WorkItem.objects.get(worklist="research", about_id=str(query.pk), closed_at=None)
    services.claim(item_id=item.pk, user=specialist, at=a.AT)
    handling.add_note(item_id=item.pk, author=specialist, text="Two names on one file number.", at=a.AT)
    handling.escalate(item_id=item.pk, by=specialist, reason="Which of the two?", at=a.AT)
    yield Scene("web:research", specialist, "/research/")
    yield Scene("web:query", specialist, page)
    yield Scene("web:query", specialist, f"{page}?purpose=research")
    yield Scene("web:evidence", specialist, f"{page}evidence/{record.pk}/?purpose=research")
    yield Scene("web:draft", specialist, f"{page}draft/?purpose=research", {"code": ""})
    for who in (specialist, supervisor):
        yield Scene("web:work-item", who, f"/worklists/items/{item.pk}/")
        yield Scene("web:worklists", who, "/worklists/")
        yield Scene("web:my-work", who, "/my-work/")
    yield Scene("web:late-work", supervisor, "/worklists/late/")
    yield Scene("web:draft", specialist, f"{page}draft/?purpose=research", {
        "code": "NONIMM_OVERSTAY", "relied_on": [record.pk], "contradictions": "Two spellings.",
        "confidence": "The records agree.",
    })  # fmt: skip
    drafted = a.a_draft(query, author=specialist)
    yield Scene("web:researched", specialist, f"{page}done/drafted/")
    yield Scene("web:query", officer, f"{page}?purpose=research")
    yield Scene("web:sign", officer, f"{page}sign/?purpose=determination", {"authority": ""})
    yield Scene("web:return-draft", officer, f"{page}return/?purpose=determination", {"reason": ""})
    signature = {"draft": drafted.pk, "authority": "Sample delegation 1", "reason": "It is supported.", "read": "on"}
    yield Scene("web:sign", officer, f"{page}sign/?purpose=determination", signature)
    a.research.sign(
        query_id=query.pk, officer=officer, draft_id=drafted.pk, authority="Sample delegation 1",
        reason="The evidence supports the code.", at=a.AT,
    )  # fmt: skip
    yield Scene("web:query", supervisor, f"{page}?purpose=research")
    correction = {"code": "ERROR", "words": "The record was another's."}
    yield Scene("web:correct", officer, f"{page}correct/?purpose=determination", correction)


def citizens() -> Iterator[Scene]:
    office = an_agency(AgencyKind.FIELD_OFFICE)
    AreaOfResponsibility.objects.create(field_office=office, state=a_county().state)
    query = a.a_confirmed_match(fields={"2.020": "TX"})
    sign = Indicium.objects.get(submission=query.submission)
    page = f"/citizenship/{query.submission_id}/"
    specialist, supervisor, counsel = a.a_specialist(), a_user(Role.SUPPORT_SUPERVISOR), a_user(Role.COUNSEL)
    said = {"conclusion": "CLEARED", "reason": "Entered by mistake.", "capacity": Role.SUPPORT_SUPERVISOR.value}
    conclude = f"/citizenship/signs/{sign.pk}/conclude/"
    yield Scene("web:citizenship-list", supervisor, "/citizenship/")
    yield Scene("web:citizenship", specialist, page)
    yield Scene("web:citizenship", supervisor, page)
    yield Scene("web:citizenship-claim", specialist, f"{page}claim/", {"source": ""})
    yield Scene("web:citizenship-conclude", supervisor, conclude, {**said, "reason": ""})
    yield Scene("web:citizenship-conclude", supervisor, conclude, said)
    for reviewer, role in ((supervisor, Role.SUPPORT_SUPERVISOR), (counsel, Role.COUNSEL)):
        citizenship.conclude(
            indicium_id=sign.pk, reviewer=reviewer, capacity=role, conclusion=Conclusion.CLEARED,
            reason="Entered by mistake.", at=a.AT,
        )  # fmt: skip
    yield Scene("web:citizenship", counsel, page)
    a.a_determination(query)
    yield Scene("web:referrals", a_user(Role.FIELD_OFFICER, agency=office), "/referrals/")


def residents() -> Iterator[Scene]:
    a.a_criminal_subject()
    query = a.a_confirmed_match()
    a.a_draft(query, code=a.Code.LPR_POSSIBLY_REMOVABLE, conviction_id=a.a_conviction(query).pk)
    yield Scene("web:agreement", a_user(Role.COUNSEL), f"/agreements/{query.pk}/")
    concur = f"/research/{query.pk}/concur/?purpose=research"
    yield Scene("web:concur", a_user(Role.SUPPORT_SUPERVISOR), concur, {"reason": ""})


def identities() -> Iterator[Scene]:
    query = a.a_confirmed_match()
    person = prints.link_confirmed(submission=query.submission, subject=query.subject, at=a.AT)
    assert person is not None
    other = person_of(a_record(said("SAMPLEHIDDEN,VIOLA", "SYNTHFORD,VIOLETTA", dob="1988-12-11")))
    merged(person, other)
    third = person_of(a_record(said("SAMPLEHIDDEN,VERA")))
    people.propose_merge(person=person, other=third, rationale="One file number.", by=a.a_specialist(), at=a.AT)
    a_record(said("SAMPLEWELL,ADA MARIA"))
    (pair,) = looking.open_reviews(a_record(said("SAMPLEWELL,ADA", "SYNTHLEY,ADA")), at=a.AT)
    both = a_user(Role.SUPPORT_SPECIALIST, Role.SUPPORT_SUPERVISOR)
    search = {"name": "VIOLETA SAMPLEHIDEN", "purpose": "research"}
    yield Scene("web:people", both, "/people/")
    yield Scene("web:people", both, "/people/", search)
    yield Scene("web:person", both, f"/people/{person.number}/")
    yield Scene("web:person", both, f"/people/{person.number}/?purpose=research")
    yield Scene("web:person-propose", both, f"/people/{person.number}/propose/?purpose=research", {"act": "merge"})
    yield Scene("web:person-links", both, "/people/links/")
    yield Scene("web:person-review", both, f"/people/links/pairs/{pair.pk}/")
    yield Scene("web:person-change", both, f"/people/links/changes/{person.changes.latest('pk').pk}/")


def agency() -> Iterator[Scene]:
    query = a.a_confirmed_match()
    a.a_determination(query)
    desk = a_user(Role.BOOKING_OFFICER, agency=query.submission.originator.agency)
    yield Scene("web:portal", desk, "/portal/")
    yield Scene("web:portal-booking", desk, f"/portal/{query.submission.control_number}/")
    operator, administrator = a_user(Role.OPERATOR), a_user(Role.ADMINISTRATOR)
    hooked = a.a_jail("ZZTX00102", participating=False, channel=Channel.WEBHOOK)
    a.search_criminal(a.an_accepted_submission(hooked))
    sending.pump(hooked.pk, Channel.WEBHOOK, urgent=True, now=a.now)
    dead = Delivery.objects.get(state="dead")
    yield Scene("web:deliveries", operator, "/deliveries/")
    yield Scene("web:delivery", operator, f"/deliveries/{dead.pk}/")
    yield Scene("web:addresses", administrator, "/delivery-addresses/")
    yield Scene("web:agency-addresses", administrator, f"/delivery-addresses/{hooked.ori}/")


def oversight() -> Iterator[Scene]:
    administrator, auditor, custody = a_user(Role.ADMINISTRATOR), a_user(Role.AUDITOR), a_user(Role.CUSTODY)
    submission = a.search_criminal(a.an_accepted_submission())
    jail = submission.originator
    issue_machine_key(ori=jail, reason="Sample", by=administrator, at=a.AT)
    question = f"user={custody.username}&permission=submission.view&kind=submission&number={submission.control_number}"
    yield Scene("web:access", auditor, "/access/")
    yield Scene("web:access", custody, "/access/")
    yield Scene("web:explain-access", auditor, f"/access/explain/?{question}")
    yield Scene("web:machine-keys", administrator, "/access/keys/")
    yield Scene("web:machine-keys", administrator, "/access/keys/", {"act": "issue"})
    opened = emergency.open_record(
        control_number=submission.control_number, user=custody, reason="Nobody at the desk answers.", at=a.AT
    )
    yield Scene("web:emergency", custody, "/emergency/")
    yield Scene("web:emergency-record", custody, f"/emergency/{opened.pk}/")
    yield Scene("web:emergency-reviews", auditor, "/emergency/reviews/")
    yield Scene("web:emergency-review", auditor, f"/emergency/{opened.pk}/review/")
    yield Scene("web:reads", auditor, f"/access/reads/?number={submission.control_number}")
    yield Scene("web:my-access", custody, "/my-access/")
    yield Scene("web:submissions", auditor, "/submissions/")


def priorities() -> Iterator[Scene]:
    query = cases.a_case("3562")
    officer, second = cases.an_officer(query), cases.an_officer(query, Role.FIELD_SUPERVISOR)
    here = f"/assessments/{query.pk}/"
    why = "?purpose=referral"
    circumstance = {"code": "PRIMARY_CARER", "holds": "yes", "text": "Cares for two children alone, says the sister."}
    finding = {"name": "ILLEGAL_REENTRY", "value": "no", "evidence": "Entry record SAMPLE-7 of 2005."}
    yield Scene("web:priority-review", officer, "/priorities/to-decide/")
    queueing.place_case(query=query, at=a.AT)
    queueing.take_next(user=officer, at=a.AT)
    yield Scene("web:priority-queue", officer, "/priority/")
    yield Scene("web:levers", second, "/levers/")
    yield Scene("web:levers", second, "/levers/", {"lever": "STEP_HOURS", "value": "99", "reason": "To see."})
    charge = f"/charges/{cases.the_charges(query)[0].pk}/confirm/"
    yield Scene("web:confirm-charge", a.a_specialist(), f"{charge}?purpose=research")
    yield Scene("web:confirm-charge", officer, f"{charge}{why}")
    yield Scene("web:record-circumstance", officer, f"{here}circumstance/{why}")
    yield Scene("web:record-circumstance", officer, f"{here}circumstance/{why}", {**circumstance, "text": ""})
    statements.record_circumstance(
        query=query, code=CircumstanceCode.PRIMARY_CARER, words=circumstance["text"], by=officer, at=a.AT
    )
    yield Scene("web:assessment", officer, here)
    yield Scene("web:assessment", officer, f"{here}{why}")
    yield Scene("web:state-finding", officer, f"{here}finding/{why}")
    yield Scene("web:state-finding", officer, f"{here}finding/{why}", finding)
    yield Scene("web:propose-override", officer, f"{here}override/{why}")
    proposal = {
        "answer": "LEVEL_3", "reason_code": "REVIEW_DECIDED", "text": cases.WORDS, "expires_on": "2026-12-20"
    }  # fmt: skip
    yield Scene("web:propose-override", officer, f"{here}override/{why}", proposal)
    yield Scene("web:assess-again", officer, f"{here}again/{why}")
    proposed = cases.a_proposal(query, by=officer)
    yield Scene("web:override", officer, f"/overrides/{proposed.pk}/{why}")
    yield Scene("web:override", second, f"/overrides/{proposed.pk}/{why}")
    overrides.decide_override(
        override=proposed, approve=True, reason="The report speaks of own use alone.", by=second, at=a.AT
    )
    yield Scene("web:assessment", second, f"{here}{why}")
    first = query.assessments.get(rule_set="SC-2009")
    cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=18)
    cases.assess(query, Trigger.DISPOSITION)
    yield Scene("web:former-assessment", officer, f"{here}{first.pk}/{why}")
    yield Scene("web:assessment", a_user(Role.COUNSEL), f"{here}?purpose=counsel")
    manager = a_user(Role.PROGRAMME_MANAGER)
    yield Scene("web:programme", manager, "/programme/?days=all")
    yield Scene("web:programme-rows", manager, "/programme/rows/?days=all&measure=cases")
    yield Scene("web:population", manager, "/population/?state=48")
    yield Scene("web:population-rows", manager, "/population/rows/?place=48201&measure=searched")
    yield Scene("web:transparency", manager, "/transparency/")
    yield Scene("web:transparency-report", manager, "/transparency/TX/2026-Q4/")
    transparency.publish(state=State.objects.get(usps="TX"), quarter=Quarter(2026, 3), by=manager, at=a.AT)
    yield Scene("web:transparency-report", manager, "/transparency/TX/2026-Q3/?county=48201")
    yield Scene("web:published", None, "/transparency/public/")
    yield Scene("web:published-report", None, "/transparency/public/TX/2026-Q3/")


def roll_out() -> Iterator[Scene]:
    maker, other = a_user(Role.PROGRAMME_MANAGER), a_user(Role.PROGRAMME_MANAGER)
    first = plans.a_plan(by=maker)
    request = "first=2026-11&months=12&effort=2&vendor_lead=0&training_months=1&effort_of_a_team=5"
    yield Scene("web:planner", maker, "/planner/")
    yield Scene("web:coverage", maker, "/coverage/")
    yield Scene("web:ranking", maker, "/ranking/")
    yield Scene("web:map", maker, "/map/")
    yield Scene("web:map", maker, "/map/?month=2031-13&show=ready")
    yield Scene("web:jurisdiction", maker, "/jurisdictions/48201/")
    yield from jurisdictions(maker)
    yield Scene("web:plan-try", maker, "/planner/try/?months=x")
    yield Scene("web:plan", other, f"/planner/plans/{first.pk}/")
    plans.approved(first, by=other)
    yield Scene("web:plan-try", maker, f"/planner/try/?{request}&must_by=48205+2026-11")


def jurisdictions(maker: User) -> Iterator[Scene]:
    here, entry = "/jurisdictions/48201/", a_participation()
    switch = {"switch": "NO_DETAINER_BEFORE_CONVICTION", "on": "yes", "starts_on": "2026-12-01", "citation": "Rule 12"}
    yield Scene("web:set-switch", maker, f"{here}switch/")
    yield Scene("web:set-switch", maker, f"{here}switch/", {**switch, "on": "", "starts_on": "2026-01-01"})
    yield Scene("web:set-switch", maker, f"{here}switch/", switch)
    yield Scene("web:note-readiness", maker, f"{here}readiness/")
    yield Scene("web:note-readiness", maker, f"{here}readiness/", {"name": "STAFF_TRAINED", "value": "120"})
    yield Scene("web:enter-participation", maker, f"{here}entry/")
    yield Scene("web:end-participation", maker, f"{here}entries/{entry.pk}/end/")
    yield Scene("web:jurisdiction", maker, here)


def rule_sets() -> Iterator[Scene]:
    for one in rule_pages():
        yield Scene(*one)


def account() -> Iterator[Scene]:
    user = a_user(Role.EXAMINER, username="with.app")
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, KEY)
    half = Client()
    half.post("/sign-in/", {"username": user.username, "password": PASSWORD})
    yield Scene("mfa_authenticate", None, "/sign-in/second-factor/", client=half)
    yield Scene("web:account", user, "/account/")
    yield Scene("web:password", user, "/account/password/")
    yield Scene("web:password", user, "/account/password/", {"old_password": "x"})
    yield Scene("account_reauthenticate", user, "/account/confirm/")
    yield Scene("mfa_reauthenticate", user, "/account/confirm/code/")
    yield Scene("mfa_index", user, "/account/second-factor/", client=_just_proved(user))
    for door, path in (
        ("mfa_deactivate_totp", "app/remove/"), ("mfa_generate_recovery_codes", "recovery-codes/new/"),
        ("mfa_list_webauthn", "passkeys/"), ("mfa_add_webauthn", "passkeys/add/"),
    ):  # fmt: skip
        yield Scene(door, None, f"/account/second-factor/{path}", client=_just_proved(user))
    RecoveryCodes.activate(user)
    codes = "/account/second-factor/recovery-codes/"
    yield Scene("mfa_view_recovery_codes", None, codes, client=_just_proved(user))
    other = a_user(Role.BOOKING_OFFICER)
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Sample key", "credential": {}})
    for door, path in (("mfa_list_webauthn", ""), ("mfa_remove_webauthn", f"{key.pk}/remove/")):
        yield Scene(door, None, f"/account/second-factor/passkeys/{path}", client=_just_proved(other))
    new = a_user(Role.EXAMINER)
    yield Scene("mfa_activate_totp", None, "/account/second-factor/app/", client=_just_proved(new))


def _just_proved(user: User) -> Client:
    """Signed in with both factors a moment ago, so that nothing asks again."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()}, {"method": "mfa", "type": "totp", "at": time.time()}
    ]  # fmt: skip
    session.save()
    return client


PARTS = (
    open_doors,
    examination,
    centre,
    citizens,
    residents,
    identities,
    agency,
    oversight,
    priorities,
    roll_out,
    rule_sets,
    account,
)
