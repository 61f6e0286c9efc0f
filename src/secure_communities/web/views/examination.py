# SPDX-License-Identifier: Apache-2.0
"""The examiners' list and the comparison: prints beside prints, nothing else, then a conclusion with its reasons.

No score, no name, no other examiner's decision is shown. The first look is blind: which minutiae the engine paired is
shown only when the examiner asks. Comparisons are not claimed: on the immigration side two examiners decide at the same
time, each alone (S1); the database takes one decision of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secure_communities.identify.examination import selectors, services
from secure_communities.identify.examination.models import Candidate, Examination
from secure_communities.identify.examination.services import DecisionRefused
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Refused, may
from secure_communities.web.forms.examination import DecisionForm
from secure_communities.web.presenters import fingers, lists
from secure_communities.web.views import frame

SHOWN = "shown"
NEXT = {
    "immigration": [
        "Another examiner compares the same prints without seeing your conclusion.",
        "Nothing leaves before two examiners have confirmed the same candidate.",
        "If the conclusions differ, a lead examiner decides.",
    ],
    "criminal": [
        "The agency's first response follows from your conclusion at once.",
        "An inconclusive comparison goes to a lead examiner; it never becomes a no-match by itself.",
    ],
}


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Comparisons this examiner could decide, due first."""
    frame.require(request, Permission.EXAMINATION_DECIDE, Permission.CRIMINAL_CANDIDATE_DECIDE)
    page = Paginator(waiting(request), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"rows": rows_of(page), "columns": lists.EXAMINATION_COLUMNS, "page": page}
    return frame.show(request, "web/examination_list.html", context)


def waiting(request: HttpRequest) -> QuerySet[Examination]:
    """The comparisons that wait for the reader, due first."""
    found = selectors.waiting_for(request.user, at=clock.now())
    return found.defer("submission__content").prefetch_related("candidates")


def rows_of(compared: Iterable[Examination]) -> list[dict[str, Any]]:
    """Comparisons as rows of the table."""
    now = clock.now()
    return [lists.examination_row(one, href=address_of(one.pk), now=now) for one in compared]


def address_of(examination_id: int, **more: Any) -> str:
    """A comparison's address; coming from the list of comparisons, the purpose is to compare."""
    query = urlencode({"purpose": ReadPurpose.EXAMINATION.value, **more})
    return f"{reverse('web:compare', args=[examination_id])}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
@frame.staff_page
def compare(request: HttpRequest, examination_id: int) -> HttpResponse:
    """Probe and candidate side by side; the conclusion is sent from the same page."""
    frame.require(request, Permission.EXAMINATION_DECIDE, Permission.CRIMINAL_CANDIDATE_DECIDE)
    examination = get_object_or_404(
        Examination.objects.select_related("submission").defer("submission__content"), pk=examination_id
    )
    candidates = list(examination.candidates.select_related("subject__data_key"))
    names = [(one.pk, f"candidate {one.rank}, {one.subject.number}") for one in candidates]
    form = DecisionForm(request.POST if request.method == "POST" else None, candidates=names)
    refusal = ""
    if form.is_valid():
        verdict, candidate = form.decision
        try:
            services.decide(
                examination_id=examination.pk, examiner=request.user, verdict=verdict, candidate_id=candidate,
                rationale=form.cleaned_data["rationale"], at=clock.now(),
            )  # fmt: skip
        except DecisionRefused as error:
            refusal = str(error)
        else:
            return redirect("web:examined", examination_id=examination.pk)
    submission, _ = frame.open_record(request, examination.submission.control_number, among=[ReadPurpose.EXAMINATION])
    chosen, paired = _chosen(request, candidates), request.GET.get("pairing") == SHOWN
    look = _may_look(request, examination)
    context = {
        "trail": [{"title": "Examination", "href": reverse("web:examination")}, {"title": submission.control_number}],
        "bar": _bar(examination, submission),
        "choice": [
            {"title": f"Candidate {one.rank}", "href": address_of(examination.pk, candidate=one.rank),
             "current": one == chosen}
            for one in candidates
        ],
        "pairs": _pairs(request, examination, submission, chosen, paired=paired) if look else None,
        "pairing": {
            "shown": paired,
            "href": address_of(examination.pk, candidate=chosen.rank, **({} if paired else {"pairing": SHOWN})),
        },
        "pairs_title": f"Probe and candidate {chosen.rank}",
        "form": form,
        "refusal": refusal,
        "closed_to_reader": _why_closed(request, examination),
        "action": request.get_full_path(),
    }  # fmt: skip
    return frame.show(request, "web/compare.html", context, status=409 if refusal else 200)


