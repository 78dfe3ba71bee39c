"""What a learner reads: nothing about the right choice before handing in, everything afterwards."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from quizzes import marking
from quizzes.kinds.registry import KINDS, form_of
from quizzes.questions import Question, question_from_content
from tests.factories.quizzes import make_question


def ask(kind="single_choice", **kwargs):
    # Neutral keys, so that the page can be searched for traces of what is right.
    stored = make_question(kind, **kwargs)
    for number, item in enumerate(stored["value"].get("choices", [])):
        item["id"] = f"key-{number}"
    content = KINDS[kind].content_from(KINDS[kind].block.to_python(stored["value"]))
    return question_from_content(stored["id"], 1, kind, content)


def form(question, language="en", answer=(), heading_level=1, data=None, **kwargs):
    built = form_of(question, data, language=language, stored=answer, **kwargs)
    context = {"form": built, "number": 2, "total": 6, "heading_level": heading_level}
    return render_to_string("quizzes/question_form.html", context)


def result(question, answer, language="en"):
    mark = marking.mark(question, answer or [])
    context = {"question": question, "number": 2, "answer": answer, "mark": mark, "language": language}
    return render_to_string("quizzes/question_result.html", context)


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "true_false"])
def test_the_question_holds_no_trace_of_what_is_right(kind):
    html = form(ask(kind, right=("Listening", "Patience"))).replace("Choose all that are right.", "")
    assert not re.search(r"correct|right|feedback|About “|Why:", html)


@pytest.mark.parametrize(("kind", "widget", "hint"), [
    ("single_choice", "radio", "Choose one answer."),
    ("true_false", "radio", "Choose one answer."),
    ("multiple_choice", "checkbox", "Choose all that are right."),
])  # fmt: skip
def test_the_question_is_one_group_with_its_text_as_the_heading(kind, widget, hint):
    html = form(ask(kind, right=("Listening", "Patience"), text="What <helps>?"))
    assert html.count("<fieldset") == html.count("<legend") == html.count("<h1") == 1
    assert "What &lt;helps&gt;?" in html
    assert hint in html
    assert f'type="{widget}"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', html)) <= set(ids)
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert set(described) <= set(ids)


def test_the_saved_answer_is_chosen_and_an_error_is_tied_to_the_group():
    html = form(ask(), answer=["key-1"])
    assert re.findall(r'value="([^"]+)"[^>]* checked', html) == ["key-1"]
    html = form(ask(), data=QueryDict(""))
    assert 'id="id_answer_error"' in html
    assert re.search(r'aria-describedby="[^"]*id_answer_error"', html)


def test_the_heading_level_and_field_name_can_be_chosen():
    html = form(ask(), heading_level=2, prefix="question-7")
    assert "<h2" in html
    assert "<h1" not in html
    assert 'name="question-7-answer"' in html


def test_texts_carry_their_language():
    question = ask(languages=("en", "ar"))
    with translation.override("ar"):
        arabic, english = form(question, language="ar"), form(question, language="en")
    assert 'lang="ar" dir="rtl">What helps most? [ar]<' in arabic
    assert 'lang="en" dir="ltr">What helps most?<' in english


@pytest.mark.parametrize(
    ("answer", "word", "verdict"),
    [
        (["key-0", "key-1"], "right", "Right"),
        (["key-0"], "partly", "Partly right – here is why"),
        (["key-2"], "not-quite", "Not quite – here is why"),
        (None, "not-quite", "Not answered"),
    ],
)
def test_the_result_says_what_was_chosen_and_why(answer, word, verdict):
    question = ask("multiple_choice", right=("Listening", "Patience"), wrong=("Hurrying",))
    html = result(question, answer)
    assert f"verdict--{word}" in html
    assert verdict in html
    assert "Why: What helps most?" in html
    for choice in question.choices:
        assert (f"About “{choice.text['en']}”" in html) == (choice.key in (answer or ()))
    assert ("All of these are right:" in html) == (word != "right")
    assert "✗" not in html
    assert "wrong" not in html.lower()


class Sides(HTMLParser):
    """On which side the words of a page begin: by the nearest element around them that says so."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.around: list[tuple[str, str]] = [("", "rtl")]
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "img", "input"}:
            self.around.append((tag, dict(attrs).get("dir") or self.around[-1][1]))

    def handle_endtag(self, tag):
        while self.around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.found.append((data.strip(), self.around[-1][1]))


def test_what_was_answered_stands_on_the_side_of_its_language():
    """A quiz that is served in English to a reader of Arabic: no line of it begins on the right."""
    question = ask("multiple_choice", right=("Listening", "Patience"), wrong=("Hurrying",))
    with translation.override("ar"):
        html = result(question, ["key-0", "key-2"])
    english = ("Listening", "Patience", "Hurrying", "About", "Why")
    sides = [side for words, side in Sides(html).found if words.startswith(english)]
    assert len(sides) >= 6
    assert set(sides) == {"ltr"}


def test_a_question_without_an_explanation_has_no_empty_paragraph():
    question = ask()
    bare = Question(question.key, 1, question.kind, question.text, question.choices, {})
    assert not re.search(r"<p[^>]*>\s*</p>", result(bare, ["key-0"]))


def test_a_row_of_the_summary_tells_nothing_either():
    question = ask("multiple_choice", right=("Listening", "Patience"))
    context = {
        "question": question,
        "number": 1,
        "answer": ["key-1"],
        "language": "en",
        "is_answered": True,
        "change_url": "/q/1/",
    }
    html = render_to_string("quizzes/answer_summary.html", context)
    assert "Patience" in html
    assert "Listening" not in html
    assert 'href="/q/1/"' in html
    assert not re.search(r"correct|right|About “", html)
    empty = render_to_string("quizzes/answer_summary.html", {**context, "answer": None})
    assert "Not answered yet" in empty


def test_a_mark_is_read_as_a_number_of_any_kind():
    question = ask()
    context = {"question": question, "number": 1, "answer": ["key-0"], "mark": Decimal("1.0000"), "language": "en"}
    assert "verdict--right" in render_to_string("quizzes/question_result.html", context)
