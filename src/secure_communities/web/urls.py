# SPDX-License-Identifier: Apache-2.0
"""Addresses of the screens."""

from __future__ import annotations

from django.urls import path

from .views import (
    account,
    board,
    examination,
    examination_statistics,
    gathered,
    items,
    links,
    pages,
    people,
    prints,
    research,
    submissions,
    work,
)

app_name = "web"

urlpatterns = [
    path("", pages.home, name="home"),
    path("my-work/", work.mine, name="my-work"),
    path("worklists/", board.board, name="worklists"),
    path("worklists/late/", board.late, name="late-work"),
    path("worklists/next/", items.take_next, name="next-work"),
    path("worklists/items/<int:item_id>/", items.detail, name="work-item"),
    path("worklists/items/<int:item_id>/beat/", items.beat, name="work-beat"),
    path("worklists/items/<int:item_id>/<slug:act>/", items.act, name="work-act"),
    path("submissions/", submissions.listing, name="submissions"),
    path("submissions/<slug:control_number>/", submissions.detail, name="submission"),
    path("submissions/<slug:control_number>/file/", prints.submitted_file, name="submission-file"),
    path("submissions/<slug:control_number>/fingers/<int:position>.png", prints.finger, name="finger"),
    path("submissions/<slug:control_number>/messages/<str:tcn>/", prints.message, name="message"),
    path("submissions/<slug:control_number>/messages/<str:tcn>/pdf/", prints.message_pdf, name="response-pdf"),
    path("examination/", examination.listing, name="examination"),
    path("examination/statistics/", examination_statistics.overview, name="examination-statistics"),
    path("examination/statistics/comparisons/", examination_statistics.rows, name="examination-rows"),
    path("examination/<int:examination_id>/", examination.compare, name="compare"),
    path("examination/<int:examination_id>/done/", examination.done, name="examined"),
    path(
        "examination/<int:examination_id>/candidates/<int:candidate_id>/<int:position>.png",
        prints.candidate_finger,
        name="candidate-finger",
    ),
    path("examination/<int:examination_id>/scores/", examination.scores, name="scores"),
    path(
        "examination/<int:examination_id>/candidates/<int:candidate_id>/<int:position>/pairs/",
        prints.pairs,
        name="pairs",
    ),
    path("research/", research.listing, name="research"),
    path("research/<int:query_id>/", research.detail, name="query"),
    path("research/<int:query_id>/evidence/", gathered.sources, name="evidence-sources"),
    path("research/<int:query_id>/evidence/gather/", gathered.gather, name="gather-evidence"),
    path("research/<int:query_id>/evidence/<int:evidence_id>/", gathered.record, name="evidence"),
    path("research/<int:query_id>/draft/", research.draft, name="draft"),
    path("research/<int:query_id>/return/", research.send_back, name="return-draft"),
    path("research/<int:query_id>/sign/", research.sign, name="sign"),
    path("research/<int:query_id>/done/<slug:act>/", research.done, name="researched"),
    path("sign-in/", account.SignIn.as_view(), name="sign-in"),
    path("sign-out/", account.SignOut.as_view(), name="sign-out"),
    path("account/", account.mine, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/end-others/", account.end_others, name="end-other-sessions"),
    path("account/sessions/<uuid:session_id>/end/", account.end_session, name="end-session"),
    path("people/", people.listing, name="people"),
    path("people/links/", links.listing, name="person-links"),
    path("people/links/changes/<int:change_id>/", links.change, name="person-change"),
    path("people/links/changes/<int:change_id>/undo/", links.undo, name="person-undo"),
    path("people/links/pairs/<int:review_id>/", links.review, name="person-review"),
    path("people/<slug:number>/", people.detail, name="person"),
    path("people/<slug:number>/propose/", people.propose, name="person-propose"),
    path("help/", pages.help_page, name="help"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("styleguide/clock/", pages.styleguide_clock, name="styleguide-clock"),
]
