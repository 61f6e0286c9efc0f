# SPDX-License-Identifier: Apache-2.0
"""A form field ties label, hint and error to its control; the summary leads to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django import forms

from tests.platform.ui.markup import Element, find, read

Render = Callable[..., str]


class Decision(forms.Form):
    reference = forms.CharField(help_text="As printed on the sheet.")
    reason = forms.CharField(widget=forms.Textarea, required=False)
    conclusion = forms.ChoiceField(
        choices=[("same", "Same"), ("other", "Other")], widget=forms.RadioSelect, help_text="Yours."
    )
    fingers = forms.MultipleChoiceField(
        choices=[("1", "Thumb"), ("2", "Index")], widget=forms.CheckboxSelectMultiple, required=False
    )
    seen = forms.BooleanField(label="I have seen it")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("reason") == "none":
            raise forms.ValidationError("A reason is needed.")


def shown(render: Render, form: forms.Form) -> list[Element]:
    return read(render("{% error_summary form %}{% include 'ui/form_body.html' %}", form=form))


def by_id(elements: list[Element], name: str) -> Element:
    [found] = [element for element in elements if element.get("id") == name]
    return found


def test_every_control_has_a_label_that_names_it(render: Render) -> None:
    elements = shown(render, Decision())
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    controls = {
        element.get("id")
        for element in elements
        if element.tag in ("input", "textarea", "select") and element.get("type") != "hidden"
    }
    assert controls == labelled


@pytest.mark.parametrize("name", ["reference", "conclusion"])
def test_hint_and_error_are_read_with_the_control(render: Render, name: str) -> None:
    elements = shown(render, Decision({}))
    described = [
        element for element in elements if element.get("aria-describedby") == f"id_{name}_hint id_{name}_error"
    ]
    assert [element.tag for element in described] == ["input" if name == "reference" else "fieldset"]
    assert by_id(elements, f"id_{name}_error").text == "Error: This field is required."


def test_a_wrong_control_is_marked_invalid_and_a_right_one_is_not(render: Render) -> None:
    elements = shown(render, Decision({"reason": "x"}))
    assert by_id(elements, "id_reference").get("aria-invalid") == "true"
    assert by_id(elements, "id_reason").get("aria-invalid") is None


def test_a_group_of_options_has_a_legend(render: Render) -> None:
    elements = shown(render, Decision({"conclusion": "other"}))
    legends = [element.text for element in elements if element.tag == "legend"]
    assert legends == ["Conclusion", "Fingers (optional)"]
    checked = [element.get("value") for element in elements if "checked" in element.attributes]
    assert checked == ["other"]


def test_every_link_of_the_summary_leads_to_an_element(render: Render) -> None:
    elements = shown(render, Decision({}))
    targets = [element.attributes["href"].removeprefix("#") for element in elements if element.tag == "a"]
    assert len(targets) == 3
    for target in targets:
        by_id(elements, target)


def test_the_summary_names_errors_of_the_whole_form(render: Render) -> None:
    html = render("{% error_summary form %}", form=Decision({"reason": "none"}))
    assert "A reason is needed." in find(html, "ul")[0].text


def test_a_form_without_errors_has_no_summary(render: Render) -> None:
    assert render("{% error_summary form %}", form=Decision()).strip() == ""


def test_values_and_hidden_fields_go_along(render: Render) -> None:
    elements = shown(render, Decision({"reference": '"><script>', "token": "42"}))
    assert by_id(elements, "id_reference").get("value") == '"><script>'
    assert by_id(elements, "id_token").get("value") == "42"


def test_panels_send_by_post_with_the_token_of_the_request(render: Render) -> None:
    for tag in ("check_answers", "interruption"):
        html = render(f"{{% {tag} panel %}}", panel={"title": "Sign", "rows": [], "action": "/sign/"}, csrf_token="abc")
        [form] = find(html, "form")
        assert (form.get("method"), form.get("action")) == ("post", "/sign/")
        assert [field.get("value") for field in find(html, "input")] == ["abc"]
