# SPDX-License-Identifier: Apache-2.0
"""Each component says its state in words, escapes what it is given, and can be used without a mouse or a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory

from secure_communities.platform.ui.tones import Tone
from tests.platform.ui.markup import find, read

START = datetime(2026, 11, 22, 14, 2, 9, tzinfo=UTC)
HOSTILE = "\"><script>alert(1)</script>'<b onclick=x>"

Render = Callable[..., str]


@pytest.mark.parametrize("tone", list(Tone))
def test_a_status_is_always_written_out(render: Render, tone: Tone) -> None:
    html = render("{% status_tag 'Waiting for examiner' tone %}", tone=tone)
    assert find(html, of_class=f"ui-tag--{tone}")[0].text == "Waiting for examiner"


def test_an_unknown_tone_lane_or_step_state_is_refused(render: Render) -> None:
    with pytest.raises(ValueError, match="danger"):
        render("{% status_tag 'Late' 'danger' %}")
    with pytest.raises(ValueError, match="civil"):
        render("{% lane_tag 'civil' %}")
    with pytest.raises(KeyError, match="half"):
        render("{% two_lanes lanes %}", lanes=[{"key": "criminal", "steps": [{"title": "Search", "state": "half"}]}])


def test_a_time_is_readable_by_people_and_machines(render: Render) -> None:
    [time] = find(render("{% moment at %}", at=START), "time")
    assert (time.text, time.get("datetime")) == ("Nov 22, 2026 14:02 UTC", "2026-11-22T14:02:09+00:00")
    assert render("{% moment at %}", at=None) == "–"


def test_an_icon_is_silent_unless_it_is_given_words(render: Render) -> None:
    [silent] = find(render("{% icon 'person' %}"), "svg")
    [speaking] = find(render("{% icon 'person' 'Person' %}"), "svg")
    assert (silent.get("aria-hidden"), silent.get("role")) == ("true", None)
    assert (speaking.get("role"), speaking.get("aria-label")) == ("img", "Person")


class TestTimeline:
    def test_each_item_tells_when_what_who_and_which_lane(self, render: Render) -> None:
        item = {"at": START, "title": "Match confirmed", "actor": "N. Example", "actor_kind": "person",
                "lane": "immigration", "detail": "Same source"}  # fmt: skip
        [shown] = find(render("{% timeline items %}", items=[item]), "li")
        for words in ("14:02:09", "Match confirmed", "N. Example", "Immigration", "Same source"):
            assert words in shown.text

    def test_person_and_machine_are_told_apart_by_name(self, render: Render) -> None:
        items = [{"at": START, "title": "x", "actor_kind": kind} for kind in ("person", "machine", "agency")]
        labels = [icon.get("aria-label") for icon in find(render("{% timeline items %}", items=items), "svg")]
        assert labels == ["Person", "System", "Agency"]

    def test_a_late_record_says_so_and_a_prompt_one_does_not(self, render: Render) -> None:
        def shown(lag: timedelta) -> str:
            return render("{% timeline items %}", items=[{"at": START, "recorded_at": START + lag, "title": "x"}])

        assert "Recorded 2 h later" in shown(timedelta(hours=2))
        assert "Recorded" not in shown(timedelta(minutes=59))

    def test_the_day_is_said_once_for_a_run_of_items(self, render: Render) -> None:
        items = [{"at": START + timedelta(days=day), "title": "x"} for day in (1, 0, 0)]
        html = render("{% timeline items %}", items=items)
        assert (html.count(">Nov 23, 2026</time>"), html.count(">Nov 22, 2026</time>")) == (1, 1)

    def test_an_empty_one_says_so(self, render: Render) -> None:
        assert "Nothing has happened yet" in render("{% timeline items %}", items=[])


class TestTwoLanes:
    LANES = (
        {"key": "criminal", "title": "Criminal register", "summary": "Answered", "tone": "good",
         "steps": [{"title": "Search", "state": "done", "at": START}]},
        {"key": "immigration", "title": "Immigration register",
         "steps": [{"title": "Search", "state": "done", "at": START}, {"title": "Examiner", "state": "current"},
                   {"title": "Query", "state": "waiting"}]},
    )  # fmt: skip

    def test_each_register_is_a_named_list_of_steps_with_their_state_in_words(self, render: Render) -> None:
        html = render("{% two_lanes lanes %}", lanes=self.LANES)
        assert [lane.get("aria-label") for lane in find(html, "section")] == [
            "Criminal register",
            "Immigration register",
        ]
        assert len(find(html, "ol")) == 2
        states = [step.text for step in find(html, "li")]
        assert "Done" in states[1]
        assert "Now" in states[2]
        assert "To come" in states[3]

    def test_only_the_step_in_work_is_current(self, render: Render) -> None:
        html = render("{% two_lanes lanes %}", lanes=self.LANES)
        assert [step.text for step in find(html, "li") if step.get("aria-current") == "step"] == ["Examiner Now"]


class TestClock:
    def clock(self, render: Render, **more: Any) -> str:
        values = {"due": START + timedelta(hours=4), "started": START, "now": START + timedelta(hours=1)}
        values |= {"stopped": None, "url": ""} | more
        return render("{% clock due started now stopped poll_url=url label='Answer due' %}", **values)

    def test_it_reads_as_one_sentence(self, render: Render) -> None:
        [sentence] = find(self.clock(render), of_class="usa-sr-only")
        assert sentence.text == "Answer due: 3 h left of 4 h."

    def test_the_ring_shows_the_part_used(self, render: Render) -> None:
        [ring] = find(self.clock(render), of_class="ui-clock__used")
        assert (ring.get("pathlength"), ring.get("stroke-dasharray")) == ("100", "25 100")

    def test_it_asks_again_only_while_it_runs(self, render: Render) -> None:
        running, stopped = (
            self.clock(render, url="/clock/"),
            self.clock(render, url="/clock/", stopped=START + timedelta(hours=2)),
        )
        assert 'hx-get="/clock/"' in running
        assert "hx-get" not in stopped


class TestFingerprintCard:
    FINGER = {"position": 2, "width": 400, "height": 500, "image_url": "/finger.png", "note": "Quality 82",
              "minutiae": [{"x": 10, "y": 20, "angle_degrees": 90, "kind": "ending", "quality": 90},
                           {"x": 30.5, "y": 40, "angle_degrees": 0, "kind": "bifurcation", "quality": 10}]}  # fmt: skip

    def card(self, render: Render, **more: Any) -> str:
        return render("{% fingerprint_card fingers shown=shown %}", fingers=[self.FINGER | more], shown=True)

    def test_marks_lie_in_the_pixels_of_the_image(self, render: Render) -> None:
        html = self.card(render)
        image = find(html, "svg", of_class="ui-finger__image")[0]
        circle, square = find(html, "circle")[-1], find(html, "rect")[-1]
        assert image.get("viewbox") == "0 0 400 500"
        assert (circle.get("cx"), circle.get("cy"), circle.get("r")) == ("10.0", "20.0", "6.5")
        assert (square.get("x"), square.get("y"), square.get("width")) == ("24.0", "33.5", "13.0")
        assert "ui-mark--low" in square.classes

    def test_without_an_image_only_the_marks_are_drawn(self, render: Render) -> None:
        html = self.card(render, image_url=None)
        assert find(html, "image") == []
        assert len(find(html, "circle")) == 2  # one in the key, one on the finger
        assert "no image" in find(html, "svg", of_class="ui-finger__image")[0].attributes["aria-label"]

    def test_each_finger_is_named_and_its_marks_counted_for_those_who_do_not_see_them(self, render: Render) -> None:
        [image] = find(self.card(render), "svg", of_class="ui-finger__image")
        assert image.get("aria-label") == "Right index, 2 minutiae"

    def test_a_labelled_checkbox_before_the_images_hides_the_marks_without_script(self, render: Render) -> None:
        elements = read(self.card(render))
        [box] = [element for element in elements if element.get("type") == "checkbox"]
        [label] = [element for element in elements if element.tag == "label"]
        grid = next(element for element in elements if "ui-fingers__grid" in element.classes)
        assert label.get("for") == box.get("id")
        assert box.parent is grid.parent
        assert elements.index(box) < elements.index(grid)
        assert "checked" in box.attributes

    def test_numbers_are_written_with_points_in_any_language(self, render: Render, settings: Any) -> None:
        from django.utils.translation import override

        with override("de"):
            assert find(self.card(render), "rect")[-1].get("y") == "33.5"


class TestTable:
    COLUMNS = (
        {"key": "name", "title": "Person"},
        {"key": "at", "title": "Received", "sort_url": "?sort=at", "sorted": "descending"},
        {"key": "count", "title": "Fingers", "numeric": True},
    )

    def table(self, render: Render, *rows: dict[str, Any]) -> str:
        return render(
            "{% data_table columns rows 'Submissions' empty='None today.' %}", columns=self.COLUMNS, rows=rows
        )

    def test_it_has_a_caption_and_headers_with_scope(self, render: Render) -> None:
        html = self.table(render, {"name": "SAMPLE, ONE", "at": START, "count": 10})
        assert find(html, "caption")[0].text == "Submissions"
        assert [header.get("scope") for header in find(html, "th")] == ["col", "col", "col", "row"]

    def test_the_sorted_column_says_so_and_sorting_is_a_link(self, render: Render) -> None:
        headers = find(self.table(render), "th")
        assert [header.get("aria-sort") for header in headers] == [None, "descending", None]
        assert [link.get("href") for link in find(self.table(render), "a")] == ["?sort=at"]

    def test_an_empty_table_says_so_across_all_columns(self, render: Render) -> None:
        [cell] = find(self.table(render), "td")
        assert (cell.text, cell.get("colspan")) == ("None today.", "3")

    def test_zero_is_shown_and_nothing_is_a_dash(self, render: Render) -> None:
        cells = [cell.text for cell in find(self.table(render, {"name": "A", "at": None, "count": 0}), "td")]
        assert cells == ["–", "0"]

    def test_cells_may_be_times_links_states_and_clocks(self, render: Render) -> None:
        clock = {"due": START + timedelta(hours=4), "started": START, "now": START}
        row = {"name": {"text": "SAMPLE", "href": "/1/", "note": "Jail"}, "at": START, "count": {"clock": clock}}
        html = self.table(render, row)
        assert "SAMPLE" in find(html, "a")[-1].text
        assert "Nov 22, 2026" in html
        assert "4 h left" in html


class TestPagination:
    def test_links_keep_the_rest_of_the_query(self, render: Render) -> None:
        request = RequestFactory().get("/?state=late&page=2")
        html = render("{% pagination page %}", page=Paginator(range(100), 10).page(2), request=request)
        links = {link.text: link.get("href") for link in find(html, "a")}
        assert links["Next"] == "?state=late&page=3"
        assert [link.text for link in find(html, "a") if link.get("aria-current") == "page"] == ["2"]

    def test_one_page_needs_no_links(self, render: Render) -> None:
        html = render("{% pagination page %}", page=Paginator(range(3), 10).page(1))
        assert find(html, "a") == []
        assert "1–3 of 3" in html


def test_the_identity_bar_is_the_first_heading_with_states_in_words(render: Render) -> None:
    bar = {"title": "SAMPLE, ONE", "tags": [{"text": "Answered", "tone": "good"}], "lanes": ["criminal"],
           "facts": [{"term": "Received", "at": START}, {"term": "State number", "value": None}],
           "clock": {"due": START + timedelta(hours=4), "started": START, "now": START}}  # fmt: skip
    html = render("{% identity_bar bar %}", bar=bar)
    assert [heading.text for heading in find(html, "h1")] == ["SAMPLE, ONE"]
    assert [fact.text for fact in find(html, "dd")] == ["Nov 22, 2026 14:02 UTC", "–"]
    for words in ("Answered", "Criminal", "4 h left"):
        assert words in html


def test_a_filter_lives_in_the_address_and_each_of_its_parts_can_be_removed(render: Render) -> None:
    filters = {"action": "/submissions/", "count": 7, "noun": "submissions", "hidden": [("sort", "-at")],
               "chips": [{"text": "State: late", "remove_url": "?sort=-at"}]}  # fmt: skip
    html = render("{% filter_bar filters %}", filters=filters)
    [form] = find(html, "form")
    assert (form.get("method"), form.get("action")) == ("get", "/submissions/")
    assert [(field.get("name"), field.get("value")) for field in find(html, "input")] == [("sort", "-at")]
    assert [(link.text, link.get("href")) for link in find(html, "a")] == [
        ("State: late: remove this filter", "?sort=-at")
    ]
    assert "7 submissions" in [line.text for line in find(html, "p") if line.get("aria-live")]


def test_a_message_is_shown_as_it_was_sent(render: Render) -> None:
    message = {"title": "First response", "text": "2.018:SAMPLE, ONE\n 2.059:I", "lane": "criminal"}
    html = render("{% message_viewer message %}", message=message)
    [text] = find(html, "pre")
    assert "".join(text.pieces) == message["text"]
    [button] = find(html, "button")
    assert "hidden" in button.attributes  # until the script that can copy is there
    assert button.get("data-copy") == text.get("id")


def test_the_disclaimer_is_the_agreed_sentence(render: Render) -> None:
    assert (
        "A match is a record to look at. It is not a statement of guilt, of unlawful presence or of citizenship, "
        "and it is not a detainer."
    ) in find(render("{% match_disclaimer %}"), "p")[0].text


def test_a_refusal_is_announced_and_an_information_is_not(render: Render) -> None:
    assert find(render("{% notice 'No' 'late' %}"), of_class="ui-notice")[0].get("role") == "alert"
    assert find(render("{% notice 'Known' %}"), of_class="ui-notice")[0].get("role") is None


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("{% status_tag h %}", {}),
        ("{% notice h title=h %}", {}),
        ("{% icon h h %}", {}),
        ("{% timeline x %}", {"x": [
            {"at": START, "title": HOSTILE, "detail": HOSTILE, "actor": HOSTILE, "href": HOSTILE}]}),
        ("{% two_lanes x o %}", {"o": {"title": HOSTILE}, "x": [
            {"key": "criminal", "title": HOSTILE, "summary": HOSTILE,
             "steps": [{"title": HOSTILE, "state": "done", "detail": HOSTILE}]}]}),
        ("{% fingerprint_card x title=h %}", {"x": [
            {"width": 1, "height": 1, "label": HOSTILE, "note": HOSTILE, "image_url": HOSTILE, "minutiae": []}]}),
        ("{% message_viewer x %}", {"x": {"title": HOSTILE, "text": HOSTILE, "sender": HOSTILE, "file_name": HOSTILE,
                                          "download_url": HOSTILE, "reference": HOSTILE}}),
        ("{% summary_list x %}", {"x": [{"term": HOSTILE, "value": HOSTILE, "href": HOSTILE, "change_url": HOSTILE}]}),
        ("{% data_table c x h empty=h %}", {"c": [{"key": "a", "title": HOSTILE}],
                                            "x": [{"a": {"text": HOSTILE, "href": HOSTILE, "note": HOSTILE}}]}),
        ("{% stat_tiles x %}", {"x": [{"value": HOSTILE, "label": HOSTILE, "note": HOSTILE, "href": HOSTILE}]}),
        ("{% interruption x %}", {"x": {"title": HOSTILE, "lead": HOSTILE, "points": [HOSTILE], "action": HOSTILE,
                                        "signer": HOSTILE, "submit": HOSTILE}}),
        ("{% check_answers x %}", {"x": {"title": HOSTILE, "rows": [], "action": HOSTILE, "cancel_url": HOSTILE}}),
        ("{% identity_bar x %}", {"x": {"title": HOSTILE, "kind": HOSTILE, "photo_url": HOSTILE, "photo_alt": HOSTILE,
                                        "facts": [{"term": HOSTILE, "value": HOSTILE}]}}),
        ("{% filter_bar x %}", {"x": {"action": HOSTILE, "noun": HOSTILE, "hidden": [(HOSTILE, HOSTILE)],
                                      "chips": [{"text": HOSTILE, "remove_url": HOSTILE}]}}),
        ("{% done_panel x %}", {"x": {"title": HOSTILE, "reference": HOSTILE, "next": [HOSTILE], "href": HOSTILE}}),
    ],
)  # fmt: skip
def test_hostile_values_stay_text(render: Render, source: str, context: dict[str, Any]) -> None:
    elements = read(render(source, h=HOSTILE, **context))
    assert {element.tag for element in elements}.isdisjoint({"script", "b"})
    assert not [name for element in elements for name in element.attributes if name.startswith("on")]
