# SPDX-License-Identifier: Apache-2.0
"""The policy map in words: what each permission lets somebody do, on what, and under which condition. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.platform.access.conditions import Condition, everywhere
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role

TITLES: Mapping[Permission, str] = {
    Permission.SUBMISSION_SUBMIT: "Submit fingerprints",
    Permission.SUBMISSION_VIEW: "Open submissions",
    Permission.CRIMINAL_CANDIDATE_DECIDE: "Decide a possible match of the criminal register",
    Permission.EXAMINATION_DECIDE: "Decide a candidate of the immigration register",
    Permission.EXAMINATION_LEAD: "Resolve a disagreement between examiners",
    Permission.EXAMINATION_STATISTICS: "See the statistics of examination",
    Permission.EXAMINER_FIGURES: "See the figures of single examiners",
    Permission.CHARGE_CONFIRM: "Confirm the code of a charge",
    Permission.DISPOSITION_RECORD: "Record what a court reported of a charge",
    Permission.RESEARCH_CLAIM: "Take up a status query",
    Permission.RESEARCH_DRAFT: "Draft a determination",
    Permission.EVIDENCE_GATHER: "Ask the sources of evidence again",
    Permission.EVIDENCE_READ: "Open evidence",
    Permission.SOURCE_SWITCH: "Take a source of evidence out of use and put it back",
    Permission.DETERMINATION_SIGN: "Sign a determination",
    Permission.WORK_SUPERVISE: "See what is late, and move work that others hold",
    Permission.PERSON_VIEW: "Open a person's record",
    Permission.PERSON_PROTECTED: "See what a protected person's record holds",
    Permission.PERSON_LINK: "Say which records are one person's",
    Permission.PERSON_LINK_APPROVE: "Decide a proposed merge or split",
    Permission.CITIZENSHIP_CLAIM: "Record a claim about citizenship",
    Permission.CITIZENSHIP_VIEW: "See claims and indications of citizenship",
    Permission.CITIZENSHIP_CONCLUDE: "Clear or confirm an indication of citizenship, as one of two",
    Permission.DETERMINATION_CONCUR: "Concur in a determination that needs supervisor and counsel",
    Permission.DETERMINATION_CORRECT: "Correct a signed determination",
    Permission.REFERRAL_VIEW: "See referrals to a field office",
    Permission.FIRST_RESPONSE_CORRECT: "Correct a first response that was wrong",
    Permission.RESPONSE_ACKNOWLEDGE: "Acknowledge answers",
    Permission.PORTAL_VIEW: "See the own agency's bookings and answers",
    Permission.DELIVERY_VIEW: "See how answers are delivered",
    Permission.DELIVERY_REPLAY: "Deliver an answer again",
    Permission.DELIVERY_ADDRESS_KEEP: "Keep the addresses to which answers are delivered",
    Permission.EVENT_VERIFY: "Verify the event log",
    Permission.PROGRAMME_VIEW: "See the figures of the programme",
    Permission.AGENCY_VIEW: "See the agencies",
    Permission.AGENCY_KEEP: "Keep agencies and their ORIs",
    Permission.PARTICIPATION_KEEP: "Keep the participation register",
    Permission.USER_MANAGE: "Add and deactivate users",
    Permission.ROLE_GRANT: "Grant and end roles",
    Permission.MACHINE_KEY_MANAGE: "Issue and revoke machine keys",
    Permission.EMERGENCY_OPEN: "Open a record in an emergency, to read, for an hour",
    Permission.EMERGENCY_REVIEW: "Review emergency access afterwards",
    Permission.ACCESS_EXPLAIN: "See the whole policy and explain anybody's access",
    Permission.READS_VIEW: "See who opened a record",
    Permission.ASSESSMENT_VIEW: "See why a case has its priority",
    Permission.ASSESSMENT_AGAIN: "Have a case assessed again",
    Permission.FINDING_STATE: "State a finding about a person, with its evidence",
    Permission.CIRCUMSTANCE_RECORD: "Record a humanitarian or family circumstance",
    Permission.OUTCOME_ASK: "Note that the outcome of a charge was asked again",
    Permission.OVERRIDE_PROPOSE: "Propose another priority than the rules give",
    Permission.OVERRIDE_DECIDE: "Decide on a proposed override",
    Permission.RULES_VIEW: "Read the rule sets",
    Permission.RULES_LOAD: "Load a signed rule set",
    Permission.RULES_SHADOW: "Try a rule set without effect",
    Permission.RULES_ACTIVATE: "Let other rules order the work",
    Permission.ROLLOUT_VIEW: "See plans of the roll-out",
    Permission.ROLLOUT_PLAN: "Plan the roll-out",
    Permission.ROLLOUT_APPROVE: "Approve a plan of the roll-out",
    Permission.FIELD_WORK_TAKE: "Take a case of the own field office",
    Permission.LEVER_VIEW: "See the levers of the priority queue",
    Permission.LEVER_SET: "Set a lever of the priority queue",
    Permission.TRANSPARENCY_PUBLISH: "Publish a transparency report",
}

# What the thing is that a permission is asked about, by the first word of its name.
THINGS: Mapping[str, str] = {
    "submission": "one agency's submissions",
    "criminal_candidate": "one comparison",
    "examination": "one comparison",
    "charge": "one charge",
    "research": "one status query",
    "evidence": "one status query",
    "determination": "one draft",
    "work": "one worklist",
    "person": "one person",
    "emergency": "one submission",
    "citizenship": "one submission",
    "referral": "one referral",
    "field_work": "one case of the queue",
    "first_response": "one submission",
    "response": "one agency's answers",
    "portal": "one agency's bookings",
    "delivery": "one answer",
    "assessment": "one agency's cases",
    "finding": "one agency's cases",
    "circumstance": "one agency's cases",
    "override": "one agency's cases",
    "rollout": "one plan",
}


def title_of(permission: Permission) -> str:
    """What the permission lets somebody do."""
    return TITLES.get(permission) or permission.value.replace("_", " ").replace(".", ": ").capitalize()


def thing_of(permission: Permission) -> str:
    """What the permission is asked about; everything, where it is not about one thing."""
    return THINGS.get(permission.value.partition(".")[0], "everything of the kind")


def condition_of(condition: Condition) -> str:
    """A condition as a sentence: the first paragraph of what its function says of itself."""
    if condition is everywhere:
        return "Without a condition."
    return " ".join((condition.__doc__ or "").split("\n\n")[0].split())


def role_name(role: Role) -> str:
    """A role for people."""
    return role.value.replace("_", " ").capitalize()