def _chosen(request: HttpRequest, candidates: list[Candidate]) -> Candidate:
    wanted = request.GET.get("candidate", "1")
    return next((one for one in candidates if str(one.rank) == wanted), candidates[0])


def _bar(examination: Examination, submission: Submission) -> dict[str, Any]:
    return {
        "kind": lists.REGISTERS[examination.register],
        "title": "Compare the prints",
        "facts": [
            {"term": "Submission", "value": submission.control_number, "mono": True},
            {"term": "Candidates", "value": examination.candidates.count()},
            {"term": "Waiting since", "at": examination.opened_at},
        ],
        "clock": {
            "due": examination.due_at, "started": examination.opened_at, "stopped": examination.closed_at,
            "now": clock.now(), "label": "Due",
        },
    }  # fmt: skip


def _may_look(request: HttpRequest, examination: Examination) -> bool:
    return examination.closed_at is None


def _why_closed(request: HttpRequest, examination: Examination) -> str:
    """Why the reader may not decide, or nothing. Never the other examiner's conclusion."""
    if examination.closed_at:
        return "This comparison is complete. Nothing is left to decide."
    if request.user.pk in examination.examiner_ids:
        return "You decided this comparison already. Another examiner takes it now."
    lead = examination.finding == "lead_needed"
    criminal = Permission.CRIMINAL_CANDIDATE_DECIDE if examination.register == "criminal" else None
    permission = Permission.EXAMINATION_LEAD if lead else criminal or Permission.EXAMINATION_DECIDE
    answer = may(request.user, permission, examination)
    return answer.why if isinstance(answer, Refused) else ""


def _pairs(
    request: HttpRequest, examination: Examination, submission: Submission, candidate: Candidate, *, paired: bool
) -> list[dict[str, Any]]:
    """The prints to compare; images where they were kept, else minutiae on a blank ground."""
    probe = intake.probe_of(submission, Register(examination.register)) or {}
    enrolled = galleries.tenprint_of(candidate.subject)
    kept = set(candidate.subject.prints.filter(image__isnull=False).values_list("position", flat=True))
    token = frame.page_token(
        request, submission=submission.control_number, purpose=ReadPurpose.EXAMINATION.value,
        examination=examination.pk,
    )  # fmt: skip
    query = urlencode({"view": token})

    def probe_image(position: int) -> str:
        return f"{reverse('web:finger', args=[submission.control_number, position])}?{query}"

    def candidate_image(position: int) -> str | None:
        where = reverse("web:candidate-finger", args=[examination.pk, candidate.pk, position])
        return f"{where}?{query}" if position in kept else None

    return fingers.pairs(
        probe, enrolled, probe_image=probe_image, candidate_image=candidate_image, name=f"Candidate {candidate.rank}",
        paired=paired,
    )  # fmt: skip


@require_safe
@frame.staff_page
def done(request: HttpRequest, examination_id: int) -> HttpResponse:
    """What happens next, said alike whatever the other examiner concluded."""
    decision = get_object_or_404(Examination.objects.filter(decisions__examiner_id=request.user.pk), pk=examination_id)
    panel = {
        "title": "Your conclusion is recorded",
        "reference": f"EXAM-{decision.pk:06}",
        "next": NEXT[decision.register],
        "href": reverse("web:examination"),
        "link": "Next comparison",
    }
    return frame.show(request, "web/done.html", {"panel": panel})
