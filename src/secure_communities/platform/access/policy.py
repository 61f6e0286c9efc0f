# SPDX-License-Identifier: Apache-2.0
"""The policy map: for each permission, the roles that hold it and the condition each role holds it under. Pure.

Change policy here and nowhere else. A condition gets the actor and the thing concerned and returns None, or the
sentence with which it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from secure_communities.platform.access.roles import HUMAN_ROLES, Role


class Actor(Protocol):
    """Whoever acts: a user, or an ORI whose booking system proved its key."""

    pk: Any

    def roles(self, at: datetime) -> frozenset[Role]:
        """The roles held at that moment."""


class Examined(Protocol):
    """An item that examiners decide on. `examiner_ids`: the users who already did."""

    examiner_ids: Collection[int]


class Drafted(Protocol):
    """A determination. `drafted_by_id`: the specialist who wrote the draft, or None."""

    drafted_by_id: int | None


class Supervised(Protocol):
    """A worklist. `supervisor`: the role that looks after it."""

    supervisor: Role


class Proposed(Protocol):
    """A change of a person's records, or a link rule. `proposed_by_id`: the user who wrote it."""

    proposed_by_id: int


class Opened(Protocol):
    """An emergency access. `user_id`: the user who opened the record."""

    user_id: int


class Permission(StrEnum):
    """Everything that needs one."""

    SUBMISSION_SUBMIT = "submission.submit"
    SUBMISSION_VIEW = "submission.view"
    CRIMINAL_CANDIDATE_DECIDE = "criminal_candidate.decide"
    EXAMINATION_DECIDE = "examination.decide"
    EXAMINATION_LEAD = "examination.lead"
    EXAMINATION_STATISTICS = "examination.statistics"
    EXAMINER_FIGURES = "examiner.figures"
    CHARGE_CONFIRM = "charge.confirm"
    RESEARCH_CLAIM = "research.claim"
    RESEARCH_DRAFT = "research.draft"
    EVIDENCE_GATHER = "evidence.gather"
    EVIDENCE_READ = "evidence.read"
    SOURCE_SWITCH = "source.switch"
    DETERMINATION_SIGN = "determination.sign"
    WORK_SUPERVISE = "work.supervise"
    PERSON_VIEW = "person.view"
    PERSON_PROTECTED = "person.protected"
    PERSON_LINK = "person.link"
    PERSON_LINK_APPROVE = "person.link_approve"
    PORTAL_VIEW = "portal.view"
    RESPONSE_ACKNOWLEDGE = "response.acknowledge"
    DELIVERY_VIEW = "delivery.view"
    DELIVERY_REPLAY = "delivery.replay"
    DELIVERY_ADDRESS_KEEP = "delivery_address.keep"
    DETERMINATION_CONCUR = "determination.concur"
    DETERMINATION_CORRECT = "determination.correct"
    CITIZENSHIP_CLAIM = "citizenship.claim"
    CITIZENSHIP_VIEW = "citizenship.view"
    CITIZENSHIP_CONCLUDE = "citizenship.conclude"
    FIRST_RESPONSE_CORRECT = "first_response.correct"
    REFERRAL_VIEW = "referral.view"
    EVENT_VERIFY = "event.verify"
    AGENCY_VIEW = "agency.view"
    AGENCY_KEEP = "agency.keep"
    PARTICIPATION_KEEP = "participation.keep"
    USER_MANAGE = "user.manage"
    ROLE_GRANT = "role.grant"
    MACHINE_KEY_MANAGE = "machine_key.manage"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_REVIEW = "emergency.review"
    ACCESS_EXPLAIN = "access.explain"
    READS_VIEW = "reads.view"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_AGAIN = "assessment.again"


Condition = Callable[[Any, Any], str | None]

# Who looks after worklists; each worklist names one of them.
SUPERVISORS: tuple[Role, ...] = (Role.SUPPORT_SUPERVISOR, Role.LEAD_EXAMINER)


def everywhere(actor: Any, thing: Any) -> str | None:
    """No condition."""
    return None


def own_ori(actor: Any, ori: Any) -> str | None:
    """A booking system acts for the one ORI whose key it holds."""
    return None if actor.pk == ori.pk else "A booking system's key is good for its own ORI only."


def own_agency(actor: Any, ori: Any) -> str | None:
    """A booking officer acts for the agency that employs the officer."""
    same = actor.agency_id is not None and actor.agency_id == ori.agency_id
    return None if same else "A booking officer sees and submits for the officer's own agency only."


def own_state(actor: Any, ori: Any) -> str | None:
    """A state bureau sees the agencies of its own state."""
    same = actor.agency.state_id is not None and actor.agency.state_id == ori.agency.state_id
    return None if same else "A state bureau sees the submissions of its own state only."


def own_office(actor: Any, referral: Any) -> str | None:
    """A field officer sees what was referred to the officer's own office."""
    same = actor.agency_id is not None and actor.agency_id == referral.office_id
    return None if same else "A field officer sees the referrals to the officer's own office only."


def serves_its_county(actor: Any, ori: Any) -> str | None:
    """A field office has to do with the counties it serves."""
    same = actor.agency_id is not None and actor.agency_id == ori.field_office_id
    return None if same else "Another field office serves the county of this submission."


def not_examined_before(actor: Any, item: Examined) -> str | None:
    """Two examiners means two people (S1)."""
    return "You have already decided on this item: another examiner must." if actor.pk in item.examiner_ids else None


def not_the_drafter(actor: Any, determination: Drafted) -> str | None:
    """Whoever signs has not written the draft, and there is a draft."""
    if determination.drafted_by_id is None:
        return "There is no draft to sign."
    if determination.drafted_by_id == actor.pk:
        return "You wrote this draft: another officer must sign it."
    return None


def supervising_as(role: Role) -> Condition:
    """A supervisor looks after the worklists of the supervisor's own trade."""

    def condition(actor: Any, worklist: Supervised) -> str | None:
        return None if worklist.supervisor is role else "Another supervisor looks after this worklist."

    condition.__doc__ = supervising_as.__doc__  # the screens show it
    return condition


def not_who_opened_it(actor: Any, access: Opened) -> str | None:
    """Whoever reviews an emergency access has not opened it."""
    return "You opened this yourself: somebody else must review it." if actor.pk == access.user_id else None


def not_the_proposer(actor: Any, change: Proposed) -> str | None:
    """Whoever approves a change of a person's records has not proposed it."""
    return "You proposed this: another supervisor must decide it." if actor.pk == change.proposed_by_id else None


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
