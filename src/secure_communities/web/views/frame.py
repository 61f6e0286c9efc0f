# SPDX-License-Identifier: Apache-2.0
"""What every page for staff shares: sign-in, refusals as pages in plain words, the purpose asked before a record opens.

In: a view. Out: a view that never answers a refusal of the domain with an error of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from secure_communities.identify.intake import reading
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.reading import NotFound, PurposeMissing, ReadPurpose
from secure_communities.platform import clock
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed, Refused, may
from secure_communities.platform.keys.services import KeyDestroyed
from secure_communities.web.forms.people import PersonPurposeForm
from secure_communities.web.forms.reading import PurposeForm
from secure_communities.web.presenters.sight import purposes_of

View = Callable[..., HttpResponseBase]
PAGE_TOKEN = "web.page"  # noqa: S105 - the salt of a signature, no secret
TOKEN_SECONDS = 30 * 60
PAGE_SIZE = 25
ASKED_BY_SCRIPT = "HX-Request"


class PurposeAsked(Exception):
    """The reader has yet to say why the record is opened: answer with the form."""

    def __init__(self, form: PurposeForm | PersonPurposeForm) -> None:
        super().__init__("purpose asked")
        self.form = form


def staff_page(view: View) -> View:
    """A page for people who signed in. Refusals of the domain become pages with the domain's own sentence."""
    guarded = login_required(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if ASKED_BY_SCRIPT in request.headers and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})  # the whole page goes to sign in
        try:
            return guarded(request, *args, **kwargs)
        except PurposeAsked as asked:
            status = 422 if asked.form.is_bound else 200
            return show(request, "web/purpose.html", {"form": asked.form}, status=status)
        except NotAllowed as refusal:
            return refuse(request, 403, "You may not open this", str(refusal))
        except KeyDestroyed:
            return refuse(request, 410, "This record was expunged", "Its key was destroyed; nobody can read it again.")
        except (NotFound, Http404, ObjectDoesNotExist):
            sentence = "The number may be mistyped, or the record may not be visible to your role."
            return refuse(request, 404, "There is no such record here", sentence)
        except (PurposeMissing, signing.BadSignature):
            return refuse(request, 403, "This link is no longer good", "Open the page it came from again.")

    return answer


def refuse(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """A refusal as a page: what was refused and why."""
    return show(request, "web/refused.html", {"code": status, "title": title, "sentence": sentence}, status=status)


def roles_of(request: HttpRequest) -> frozenset[Role]:
    """The roles the signed-in user holds now, asked once a request."""
    if not hasattr(request, "_roles"):
        request._roles = request.user.roles(clock.now())  # type: ignore[attr-defined,union-attr]
    held: frozenset[Role] = request._roles  # type: ignore[attr-defined]
    return held


def in_words(roles: frozenset[Role]) -> str:
    """Roles for the user menu."""
    return ", ".join(sorted(role.value.replace("_", " ").capitalize() for role in roles))


def show(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page with the reader's role in the user menu."""
    role = in_words(roles_of(request)) if request.user.is_authenticated else ""
    return render(request, template, {"role": role, **context}, status=status)


def require(request: HttpRequest, *permissions: Permission) -> None:
    """Raise NotAllowed unless the reader holds one of the permissions (for anything at all)."""
    if not any(roles_of(request) & POLICY[permission].roles.keys() for permission in permissions):
        raise NotAllowed(permissions[0], POLICY[permissions[0]].sentence)


def require_for(request: HttpRequest, permission: Permission, thing: Any) -> None:
    """Raise NotAllowed unless the reader holds the permission for that very thing."""
    answer = may(request.user, permission, thing, at=clock.now())
    if isinstance(answer, Refused):
        raise NotAllowed(permission, answer.why)


def stated_purpose(request: HttpRequest, among: Collection[ReadPurpose] = tuple(ReadPurpose)) -> ReadPurpose:
    """The purpose in the address, if it fits the reader's roles and the page. Raises PurposeAsked or NotAllowed."""
    purposes = [one for one in purposes_of(roles_of(request)) if one in among]
    if not purposes:
        raise NotAllowed(Permission.SUBMISSION_VIEW, "Your roles do not include opening this record.")
    form = PurposeForm(request.GET if "purpose" in request.GET else None, purposes=purposes)
    if not form.is_valid():
        raise PurposeAsked(form)
    return ReadPurpose(form.cleaned_data["purpose"])


def open_record(
    request: HttpRequest, control_number: str, *, among: Collection[ReadPurpose] = tuple(ReadPurpose)
) -> tuple[Submission, ReadPurpose]:
    """Open a person's record for the purpose in the address. The reading is logged by the one service that may."""
    purpose = stated_purpose(request, among)
    return reading.open_submission(control_number, reader=request.user, purpose=purpose, at=clock.now()), purpose


def page_token(request: HttpRequest, **facts: Any) -> str:
    """A short-lived signed pass for what belongs to this page view: its images and files are not logged one by one."""
    return signing.dumps({"user": request.user.pk, **facts}, salt=PAGE_TOKEN)


def token_facts(request: HttpRequest, **expected: Any) -> dict[str, Any]:
    """The facts of a page token that is this reader's and fits. Raises signing.BadSignature."""
    facts: dict[str, Any] = signing.loads(request.GET.get("view", ""), salt=PAGE_TOKEN, max_age=TOKEN_SECONDS)
    if any(facts.get(name) != value for name, value in {"user": request.user.pk, **expected}.items()):
        raise signing.BadSignature("the pass was given for something else")
    return facts
