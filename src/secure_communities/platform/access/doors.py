# SPDX-License-Identifier: Apache-2.0
"""Every door of the institution, by name: each page and each API operation with what it takes to come in. Pure.

`web/guard.py` asks these tables before any view runs. A test walks the addresses and the API: whatever is missing here,
or is gone there, fails. Add one line for each page or operation you add.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from secure_communities.platform.access.policy import Permission


class Standing(StrEnum):
    """What a door asks where it asks for no permission."""

    PUBLIC = "PUBLIC"  # everybody, unnamed too
    SIGNED_IN = "SIGNED_IN"  # any member of staff: the page shows what the reader's own roles allow
    MACHINE = "MACHINE"  # a booking system with the key of its ORI


class KeyScope(StrEnum):
    """What a machine key may be used for."""

    SUBMIT = "SUBMIT"
    READ_RESPONSES = "READ_RESPONSES"
    WEBHOOKS = "WEBHOOKS"


Entry = Standing | tuple[Permission, ...]  # of several permissions, one is enough
PUBLIC, SIGNED_IN, MACHINE = Standing.PUBLIC, Standing.SIGNED_IN, Standing.MACHINE

_RECORD = (Permission.SUBMISSION_VIEW,)
_EXAMINERS = (Permission.EXAMINATION_DECIDE, Permission.CRIMINAL_CANDIDATE_DECIDE, Permission.EXAMINATION_LEAD)
_CENTRE = (Permission.RESEARCH_DRAFT, Permission.DETERMINATION_SIGN)
# Whoever works on one of the lists, or supervises one.
WORK = (
    *_EXAMINERS,
    Permission.RESEARCH_CLAIM,
    Permission.DETERMINATION_SIGN,
    Permission.DELIVERY_REPLAY,
    Permission.CITIZENSHIP_CONCLUDE,
    Permission.WORK_SUPERVISE,
    Permission.DETERMINATION_CONCUR,
    Permission.OVERRIDE_DECIDE,
    Permission.FIELD_WORK_TAKE,
)

# Pages: the name of the address (`app:name`) → who comes in.
PAGES: dict[str, Entry] = {
    # frame
    "web:home": PUBLIC,
    "web:sign-in": PUBLIC,
    "web:sign-out": PUBLIC,
    "web:help": PUBLIC,
    "web:styleguide": PUBLIC,
    "web:styleguide-clock": PUBLIC,
    "web:my-work": SIGNED_IN,
    # one's own account
    "web:account": SIGNED_IN,
    "web:password": SIGNED_IN,
    "web:access": SIGNED_IN,  # everybody sees what their own roles allow
    "web:explain-access": (Permission.ACCESS_EXPLAIN,),
    "web:my-access": SIGNED_IN,
    "web:emergency": (Permission.EMERGENCY_OPEN,),
    "web:emergency-record": (Permission.EMERGENCY_OPEN,),
    "web:emergency-reviews": (Permission.EMERGENCY_REVIEW,),
    "web:emergency-review": (Permission.EMERGENCY_REVIEW,),
    "web:machine-keys": (Permission.MACHINE_KEY_MANAGE,),
    "web:reads": (Permission.READS_VIEW,),
    "web:end-session": SIGNED_IN,
    "web:end-other-sessions": SIGNED_IN,
    # signing in, and second factors (names that django-allauth gives)
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    # worklists: each list asks its own permission besides
    "web:worklists": WORK,
    "web:next-work": WORK,
    "web:work-item": WORK,
    "web:work-act": WORK,
    "web:work-beat": WORK,
    "web:late-work": (Permission.WORK_SUPERVISE,),
    # submissions
    "web:submissions": _RECORD,
    "web:submission": _RECORD,
    "web:submission-file": _RECORD,
    "web:finger": _RECORD,
    "web:message": _RECORD,
    "web:response-pdf": _RECORD,
    # examination
    "web:examination": _EXAMINERS,
    "web:compare": _EXAMINERS,
    "web:examined": _EXAMINERS,
    "web:candidate-finger": _EXAMINERS,
    "web:pairs": _EXAMINERS,
    "web:scores": _EXAMINERS,
    "web:examination-statistics": (Permission.EXAMINATION_STATISTICS,),
    "web:examination-rows": (Permission.EXAMINATION_STATISTICS,),
    # support centre
    "web:research": _RECORD,
    "web:query": _RECORD,
    "web:evidence-sources": (Permission.EVIDENCE_READ,),
    "web:evidence": (Permission.EVIDENCE_READ,),
    "web:gather-evidence": (Permission.EVIDENCE_GATHER,),
    "web:draft": (Permission.RESEARCH_DRAFT,),
    "web:return-draft": (Permission.DETERMINATION_SIGN,),
    "web:sign": (Permission.DETERMINATION_SIGN,),
    # people
    "web:people": (Permission.PERSON_VIEW,),
    "web:person": (Permission.PERSON_VIEW,),
    "web:person-propose": (Permission.PERSON_LINK,),
    "web:person-links": (Permission.PERSON_LINK, Permission.PERSON_LINK_APPROVE),
    "web:person-change": (Permission.PERSON_LINK, Permission.PERSON_LINK_APPROVE),
    "web:person-undo": (Permission.PERSON_LINK,),
    "web:person-review": (Permission.PERSON_LINK,),
    # agency portal
    "web:portal": (Permission.PORTAL_VIEW,),
    "web:portal-booking": (Permission.PORTAL_VIEW,),
    "web:portal-file": (Permission.PORTAL_VIEW,),
    "web:portal-acknowledge": (Permission.RESPONSE_ACKNOWLEDGE,),
    # deliveries
    "web:deliveries": (Permission.DELIVERY_VIEW,),
    "web:delivery": (Permission.DELIVERY_VIEW,),
    "web:replay": (Permission.DELIVERY_REPLAY,),
    "web:addresses": (Permission.DELIVERY_VIEW,),
    "web:agency-addresses": (Permission.DELIVERY_ADDRESS_KEEP,),
    "web:researched": (*_CENTRE, Permission.DETERMINATION_CORRECT),
    "web:correct": (Permission.DETERMINATION_CORRECT,),
    "web:concur": (Permission.DETERMINATION_CONCUR,),
    "web:agreement": (Permission.DETERMINATION_CONCUR,),
    # citizenship
    "web:citizenship-list": (Permission.CITIZENSHIP_VIEW,),
    "web:citizenship": (Permission.CITIZENSHIP_VIEW,),
    "web:citizenship-claim": (Permission.CITIZENSHIP_CLAIM,),
    "web:citizenship-conclude": (Permission.CITIZENSHIP_CONCLUDE,),
    # queues of the field offices
    "web:priority-queue": (Permission.FIELD_WORK_TAKE,),
    "web:priority-next": (Permission.FIELD_WORK_TAKE,),
    "web:priority-conclude": (Permission.FIELD_WORK_TAKE,),
    "web:levers": (Permission.LEVER_VIEW,),
    # rule sets
    "web:rule-sets": (Permission.RULES_VIEW,),
    "web:rule-set": (Permission.RULES_VIEW,),
    "web:rule-set-file": (Permission.RULES_VIEW,),
    "web:compare-rules": (Permission.RULES_VIEW,),
    "web:load-rules": (Permission.RULES_LOAD,),
    "web:ask-shadow": (Permission.RULES_SHADOW,),
    "web:shadow-run": (Permission.RULES_VIEW,),
    "web:shadow-cases": (Permission.RULES_VIEW,),
    "web:shadow-cases-file": (Permission.RULES_VIEW,),
    "web:activate-rules": (Permission.RULES_ACTIVATE,),
    "web:withdraw-rules": (Permission.RULES_ACTIVATE,),
    "web:go-back-rules": (Permission.RULES_ACTIVATE,),
    # referrals
    "web:referrals": (Permission.REFERRAL_VIEW,),
    # charges
    "web:confirm-charge": (Permission.CHARGE_CONFIRM, Permission.OUTCOME_ASK),
    # assessments
    "web:assessment": (Permission.ASSESSMENT_VIEW,),
    "web:former-assessment": (Permission.ASSESSMENT_VIEW,),
    "web:assessment-pdf": (Permission.ASSESSMENT_VIEW,),
    "web:assess-again": (Permission.ASSESSMENT_AGAIN,),
    "web:state-finding": (Permission.FINDING_STATE,),
    "web:record-circumstance": (Permission.CIRCUMSTANCE_RECORD,),
    "web:propose-override": (Permission.OVERRIDE_PROPOSE,),
    "web:override": (Permission.OVERRIDE_PROPOSE, Permission.OVERRIDE_DECIDE),
    "web:priority-review": (Permission.ASSESSMENT_VIEW,),
    # roll-out
    "web:coverage": (Permission.AGENCY_VIEW,),
    "web:ranking": (Permission.AGENCY_VIEW,),
    "web:map": (Permission.ROLLOUT_VIEW,),
    "web:map-figures": (Permission.ROLLOUT_VIEW,),
    "web:jurisdiction": (Permission.AGENCY_VIEW,),
    "web:set-switch": (Permission.PARTICIPATION_KEEP,),
    "web:note-readiness": (Permission.PARTICIPATION_KEEP,),
    "web:enter-participation": (Permission.PARTICIPATION_KEEP,),
    "web:end-participation": (Permission.PARTICIPATION_KEEP,),
    "web:planner": (Permission.ROLLOUT_VIEW,),
    "web:plan": (Permission.ROLLOUT_VIEW,),
    "web:plan-csv": (Permission.ROLLOUT_VIEW,),
    "web:plan-try": (Permission.ROLLOUT_PLAN,),
    # programme
    "web:programme": (Permission.PROGRAMME_VIEW,),
    "web:programme-rows": (Permission.PROGRAMME_VIEW,),
    "web:programme-file": (Permission.PROGRAMME_VIEW,),
    "web:programme-rows-file": (Permission.PROGRAMME_VIEW,),
    # found and expected
    "web:population": (Permission.ROLLOUT_VIEW, Permission.PROGRAMME_VIEW),
    "web:population-rows": (Permission.PROGRAMME_VIEW,),
    "web:population-file": (Permission.ROLLOUT_VIEW, Permission.PROGRAMME_VIEW),
    # what is published
    "web:transparency": (Permission.ROLLOUT_VIEW, Permission.PROGRAMME_VIEW),
    "web:transparency-report": (Permission.ROLLOUT_VIEW, Permission.PROGRAMME_VIEW),
    "web:transparency-publish": (Permission.TRANSPARENCY_PUBLISH,),
    "web:published": PUBLIC,
    "web:published-report": PUBLIC,
    "web:published-file": PUBLIC,
    # the API's own description
    "api:openapi-json": PUBLIC,
    "api:openapi-view": PUBLIC,
    "api:api-root": PUBLIC,
}

# API operations: method and path below /api/v1 → who comes in.
OPERATIONS: Mapping[str, Entry] = {
    # booking systems
    "POST /submissions": MACHINE,
    "GET /submissions/{control_number}": MACHINE,
    "GET /submissions/{control_number}/responses": MACHINE,
    "GET /submissions/{control_number}/responses/{tcn}/file": MACHINE,
    "GET /submissions/{control_number}/responses/{tcn}/pdf": MACHINE,
    "GET /refusals/{refusal_id}/error-response": MACHINE,
    # access
    "GET /access": (Permission.ACCESS_EXPLAIN,),
    # deliveries
    "GET /deliveries": (Permission.DELIVERY_VIEW,),
    "GET /deliveries/{delivery_id}": (Permission.DELIVERY_VIEW,),
    "POST /deliveries/{delivery_id}/replay": (Permission.DELIVERY_REPLAY,),
    "POST /delivery-addresses/{address_id}/test": (Permission.DELIVERY_ADDRESS_KEEP,),
    # examination
    "GET /examinations": SIGNED_IN,
    "POST /examinations/{examination_id}/decisions": _EXAMINERS,
    "POST /examinations/{examination_id}/look": (Permission.EXAMINATION_LEAD,),
    "GET /examinations/{examination_id}/opinions": (Permission.EXAMINATION_LEAD,),
    "GET /examinations/{examination_id}/scores": _EXAMINERS,
    # support centre
    "GET /queries": SIGNED_IN,
    "GET /queries/{query_id}/evidence": (Permission.EVIDENCE_READ,),
    "POST /queries/{query_id}/evidence": (Permission.EVIDENCE_GATHER,),
    "GET /queries/{query_id}/evidence/{evidence_id}": (Permission.EVIDENCE_READ,),
    "POST /queries/{query_id}/drafts": (Permission.RESEARCH_DRAFT,),
    "POST /queries/{query_id}/return": (Permission.DETERMINATION_SIGN,),
    "POST /queries/{query_id}/signature": (Permission.DETERMINATION_SIGN,),
    # review
    "POST /queries/{query_id}/claims": (Permission.CITIZENSHIP_CLAIM,),
    "GET /citizenship": (Permission.CITIZENSHIP_VIEW,),
    "POST /citizenship/{indicium_id}/conclusions": (Permission.CITIZENSHIP_CONCLUDE,),
    "POST /queries/{query_id}/concurrences": (Permission.DETERMINATION_CONCUR,),
    "POST /queries/{query_id}/corrections": (Permission.DETERMINATION_CORRECT,),
    "POST /staff/submissions/{control_number}/first-response/corrections": (Permission.FIRST_RESPONSE_CORRECT,),
    # assessments
    "GET /assessments": (Permission.ASSESSMENT_VIEW,),
    "GET /assessments/{query_id}": (Permission.ASSESSMENT_VIEW,),
    "GET /assessments/{query_id}/history": (Permission.ASSESSMENT_VIEW,),
    "GET /assessments/{query_id}/history/{assessment_id}": (Permission.ASSESSMENT_VIEW,),
    "GET /assessments/{query_id}/history/{assessment_id}/pdf": (Permission.ASSESSMENT_VIEW,),
    "GET /assessment-counts": (Permission.ASSESSMENT_VIEW,),
    "POST /assessments/{query_id}/reassess": (Permission.ASSESSMENT_AGAIN,),
    # queues of the field offices
    "GET /queue": (Permission.FIELD_WORK_TAKE,),
    "GET /queue-counts": (Permission.FIELD_WORK_TAKE,),
    "POST /queue/next": (Permission.FIELD_WORK_TAKE,),
    "POST /queue/{item_id}/conclusion": (Permission.FIELD_WORK_TAKE,),
    "GET /levers": (Permission.LEVER_VIEW,),
    "GET /lever-changes": (Permission.LEVER_VIEW,),
    "POST /levers": (Permission.LEVER_SET,),
    # jurisdictions
    "GET /jurisdictions": (Permission.AGENCY_VIEW,),
    "GET /jurisdictions/{fips}": (Permission.AGENCY_VIEW,),
    "POST /jurisdictions/{fips}/switches": (Permission.PARTICIPATION_KEEP,),
    "POST /jurisdictions/{fips}/readiness": (Permission.PARTICIPATION_KEEP,),
    "POST /jurisdictions/{fips}/entries": (Permission.PARTICIPATION_KEEP,),
    "POST /jurisdictions/{fips}/entries/{entry_id}/end": (Permission.PARTICIPATION_KEEP,),
    "GET /coverage": (Permission.AGENCY_VIEW,),
    "GET /ranking": (Permission.AGENCY_VIEW,),
    # roll-out
    "GET /rule-sets": (Permission.RULES_VIEW,),
    "GET /rule-sets/{digest}": (Permission.RULES_VIEW,),
    "GET /rule-sets/{digest}/answers/{code}": (Permission.RULES_VIEW,),
    "GET /shadow-runs/{run_id}": (Permission.RULES_VIEW,),
    "GET /rollout-plans": (Permission.ROLLOUT_VIEW,),
    "GET /rollout-plans/{plan_id}": (Permission.ROLLOUT_VIEW,),
    "POST /rollout-plans": (Permission.ROLLOUT_PLAN,),
    "POST /rollout-plans/{plan_id}/approval": (Permission.ROLLOUT_APPROVE,),
}

# What a machine key must be good for, operation by operation.
MACHINE_SCOPES: Mapping[str, KeyScope] = {
    "POST /submissions": KeyScope.SUBMIT,
    "GET /submissions/{control_number}": KeyScope.READ_RESPONSES,
    "GET /submissions/{control_number}/responses": KeyScope.READ_RESPONSES,
    "GET /submissions/{control_number}/responses/{tcn}/file": KeyScope.READ_RESPONSES,
    "GET /submissions/{control_number}/responses/{tcn}/pdf": KeyScope.READ_RESPONSES,
    "GET /refusals/{refusal_id}/error-response": KeyScope.READ_RESPONSES,
}

API = "api/v1/"
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


def operation_of(method: str, route: str) -> str:
    """The name of an operation in the table, such as `POST /queries/{query_id}/return`, from Django's route."""
    path = _CONVERTED.sub(r"{\1}", route.removeprefix(API))
    return f"{method} /{path}"


# Where somebody goes whose role needs a second factor and who has not proved one: to set it up, or out.
WITHOUT_SECOND_FACTOR: frozenset[str] = frozenset(
    {"account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}
)
