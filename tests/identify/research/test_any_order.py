# SPDX-License-Identifier: Apache-2.0
"""Whatever is called in whatever order: no notice without two confirmations, no adverse status without officer,
authority, evidence and cleared signs; every blocked path names its safeguard. Real services, real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_communities.identify.citizenship import selectors as citizenship
from secure_communities.identify.citizenship import services as signs
from secure_communities.identify.citizenship.models import Conclusion, Indicium, Source
from secure_communities.identify.citizenship.services import CitizenshipRefused, PathBlocked
from secure_communities.identify.examination import services as examination
from secure_communities.identify.examination.models import Decision, Examination
from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.examination.services import DecisionRefused
from secure_communities.identify.referrals.models import Referral
from secure_communities.identify.research import review, services
from secure_communities.identify.research.grounds import ResearchRefused
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import SPEAK_OF_A_MATCH
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.policy.citizenship import Path, Standing
from secure_communities.policy.determination import ADVERSE, Correction
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db
REFUSALS = (NotAllowed, DecisionRefused, ResearchRefused, CitizenshipRefused)
PEOPLE = {
    "examiner one": (Role.EXAMINER,),
    "examiner two": (Role.EXAMINER,),
    "lead": (Role.LEAD_EXAMINER,),
    "specialist": (Role.SUPPORT_SPECIALIST,),
    "officer": (Role.AUTHORISED_OFFICER,),
    "both": (Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER),
    "supervisor": (Role.SUPPORT_SUPERVISOR,),
    "counsel": (Role.COUNSEL,),
}
STEPS = ("identify", "exclude", "claim", "draft", "return", "sign", "conclude", "concur", "correct")
CALLS = st.tuples(
    st.sampled_from(STEPS), st.sampled_from(sorted(PEOPLE)), st.sampled_from([Code.EWI, Code.LPR, Code.USC_INDICIA]),
    st.sampled_from(Conclusion), st.booleans(),
)  # fmt: skip
# A way that often gets somewhere, so that the laws are tried where they matter; any calls follow and stand between.
CONFIRM = [("identify", one, Code.LPR, Conclusion.CLEARED, True) for one in ("examiner one", "examiner two")]


class Case:
    """One comparison waiting for examiners, and the people who may call anything about it."""

    def __init__(self, *, born_here: bool) -> None:
        self.compared = a.a_candidate_match(fields={"2.020": "TX" if born_here else "MM"})
        a.search_criminal(self.compared.submission)
        self.people = {name: a_user(*roles) for name, roles in PEOPLE.items()}

    @property
    def query_id(self) -> int:
        return StatusQuery.objects.values_list("pk", flat=True).filter(submission=self.compared.submission).first() or 0

    def call(self, step: str, who: str, code: Code, conclusion: Conclusion, given: bool) -> None:
        """Call a service; `given` leaves words out when false."""
        person, words, query = self.people[who], "Because." if given else " ", self.query_id
        draft = StatusQuery.objects.get(pk=query).latest_draft if query else None
        number = draft.pk if draft else 0
        sign = Indicium.objects.order_by("-pk").first()
        role = next(iter(PEOPLE[who]))
        match step:
            case "identify" | "exclude":
                named = self.compared.candidates.get(rank=1).pk if step == "identify" else None
                verdict = Verdict.IDENTIFICATION if named else Verdict.EXCLUSION
                examination.decide(
                    examination_id=self.compared.pk, examiner=person, verdict=verdict, candidate_id=named,
                    rationale=words, at=a.AT,
                )  # fmt: skip
            case "claim":
                signs.record_claim(
                    submission_id=self.compared.submission_id, source=Source.OWN_STATEMENT, value="US",
                    provenance=words, by=person, at=a.AT,
                )  # fmt: skip
            case "conclude" if sign:
                signs.conclude(
                    indicium_id=sign.pk, reviewer=person, capacity=role, conclusion=conclusion, reason=words, at=a.AT
                )
            case "draft" if query:
                services.draft(
                    query_id=query, author=person, code=code, evidence=a.EVIDENCE if given else [],
                    confidence="Sure.", at=a.AT,
                )  # fmt: skip
            case "return" if query:
                services.return_draft(query_id=query, officer=person, reason=words, at=a.AT)
            case "sign" if query:
                services.sign(
                    query_id=query, officer=person, draft_id=number, authority=words, reason="Because.", at=a.AT
                )
            case "concur" if query:
                review.concur(query_id=query, draft_id=number, reviewer=person, capacity=role, reason=words, at=a.AT)
            case "correct" if query:
                review.correct(query_id=query, by=person, code=Correction.ERROR, words=words, at=a.AT)


def holds(case: Case) -> None:
    """The laws, of the database as it stands."""
    submission = case.compared.submission
    confirmed = Decision.objects.filter(examination=case.compared, verdict="identification")
    two = confirmed.values("examiner").distinct().count() >= 2
    if not two:
        assert not Message.objects.filter(kind__in=SPEAK_OF_A_MATCH).exists()
        assert not Referral.objects.exists() and not StatusQuery.objects.exists()
    for signed in Determination.objects.all():
        assert Role.AUTHORISED_OFFICER in signed.signer.roles(a.AT)
        assert signed.signer_id != signed.drafter_id
        assert signed.draft.stated_items and len(signed.sealed_authority) > 33 and len(signed.sealed_reason) > 33
    standings = citizenship.standings(submission)
    in_force = Determination.objects.order_by("-version").first()
    may_go_on = in_force is not None and in_force.code in ADVERSE and standings <= {Standing.CLEARED}
    assert citizenship.adverse_path_open(submission) == may_go_on
    for path in (Path.DETAINER, Path.CUSTODY, Path.REMOVAL):
        try:
            signs.require_open(path, submission)
        except PathBlocked as blocked:
            assert not may_go_on
            assert str(blocked).startswith("(S") and all(one.safeguard.startswith("S") for one in blocked.reasons)
        else:
            assert may_go_on


@contextmanager
def undone() -> Iterator[None]:
    """Everything in here happens in the real database and is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(params=[False, True], ids=["born abroad", "born here"])
