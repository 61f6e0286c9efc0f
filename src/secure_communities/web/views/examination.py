# SPDX-License-Identifier: Apache-2.0
"""The examiners' list and the comparison: prints beside prints, nothing else, then a conclusion with its reasons.

No score, no name, no rank, no other examiner's decision is shown. The first look is blind: which minutiae the engine
paired is shown only when the examiner asks. Comparisons are not claimed: on the immigration side two examiners decide
at the same time, each alone (S1); the database takes one decision of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secure_communities.identify.examination import disclosure, selectors, services
from secure_communities.identify.examination.effort import read_effort
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.selectors import Shown
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
from secure_communities.web.presenters import bench, fingers, lists
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
    """Probe and candidate side by side; the conclusion is sent from the same page.

    A lead examiner before a dispute sends a first look, is then shown what the examiners said, and concludes.
    """
    frame.require(request, Permission.EXAMINATION_DECIDE, Permission.CRIMINAL_CANDIDATE_DECIDE)
    examination = get_object_or_404(
        Examination.objects.select_related("submission__data_key")
        .prefetch_related("candidates__subject__data_key")
        .defer("submission__content"),
        pk=examination_id,
    )  # fmt: skip
    shown = selectors.shown_to(request.user, examination)
    names = [(one.candidate.pk, f"candidate {one.letter}, {one.candidate.subject.number}") for one in shown]
    form = DecisionForm(request.POST if request.method == "POST" else None, candidates=names)
    closed = _why_closed(request, examination)
    looking = not closed and _looks_first(request, examination)
    refusal = ""
    if form.is_valid():
        try:
            _record(request, examination, form, looking=looking)
        except DecisionRefused as error:
            refusal = str(error)
        else:
            if looking:
                return redirect(address_of(examination.pk))
            return redirect("web:examined", examination_id=examination.pk)
    submission, _ = frame.open_record(request, examination.submission.control_number, among=[ReadPurpose.EXAMINATION])
    chosen, paired = _chosen(request, shown), request.GET.get("pairing") == SHOWN
    disputed = not closed and examination.finding == "lead_needed"
    context = {
        "trail": [{"title": "Examination", "href": reverse("web:examination")}, {"title": submission.control_number}],
        "bar": _bar(examination, submission),
        "bench": _bench(request, examination, submission, shown, chosen, paired=paired)
        if examination.closed_at is None
        else None,
        "form": form,
        "refusal": refusal,
        "closed_to_reader": closed,
        "looking": looking,
        "opinions": _opinions(request, examination) if disputed and not looking else None,
        "action": request.get_full_path(),
    }
    return frame.show(request, "web/compare.html", context, status=409 if refusal else 200)


def _record(request: HttpRequest, examination: Examination, form: DecisionForm, *, looking: bool) -> None:
    verdict, candidate = form.decision
    record = services.look if looking else services.decide
    record(
        examination_id=examination.pk, examiner=request.user, verdict=verdict, candidate_id=candidate,
        rationale=form.cleaned_data["rationale"], at=clock.now(), effort=read_effort(form.cleaned_data["effort"]),
    )  # fmt: skip


def _looks_first(request: HttpRequest, examination: Examination) -> bool:
    looked = examination.first_looks.filter(examiner_id=request.user.pk).exists()
    return examination.finding == "lead_needed" and not looked


def _chosen(request: HttpRequest, shown: Sequence[Shown]) -> Shown:
    wanted = request.GET.get("candidate", "")
    return next((one for one in shown if one.letter == wanted), shown[0])


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


def _why_closed(request: HttpRequest, examination: Examination) -> str:
    """Why the reader may not decide, or nothing. Never the other examiner's conclusion."""
    if examination.closed_at:
        return "This comparison is complete. Nothing is left to decide."
    if request.user.pk in examination.examiner_ids:
        return "You decided this comparison already. Another examiner takes it now."
    answer = may(request.user, services.permission_to_decide(examination), examination)
    return answer.why if isinstance(answer, Refused) else ""


def _opinions(request: HttpRequest, examination: Examination) -> list[dict[str, Any]]:
    """What the examiners said, and the lead's own first look: the service refuses whoever may not know."""
    told = disclosure.opinions(examination=examination, reader=request.user, at=clock.now())
    return bench.opinions(told, disclosure.own_look(examination=examination, reader=request.user))


def _bench(
    request: HttpRequest, examination: Examination, submission: Submission, shown: Sequence[Shown], chosen: Shown, *,
    paired: bool,
) -> dict[str, Any]:  # fmt: skip
    """The prints to compare; images where they were kept, else minutiae on a blank ground."""
    candidate = chosen.candidate
    probe = intake.probe_of(submission, Register(examination.register)) or {}
    enrolled = galleries.tenprint_of(candidate.subject)
    kept = set(candidate.subject.prints.filter(image__isnull=False).values_list("position", flat=True))
    token = frame.page_token(
        request, submission=submission.control_number, purpose=ReadPurpose.EXAMINATION.value,
        examination=examination.pk,
    )  # fmt: skip
    query = urlencode({"view": token})
    if paired:
        disclosure.note_pairs(examination=examination, candidate=candidate, reader=request.user, at=clock.now())

    def probe_image(position: int) -> str:
        return f"{reverse('web:finger', args=[submission.control_number, position])}?{query}"

    def candidate_image(position: int) -> str | None:
        where = reverse("web:candidate-finger", args=[examination.pk, candidate.pk, position])
        return f"{where}?{query}" if position in kept else None

    asked = {} if paired else {"pairing": SHOWN}
    return {
        "examination": examination.pk,
        "title": f"Probe and candidate {chosen.letter}",
        "choice": [
            {"title": f"Candidate {one.letter}", "href": address_of(examination.pk, candidate=one.letter),
             "current": one is chosen}
            for one in shown
        ],
        "strip": bench.strip(probe, enrolled),
        "pairs": fingers.pairs(
            probe, enrolled, probe_image=probe_image, candidate_image=candidate_image,
            name=f"Candidate {chosen.letter}", paired=paired,
        ),
        "pairing": {"shown": paired, "href": address_of(examination.pk, candidate=chosen.letter, **asked)},
        "pairs_url": f"{reverse('web:pairs', args=[examination.pk, candidate.pk, 0])}?{query}",
        "keys": bench.keys(),
    }  # fmt: skip


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
    more = {"href": reverse("web:scores", args=[decision.pk]), "text": "See what the engine had found"}
    return frame.show(request, "web/examined.html", {"panel": panel, "more": more})


@require_safe
@frame.staff_page
def scores(request: HttpRequest, examination_id: int) -> HttpResponse:
    """What the engine had found, for those who decided: reading it is logged."""
    examination = get_object_or_404(
        Examination.objects.select_related("submission__data_key").defer("submission__content"),
        decisions__examiner_id=request.user.pk, pk=examination_id,
    )  # fmt: skip
    found = disclosure.scores(examination=examination, reader=request.user, at=clock.now())
    context = {
        "trail": [{"title": "Examination", "href": reverse("web:examination")}, {"title": "What the engine found"}],
        "reference": f"EXAM-{examination.pk:06}",
        "cards": bench.scores(found),
        "columns": bench.SCORE_COLUMNS,
    }
    return frame.show(request, "web/scores.html", context)
