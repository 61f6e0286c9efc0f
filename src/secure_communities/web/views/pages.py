# SPDX-License-Identifier: Apache-2.0
"""Pages that belong to no subject: home, help, the style guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from secure_communities.platform import clock
from secure_communities.web.navigation import navigation

from . import samples


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a signed-in user to their first page, anyone else to the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("web:sign-in")
    return redirect(navigation(request)[0]["href"])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere. Django's own page reads the body for its token, and fails where it is broken."""
    return render(request, "404.html", status=404)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What the system does, what the words mean, what a match is and is not."""
    return render(request, "web/help.html")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, from sample values."""
    return render(request, "web/styleguide.html", samples.everything())


@require_safe
def styleguide_clock(request: HttpRequest) -> HttpResponse:
    """The clock alone, as htmx asks for it: four hours from the start of the current one."""
    return render(request, "web/styleguide_clock.html", samples.live_clock(now=clock.now()))
