# SPDX-License-Identifier: Apache-2.0
"""Tags that know the pages: the filled header, and a component's own description for the style guide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template.engine import Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from secure_communities.web.navigation import address, navigation

register = template.Library()

MESSAGE_TONES = {"success": "good", "error": "late", "warning": "attention"}


@register.inclusion_tag("ui/header.html", takes_context=True)
def page_header(context: template.Context) -> dict[str, Any]:
    """The header with navigation and user menu; needs nothing but the request, and not even that on error pages."""
    request = context.get("request")
    user = getattr(request, "user", None)
    name = (user.get_full_name() or user.get_username()) if user is not None and user.is_authenticated else ""
    return {
        "navigation": navigation(request),
        "user_name": name,
        "role": context.get("role", ""),
        "home_url": address("web:home"),
        "account_url": address("web:account"),
        "sign_in_url": address("web:sign-in"),
        "sign_out_url": address("web:sign-out"),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def message_tone(message: Message) -> str:
    """The tone in which a one-time message is shown."""
    return MESSAGE_TONES.get(message.level_tag, "working")


@register.filter
def drawing(svg: str, label: str) -> SafeString:
    """A drawing that this program made (never one from outside), with its name for those who do not see it."""
    inner = svg[svg.index("<svg") + len("<svg") :]
    return format_html('<svg role="img" aria-label="{}"', label) + mark_safe(inner)  # noqa: S308 - drawn by ourselves


@register.simple_tag
def component_context(name: str) -> str:
    """What a partial expects, read from the comment at its own head."""
    source = Path(Engine.get_default().get_template(name).origin.name).read_text(encoding="utf-8")
    found = re.search(r"{% comment %}\s*(.*?)\s*{% endcomment %}", source, re.DOTALL)
    if found is None:
        raise template.TemplateSyntaxError(f"{name} does not open with a comment that states its context.")
    return found[1]
