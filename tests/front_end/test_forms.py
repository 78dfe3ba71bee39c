"""Forms come out as accessible GOV.UK markup without any page writing it."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string

CHOICES = [("a", "Housing officer"), ("b", "Police officer")]


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on a certificate.", error_messages={"required": "Enter a name"})
    role = forms.ChoiceField(label="Role", choices=CHOICES, widget=forms.RadioSelect, help_text="Choose the nearest.")
    places = forms.MultipleChoiceField(label="Places", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    unit = forms.ChoiceField(label="Unit", choices=CHOICES, widget=forms.Select(attrs={"class": "wide"}))
    day = forms.DateField(label="Day", widget=forms.SelectDateWidget(years=[2026]))
    note = forms.CharField(label="Note", widget=forms.Textarea)
    file = forms.FileField(label="File")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    is_sure = forms.BooleanField(label="I am sure", help_text="You can change your mind.")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture
def fresh() -> str:
    return str(SampleForm())


@pytest.fixture
def wrong() -> SampleForm:
    return SampleForm({"name": ""})


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


def test_every_label_points_at_a_control(fresh):
    targets = re.findall(r'<label[^>]* for="([^"]+)"', fresh)
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', fresh))
    assert set(targets) == controls - {"id_secret"}


@pytest.mark.parametrize("bound", [False, True])
def test_every_description_exists_and_no_id_is_used_twice(bound):
    html = str(SampleForm({}) if bound else SampleForm())
    described = [one for value in re.findall(r'aria-describedby="([^"]*)"', html) for one in value.split()]
    assert described
    assert set(described) <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_groups_of_choices_stand_in_a_fieldset_with_a_legend(fresh):
    legends = re.findall(r"<legend[^>]*>([^<]+)</legend>", fresh)
    assert legends == ["Role", "Places", "Day"]
    assert fresh.count("govuk-radios__input") == 2
    assert fresh.count('class="govuk-checkboxes__input"') == 3


def test_a_class_of_the_form_is_kept_beside_ours(fresh):
    assert 'class="govuk-select wide"' in fresh


def test_a_choice_drawn_by_itself_has_no_label():
    """The CMS puts bare check boxes into tables."""
    first = SampleForm()["places"].subwidgets[0]
    assert "<label" not in first.tag()
    assert "govuk-checkboxes__input" in first.tag()


def test_hidden_fields_have_no_label_and_no_look(fresh):
    assert '<input type="hidden" name="secret" id="id_secret">' in fresh


def test_errors_are_announced_as_errors(wrong):
    html = str(wrong["name"].as_field_group())
    assert "govuk-form-group--error" in html
    assert '<span class="govuk-visually-hidden">Error:</span> Enter a name' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_the_summary_links_each_error_to_a_control_that_exists(wrong):
    summary = render_to_string("components/error_summary.html", {"form": wrong})
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == 9
    assert set(links) <= set(ids(str(wrong)))
    assert "Enter a name" in summary
    assert "Role: This field is required." in summary


def test_the_summary_of_several_forms_is_one(wrong):
    summary = render_to_string("components/error_summary.html", {"forms": [SampleForm(), wrong]})
    assert summary.count("There is a problem") == 1


def test_no_summary_without_errors():
    assert render_to_string("components/error_summary.html", {"form": SampleForm()}).strip() == ""
    assert render_to_string("components/error_summary.html", {"forms": [SampleForm()]}).strip() == ""


def test_values_are_escaped():
    html = str(SampleForm({"name": '"><script>', "note": "</textarea><script>"}))
    assert "<script>" not in html