def case(request: pytest.FixtureRequest) -> Case:
    return Case(born_here=request.param)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(confirmed=st.booleans(), calls=st.lists(CALLS, max_size=14))
def test_no_order_of_calls_gets_round_a_safeguard(case: Case, confirmed: bool, calls: list[tuple[Any, ...]]) -> None:
    with undone():
        for call in [*(CONFIRM if confirmed else []), *calls]:
            before = Determination.objects.count()
            refused = blocked = False
            standings = citizenship.standings(case.compared.submission)
            try:
                with transaction.atomic():
                    case.call(*call)
            except REFUSALS as refusal:
                refused, blocked = True, isinstance(refusal, PathBlocked)
            holds(case)
            if call[0] == "sign" and Determination.objects.count() > before:
                newest = Determination.objects.order_by("-pk").first()
                assert newest is not None
                assert newest.code not in ADVERSE or standings <= {Standing.CLEARED}
            assert not blocked or refused


def test_the_laws_are_tried_where_they_can_be_broken(case: Case) -> None:
    """The machine above reaches an adverse determination and a blocked one: it is no test of nothing."""
    with undone():
        for call in CONFIRM:
            case.call(*call)
        opened = bool(citizenship.standings(case.compared.submission))
        case.call("draft", "specialist", Code.EWI, Conclusion.CLEARED, True)
        if opened:
            with pytest.raises(PathBlocked), transaction.atomic():
                case.call("sign", "officer", Code.EWI, Conclusion.CLEARED, True)
            case.call("conclude", "supervisor", Code.EWI, Conclusion.CLEARED, True)
            case.call("conclude", "counsel", Code.EWI, Conclusion.CLEARED, True)
        case.call("sign", "officer", Code.EWI, Conclusion.CLEARED, True)
        assert citizenship.adverse_path_open(case.compared.submission)
        assert Examination.objects.filter(finding="confirmed").exists()
