# SPDX-License-Identifier: Apache-2.0
"""Addresses of the screens."""

from __future__ import annotations

from django.urls import path

from .views import pages

app_name = "web"

urlpatterns = [
    path("", pages.home, name="home"),
    path("sign-in/", pages.SignIn.as_view(), name="sign-in"),
    path("sign-out/", pages.SignOut.as_view(), name="sign-out"),
    path("help/", pages.help_page, name="help"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("styleguide/clock/", pages.styleguide_clock, name="styleguide-clock"),
]
