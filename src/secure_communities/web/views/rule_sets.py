# SPDX-License-Identifier: Apache-2.0
"""The rule sets: which there are and which orders the work, one of them row by row, two side by side; load another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.offences import offence
from secure_communities.policy.priority import RuleSet
from secure_communities.policy.priority.differences import answers, edits
from secure_communities.prioritize.rulesets import selectors, services
from secure_communities.prioritize.rulesets.models import Activation, RuleSetVersion, ShadowRun
from secure_communities.web.forms.rule_sets import BundleForm, CodeForm, CompareForm
from secure_communities.web.presenters import rule_sets as shown
from secure_communities.web.views import frame

SETS = (
    {"key": "name", "title": "Rule set"}, {"key": "standing", "title": "Standing"},
    {"key": "dates", "title": "In force"},
    {"key": "citation", "title": "After"}, {"key": "origin", "title": "Whence"},
)  # fmt: skip
ACTIVATIONS = (
    {"key": "from", "title": "In force from"}, {"key": "version", "title": "Rules"},
    {"key": "by", "title": "Decided by"}, {"key": "reason", "title": "Reason"}, {"key": "ground", "title": "After"},
)  # fmt: skip
RUNS = (
    {"key": "run", "title": "Shadow run"}, {"key": "against", "title": "Against"},
    {"key": "asked", "title": "Asked for"}, {"key": "standing", "title": "Standing"},
)  # fmt: skip


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Every version of every rule set, what was activated, and the shadow runs."""
    return _listing(request, BundleForm())


def _listing(request: HttpRequest, form: BundleForm, *, status: int = 200) -> HttpResponse:
    now, reader = clock.now(), request.user
    activations = list(
        Activation.objects.select_related("version", "decided_by", "shadow_run", "withdrawal__decided_by")[
            : frame.PAGE_SIZE
        ]
    )
    present, active = selectors.activation_at(now), selectors.active_rule_set(now)
    versions = _versions()
    runs = ShadowRun.objects.select_related("candidate", "against", "asked_by")[: frame.PAGE_SIZE]
    context = {
        "active": active, "active_url": shown.address(active.hash),
        "since": present.effective_from if present else None,
        "coming": selectors.coming(now), "activates": bool(may(reader, Permission.RULES_ACTIVATE, at=now)),
        "columns": SETS,
        "rows": [_set_row(one, stored, active=active) for one, stored in versions],
        "activation_columns": ACTIVATIONS,
        "activations": [_activation(one, now) for one in activations],
        "run_columns": RUNS, "runs": [run_row(one) for one in runs],
        "form": form if may(reader, Permission.RULES_LOAD, at=now) else None,
        "compare": CompareForm(
            versions=_choices(versions),
            initial={"before": active.hash, "after": next(one.hash for one, _ in versions if one.hash != active.hash)},
        ),
        "go_back_url": reverse("web:go-back-rules")
        if present and may(reader, Permission.RULES_ACTIVATE, at=now) else "",
    }  # fmt: skip
    return frame.show(request, "web/rule_sets.html", context, status=status)


def _versions() -> list[tuple[RuleSet, RuleSetVersion | None]]:
    """Every version: those shipped, and those loaded; an altered text in store is not among them."""
    rows = {one.hash: one for one in selectors.in_store()}
    return [(one, rows.get(one.hash)) for one in selectors.readable()]


def _choices(versions: list[tuple[RuleSet, RuleSetVersion | None]]) -> list[tuple[str, str]]:
    return [(one.hash, shown.name(one)) for one, _ in versions]


def _set_row(one: RuleSet, stored: RuleSetVersion | None, *, active: RuleSet) -> dict[str, Any]:
    signed = f"signed with key {stored.signed_by}" if stored and stored.signed_by else "shipped with the software"
    return {
        "name": {"text": shown.name(one), "href": shown.address(one.hash), "note": one.title},
        "standing": {"text": "Orders the work", "tone": "good", "note": signed} if one.hash == active.hash
        else {"text": "Draft table" if one.draft else "In store", "tone": "attention" if one.draft else "neutral",
              "note": signed},
        "dates": {"text": f"{one.effective_from}", "note": f"to {one.effective_to or 'now'}"},
        "citation": one.citation, "origin": one.origin,
    }  # fmt: skip


def _activation(one: Activation, now: Any) -> dict[str, Any]:
    ground: dict[str, Any] = {"text": "Going back"}
    if one.shadow_run_id:
        ground = {
            "text": f"Shadow run {one.shadow_run_id}",
            "href": reverse("web:shadow-run", args=[one.shadow_run_id]),
        }
    taken_back = getattr(one, "withdrawal", None)
    note = "still to come" if one.effective_from > now else ""
    if taken_back:
        note = f"withdrawn by {taken_back.decided_by.display_name}: {taken_back.reason}"
    return {
        "from": {"at": one.effective_from, "note": note},
        "version": {
            "text": f"{one.version.code}, version {one.version.version}", "href": shown.address(one.version.hash)
        },
        "by": one.decided_by.display_name, "reason": one.reason, "ground": ground,
    }  # fmt: skip


def run_row(one: ShadowRun) -> dict[str, Any]:
    """A shadow run in a list."""
    done = {"text": "Finished", "tone": "good"} if one.finished_at else {"text": "At work", "tone": "working"}
    return {
        "run": {
            "text": f"{one.pk}: {one.candidate.code}, version {one.candidate.version}",
            "href": reverse("web:shadow-run", args=[one.pk]),
        },
        "against": f"{one.against.code}, version {one.against.version}",
        "asked": {"at": one.asked_at, "note": one.asked_by.display_name},
        "standing": {**done, "note": f"{one.done:,} cases"},
    }  # fmt: skip


