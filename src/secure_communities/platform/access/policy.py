# SPDX-License-Identifier: Apache-2.0
"""The policy map: for each permission, the roles that hold it and the condition each role holds it under. Pure.

Change policy here and nowhere else. The permissions are in `permissions.py`, the conditions in `conditions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secure_communities.platform.access.conditions import (
    SUPERVISORS,
    Condition,
    another_of_the_office,
    another_than_proposed_it,
    everywhere,
    not_examined_before,
    not_the_drafter,
    not_the_proposer,
    not_who_made_the_plan,
    not_who_opened_it,
    own_agency,
    own_office,
    own_ori,
    own_state,
    serves_its_county,
    supervising_as,
)
from secure_communities.platform.access.permissions import Permission
from secure_communities.platform.access.roles import HUMAN_ROLES, Role

__all__ = ["POLICY", "Permission", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles hold a permission, each under its condition, and the sentence for everybody else."""

    roles: Mapping[Role, Condition]
    sentence: str

    @property
    def conditional(self) -> bool:
        """Whether the answer depends on the thing concerned."""
        return any(condition is not everywhere for condition in self.roles.values())


def _all(*roles: Role) -> dict[Role, Condition]:
    return dict.fromkeys(roles, everywhere)


POLICY: Mapping[Permission, Rule] = {
    Permission.SUBMISSION_SUBMIT: Rule(
        {Role.BOOKING_SYSTEM: own_ori, Role.BOOKING_OFFICER: own_agency},
        "Only a booking officer or a booking system submits fingerprints.",
    ),
    Permission.SUBMISSION_VIEW: Rule(
        {
            Role.BOOKING_SYSTEM: own_ori,
            Role.BOOKING_OFFICER: own_agency,
            Role.STATE_BUREAU: own_state,
            **_all(
                Role.EXAMINER,
                Role.LEAD_EXAMINER,
                Role.SUPPORT_SPECIALIST,
                Role.AUTHORISED_OFFICER,
                Role.SUPPORT_SUPERVISOR,
                Role.AUDITOR,
                Role.OPERATOR,
            ),
        },
        "Your roles do not include seeing submissions.",
    ),
    Permission.CRIMINAL_CANDIDATE_DECIDE: Rule(
        _all(Role.EXAMINER, Role.LEAD_EXAMINER),
        "Only a fingerprint examiner decides on a possible match of the criminal register.",
    ),
    Permission.EXAMINATION_DECIDE: Rule(
        {Role.EXAMINER: not_examined_before, Role.LEAD_EXAMINER: not_examined_before},
        "Only a fingerprint examiner decides on a candidate of the immigration register.",
    ),
    Permission.EXAMINATION_LEAD: Rule(
        {Role.LEAD_EXAMINER: not_examined_before},
        "Only a lead examiner resolves a disagreement between examiners.",
    ),
    Permission.EXAMINATION_STATISTICS: Rule(
        _all(Role.LEAD_EXAMINER, Role.SUPPORT_SUPERVISOR, Role.AUDITOR, Role.PROGRAMME_MANAGER),
        "Only lead examiners, supervisors, programme managers and auditors read the statistics of examination.",
    ),
    Permission.EXAMINER_FIGURES: Rule(
        _all(Role.LEAD_EXAMINER, Role.AUDITOR), "Only lead examiners and auditors read figures of single examiners."
    ),
    Permission.CHARGE_CONFIRM: Rule(
        _all(Role.SUPPORT_SPECIALIST), "Only a support-centre specialist confirms the code of a charge."
    ),
    Permission.DISPOSITION_RECORD: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER),
        "Only a specialist or an authorised officer records what a court reported of a charge.",
    ),
    Permission.RESEARCH_CLAIM: Rule(
        _all(Role.SUPPORT_SPECIALIST), "Only a support-centre specialist takes up a status query."
    ),
    Permission.RESEARCH_DRAFT: Rule(
        _all(Role.SUPPORT_SPECIALIST), "Only a support-centre specialist drafts a determination."
    ),
    Permission.EVIDENCE_GATHER: Rule(
        _all(Role.SUPPORT_SPECIALIST), "Only a support-centre specialist asks the sources again."
    ),
    Permission.EVIDENCE_READ: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL),
        "Evidence is opened by the support centre's specialists, officers and supervisors, and by counsel.",
    ),
    Permission.SOURCE_SWITCH: Rule(
        _all(Role.OPERATOR), "Only an operator takes a source of evidence out of use and puts it back."
    ),
    Permission.DETERMINATION_SIGN: Rule(
        {Role.AUTHORISED_OFFICER: not_the_drafter}, "Only an authorised officer signs a determination."
    ),
    Permission.DETERMINATION_CONCUR: Rule(
        {Role.SUPPORT_SUPERVISOR: not_the_drafter, Role.COUNSEL: not_the_drafter},
        "Only a support-centre supervisor and counsel agree to this determination.",
    ),
    Permission.DETERMINATION_CORRECT: Rule(
        _all(Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR),
        "Only an authorised officer or a support-centre supervisor opens a determination again.",
    ),
    Permission.CITIZENSHIP_CLAIM: Rule(
        _all(
            Role.SUPPORT_SPECIALIST,
            Role.AUTHORISED_OFFICER,
            Role.SUPPORT_SUPERVISOR,
            Role.COUNSEL,
            Role.FIELD_OFFICER,
        ),
        "Only staff of the support centre, field officers and counsel record a claim about citizenship.",
    ),
    Permission.CITIZENSHIP_VIEW: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL, Role.AUDITOR),
        "Your roles do not include reading what is on record about citizenship.",
    ),
    Permission.CITIZENSHIP_CONCLUDE: Rule(
        _all(Role.SUPPORT_SUPERVISOR, Role.COUNSEL),
        "(S2) Only a support-centre supervisor and counsel conclude on a sign of citizenship.",
    ),
    Permission.FIRST_RESPONSE_CORRECT: Rule(
        _all(Role.LEAD_EXAMINER), "Only a lead examiner corrects a first response."
    ),
    Permission.REFERRAL_VIEW: Rule(
        {Role.FIELD_OFFICER: own_office, **_all(Role.SUPPORT_SUPERVISOR, Role.AUDITOR)},
        "Only field officers see the referrals to their office.",
    ),
    Permission.WORK_SUPERVISE: Rule(
        {role: supervising_as(role) for role in SUPERVISORS},
        "Only a supervisor sees what is late, and moves work that others hold.",
    ),
    Permission.PERSON_VIEW: Rule(
        _all(
            Role.SUPPORT_SPECIALIST,
            Role.AUTHORISED_OFFICER,
            Role.SUPPORT_SUPERVISOR,
            Role.FIELD_OFFICER,
            Role.FIELD_SUPERVISOR,
            Role.COUNSEL,
            Role.AUDITOR,
            Role.REDRESS_OFFICER,
        ),
        "Only the support centre, the field, counsel, auditors and redress officers open a person's record.",
    ),
    Permission.PERSON_PROTECTED: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL),
        "Only the support centre and counsel see what a protected person's record holds (S19).",
    ),
    Permission.PERSON_LINK: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.SUPPORT_SUPERVISOR),
        "Only a support-centre specialist or supervisor says which records are one person's.",
    ),
    Permission.PERSON_LINK_APPROVE: Rule(
        {Role.SUPPORT_SUPERVISOR: not_the_proposer},
        "Only a support-centre supervisor decides a proposed merge or split.",
    ),
    Permission.PORTAL_VIEW: Rule(
        {Role.BOOKING_OFFICER: own_agency, Role.STATE_BUREAU: own_state},
        "These pages are for the booking officers of an agency and for state bureaus.",
    ),
    Permission.RESPONSE_ACKNOWLEDGE: Rule(
        {Role.BOOKING_OFFICER: own_agency},
        "Only a booking officer acknowledges that the agency has a response.",
    ),
    Permission.DELIVERY_VIEW: Rule(
        _all(
            Role.SUPPORT_SPECIALIST,
            Role.AUTHORISED_OFFICER,
            Role.SUPPORT_SUPERVISOR,
            Role.PROGRAMME_MANAGER,
            Role.ADMINISTRATOR,
            Role.AUDITOR,
            Role.OPERATOR,
        ),
        "Your roles do not include seeing which messages arrived.",
    ),
    Permission.DELIVERY_REPLAY: Rule(
        _all(Role.OPERATOR, Role.SUPPORT_SUPERVISOR),
        "Only an operator or a support-centre supervisor begins a delivery again.",
    ),
    Permission.DELIVERY_ADDRESS_KEEP: Rule(
        _all(Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR),
        "Only a programme manager or an administrator keeps the addresses that responses go to.",
    ),
    Permission.EVENT_VERIFY: Rule(
        _all(Role.AUDITOR, Role.OPERATOR), "Only an auditor or an operator verifies the event log."
    ),
    Permission.PROGRAMME_VIEW: Rule(
        _all(Role.PROGRAMME_MANAGER, Role.AUDITOR),
        "Only programme managers and auditors read the figures of the programme.",
    ),
    Permission.AGENCY_VIEW: Rule(_all(*HUMAN_ROLES), "Sign in with a role to see the agencies."),
    Permission.AGENCY_KEEP: Rule(
        _all(Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER),
        "Only an administrator or a programme manager keeps agencies and their ORIs.",
    ),
    Permission.PARTICIPATION_KEEP: Rule(
        _all(Role.PROGRAMME_MANAGER), "Only a programme manager keeps the participation register."
    ),
    Permission.USER_MANAGE: Rule(_all(Role.ADMINISTRATOR), "Only an administrator adds or deactivates users."),
    Permission.ROLE_GRANT: Rule(_all(Role.ADMINISTRATOR), "Only an administrator grants and ends roles."),
    Permission.MACHINE_KEY_MANAGE: Rule(
        _all(Role.ADMINISTRATOR), "Only an administrator issues and revokes machine keys."
    ),
    Permission.EMERGENCY_OPEN: Rule(
        {
            **_all(Role.COUNSEL, Role.CUSTODY, Role.TRANSPORT, Role.HEARING_CLERK, Role.REDRESS_OFFICER),
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
        },
        "Your role does not open records in an emergency.",
    ),
    Permission.EMERGENCY_REVIEW: Rule(
        dict.fromkeys((Role.AUDITOR, Role.SUPPORT_SUPERVISOR, Role.FIELD_SUPERVISOR), not_who_opened_it),
        "Only an auditor or a supervisor reviews emergency access.",
    ),
    Permission.ACCESS_EXPLAIN: Rule(
        _all(Role.ADMINISTRATOR, Role.AUDITOR, Role.PROGRAMME_MANAGER, *SUPERVISORS),
        "Only administrators, auditors, programme managers and supervisors see other people's access.",
    ),
    Permission.READS_VIEW: Rule(_all(Role.AUDITOR), "Only an auditor sees who opened a record."),
    Permission.FINDING_STATE: Rule(
        {
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
            **_all(Role.AUTHORISED_OFFICER),
        },
        "Only officers of the field office concerned and authorised officers state a finding.",
    ),
    Permission.CIRCUMSTANCE_RECORD: Rule(
        {
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
            **_all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL),
        },
        "Only those who work on the case record a circumstance.",
    ),
    Permission.OUTCOME_ASK: Rule(
        _all(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER, Role.FIELD_OFFICER, Role.FIELD_SUPERVISOR),
        "Only specialists and officers note that an outcome was asked again.",
    ),
    Permission.OVERRIDE_PROPOSE: Rule(
        {
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
            **_all(Role.AUTHORISED_OFFICER),
        },
        "Only officers of the field office concerned and authorised officers propose another priority.",
    ),
    Permission.OVERRIDE_DECIDE: Rule(
        {Role.FIELD_SUPERVISOR: another_of_the_office, Role.SUPPORT_SUPERVISOR: another_than_proposed_it},
        "Only a supervisor decides on an override.",
    ),
    Permission.RULES_VIEW: Rule(
        _all(
            Role.AUTHORISED_OFFICER,
            Role.SUPPORT_SUPERVISOR,
            Role.FIELD_OFFICER,
            Role.FIELD_SUPERVISOR,
            Role.COUNSEL,
            Role.PROGRAMME_MANAGER,
            Role.AUDITOR,
        ),
        "Only officers, supervisors, counsel, programme managers and auditors read the rule sets here.",
    ),
    Permission.RULES_LOAD: Rule(_all(Role.PROGRAMME_MANAGER), "Only a programme manager loads a signed rule set."),
    Permission.RULES_SHADOW: Rule(
        _all(Role.PROGRAMME_MANAGER, Role.SUPPORT_SUPERVISOR, Role.FIELD_SUPERVISOR),
        "Only programme managers and supervisors ask for a shadow run.",
    ),
    Permission.RULES_ACTIVATE: Rule(
        _all(Role.SUPPORT_SUPERVISOR, Role.FIELD_SUPERVISOR), "Only a supervisor lets other rules order the work."
    ),
    Permission.ROLLOUT_VIEW: Rule(
        _all(Role.PROGRAMME_MANAGER, Role.AUDITOR), "Only programme managers and auditors see plans of the roll-out."
    ),
    Permission.ROLLOUT_PLAN: Rule(_all(Role.PROGRAMME_MANAGER), "Only a programme manager plans the roll-out."),
    Permission.ROLLOUT_APPROVE: Rule(
        {Role.PROGRAMME_MANAGER: not_who_made_the_plan}, "Only a programme manager approves a plan of the roll-out."
    ),
    Permission.FIELD_WORK_TAKE: Rule(
        {Role.FIELD_OFFICER: own_office, Role.FIELD_SUPERVISOR: own_office},
        "Only the officers and supervisors of a field office take its cases.",
    ),
    Permission.LEVER_VIEW: Rule(
        _all(Role.FIELD_OFFICER, Role.FIELD_SUPERVISOR, Role.SUPPORT_SUPERVISOR, Role.PROGRAMME_MANAGER, Role.AUDITOR),
        "Only the field, supervisors, programme managers and auditors see the levers.",
    ),
    Permission.LEVER_SET: Rule(
        _all(Role.FIELD_SUPERVISOR, Role.PROGRAMME_MANAGER),
        "Only a field supervisor or a programme manager sets a lever.",
    ),
    Permission.TRANSPARENCY_PUBLISH: Rule(
        _all(Role.PROGRAMME_MANAGER), "Only a programme manager publishes a transparency report."
    ),
    Permission.ASSESSMENT_VIEW: Rule(
        {
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
            **_all(Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.COUNSEL, Role.AUDITOR),
        },
        "Only the field office concerned, authorised officers, supervisors, counsel and auditors see a priority.",
    ),
    Permission.ASSESSMENT_AGAIN: Rule(
        {
            Role.FIELD_OFFICER: serves_its_county,
            Role.FIELD_SUPERVISOR: serves_its_county,
            **_all(Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR),
        },
        "Only the field office concerned, authorised officers and supervisors have a case assessed again.",
    ),
}