@require_safe
@frame.staff_page
def detail(request: HttpRequest, digest: str) -> HttpResponse:
    """One version: every row in words, and what it answers to each offence; `code` looks one up."""
    rules, now = version_of(digest), clock.now()
    form = CodeForm(request.GET if "code" in request.GET else None)
    groups, looked = answers(rules), None
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        entry, group = offence(code), next(one for one in groups if code in one.codes)
        looked = {
            "title": f"{code}: {entry.description.lower()}" if entry else code,
            "rows": [{**one, "offences": code} for one in shown.answer_rows(rules, [group])],
            "named": shown.rows_of_code(rules, code),
        }
    stored = RuleSetVersion.objects.filter(hash=rules.hash).first()
    active = selectors.active_rule_set(now)
    runs = (
        ShadowRun.objects.filter(candidate=stored).select_related("candidate", "against", "asked_by") if stored else ()
    )
    others = [(one.hash, shown.name(one)) for one, _ in _versions() if one.hash != rules.hash]
    context = {
        "rules": rules, "title": shown.name(rules), "active": active.hash == rules.hash,
        "trail": [{"title": "Rules", "href": reverse("web:rule-sets")}, {"title": shown.name(rules)}],
        "facts": [
            {"term": "After", "value": rules.citation}, {"term": "Whence", "value": rules.origin},
            {"term": "In force", "value": f"{rules.effective_from} to {rules.effective_to or 'now'}"},
            {"term": "An outcome is recent for", "value": f"{rules.fresh_days} days; after that it is asked again"},
            {"term": "Deferred adjudication", "value": "counts as a charge" if rules.deferred == "CHARGED"
             else "a person says whether it counts as a conviction"},
            {"term": "When no row says anything",
             "value": f"{rules.title_of(rules.otherwise)}: {rules.otherwise_because}"},
            {"term": "Hash", "value": rules.hash, "mono": True},
        ],
        "levels": [one.title for one in rules.levels],
        "columns": shown.ROWS, "rows": shown.rows(rules), "findings": shown.findings(rules),
        "answer_columns": shown.ANSWERS, "answers": shown.answer_rows(rules, groups), "required": rules.require,
        "form": form, "looked": looked, "runs": [run_row(one) for one in runs], "run_columns": RUNS,
        "compare": CompareForm(initial={"before": active.hash, "after": rules.hash},
                               versions=[(rules.hash, shown.name(rules)), *others]) if others else None,
        "bundle_url": reverse("web:rule-set-file", args=[rules.hash]),
        "shadow_url": reverse("web:ask-shadow", args=[rules.hash])
        if active.hash != rules.hash and may(request.user, Permission.RULES_SHADOW, at=now) else "",
    }  # fmt: skip
    return frame.show(
        request, "web/rule_set.html", context, status=422 if form.is_bound and not form.is_valid() else 200
    )


def version_of(digest: str) -> RuleSet:
    """The rule set of that hash. Raises Http404."""
    try:
        return selectors.by_hash(digest)
    except (selectors.UnknownRules, ValueError):
        raise Http404("no such rules") from None


@require_safe
@frame.staff_page
def file(request: HttpRequest, digest: str) -> HttpResponse:
    """The canonical text that the hash is of; as signed where it was loaded signed."""
    rules = version_of(digest)
    stored = RuleSetVersion.objects.filter(hash=rules.hash).first()
    signed = bytes(stored.bundle) if stored else b""
    answer = HttpResponse(signed or rules.canonical_bytes(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{rules.code.lower()}-v{rules.version}.json"'
    return answer


@require_safe
@frame.staff_page
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions: where they answer otherwise, computed over every code and length, and where their texts differ."""
    versions = _choices(_versions())
    form = CompareForm(request.GET or None, versions=versions)
    context: dict[str, Any] = {
        "form": form, "trail": [{"title": "Rules", "href": reverse("web:rule-sets")}, {"title": "Two rule sets"}],
    }  # fmt: skip
    if not form.is_bound or not form.is_valid():
        return frame.show(request, "web/rule_compare.html", context, status=422 if form.is_bound else 200)
    before, after = version_of(form.cleaned_data["before"]), version_of(form.cleaned_data["after"])
    groups = answers(before, after)
    context |= {
        "before": before, "after": after, "before_name": shown.name(before), "after_name": shown.name(after),
        "columns": shown.COMPARED, "rows": shown.compared_rows(before, after, groups),
        "moved": sum(len(one.codes) for one in groups if not one.same), "codes": sum(len(one.codes) for one in groups),
        "edit_columns": shown.EDITS,
        "edits": shown.edit_rows(edits(before, after)) if before.code == after.code else None,
        "swap_url": f"{reverse('web:compare-rules')}?{urlencode({'before': after.hash, 'after': before.hash})}",
    }  # fmt: skip
    return frame.show(request, "web/rule_compare.html", context)


@require_POST
@frame.staff_page
def load(request: HttpRequest) -> HttpResponse:
    """Load a signed bundle. It changes nothing until somebody activates it."""
    frame.require(request, Permission.RULES_LOAD)
    form = BundleForm(request.POST, request.FILES)
    if not form.is_valid():
        return _listing(request, form, status=422)
    try:
        row = services.load(bundle=form.cleaned_data["bundle"], by=request.user, at=clock.now())
    except Refusal as error:
        form.add_error("bundle", str(error))
        return _listing(request, form, status=409)
    messages.success(request, f"{row} is in store. It orders nothing: let a shadow run try it first.")
    return HttpResponseRedirect(shown.address(row.hash))
