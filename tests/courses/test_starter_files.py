"""The starter files: what is wrong with them is named, and what is in them is cleaned."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from courses.starter_blocks import body_from, clean_html, fingerprint, foreign_tags
from courses.starter_content import StarterContentError, read_starter_content
from tests.factories.starter import small_starter, write_starter

RIGHT, WRONG = small_starter()["module"]["quizzes"][0]["questions"][0]["choices"]


@pytest.fixture
def small():
    return small_starter()


@pytest.fixture
def write(tmp_path):
    return lambda parts: write_starter(tmp_path, parts)


def breaking(path, value):
    def change(parts):
        *way, last = path
        for step in way:
            parts = parts[step]
        if value is None:
            del parts[last]
        else:
            parts[last] = value

    return change


LESSON = ("module", "lessons", 0)
QUESTION = ("module", "quizzes", 0, "questions", 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (breaking(("sources", 0, "title"), None), "source paper: “title” is missing"),
        (breaking(("sources", 0, "titel"), "x"), "source paper: “titel” is not known here"),
        (breaking(("sources", 0, "title"), "x" * 300), "“title” has 300 letters and may have 250"),
        (breaking(("sources", 0, "key"), "A paper"), "must be small letters"),
        (breaking(("contacts", 0, "number"), "0800 1"), "not a telephone number"),
        (breaking(("contacts", 0, "confidence"), "SURE"), "confidence is one of"),
        (breaking(("contacts", 0, "scope"), "organisation"), "only national contacts"),
        (breaking(("contacts", 0, "translations"), {"en": {"label": "Helpline"}}), "not a language"),
        (breaking(("contacts", 0, "translations"), {"ar": {"number": "999"}}), "not known here"),
        (breaking(("facts", 0, "source"), "gone"), "fact count: there is no source “gone”"),
        (breaking(("facts", 0, "review_by"), date(2020, 1, 1)), "reviewed before it was checked"),
        (breaking(("facts", 0, "checked_on"), "soon"), "“checked_on” has the wrong kind of value"),
        (breaking(("roles", 1, "key"), "nurse"), "role nurse: stands there twice"),
        (breaking(("courses", 0, "modules"), []), "course “course” does not list it"),
        (breaking(("courses", 0, "modules"), ["module", "gone"]), "there is no module “gone”"),
        (breaking(("module", "minutes"), True), "“minutes” has the wrong kind of value"),
        (breaking((*LESSON, "body"), []), "lesson first: the lesson is empty"),
        (breaking((*LESSON, "roles"), ["chef"]), "there is no role “chef”"),
        (breaking((*LESSON, "quiz"), "gone"), "there is no quiz “gone”"),
        (breaking((*LESSON, "quiz"), "check"), "quiz check: stands there twice"),
        (breaking((*LESSON, "slug"), "last"), "lesson last: stands there twice"),
        (breaking((*LESSON, "body", 0), {"header": "x"}), "body 1: there is no block “header”"),
        (breaking((*LESSON, "body", 0), "x"), "body 1: must be one block"),
        (breaking((*LESSON, "body", 1, "text"), "<script>x</script>"), "may not hold <script>"),
        (breaking((*LESSON, "body", 1, "text"), "  "), "“text” says nothing"),
        (breaking((*LESSON, "body", 4, "steps"), [{"text": "<p>x</p>"}]), "step 1: “title” is missing"),
        (breaking((*LESSON, "body", 5, "table", "rows"), [["one"]]), "every row must have 2 cells"),
        (breaking((*LESSON, "body", 8, "contact"), "gone"), "there is no contact “gone”"),
        (breaking(("module", "quizzes", 0, "pass_mark"), 0), "the pass mark is between"),
        (breaking(("module", "quizzes", 0, "questions"), []), "it asks nothing"),
        (breaking(("module", "check_quiz"), "gone"), "there is no quiz “gone”"),
        (breaking(("module", "check_quiz"), "check"), "quiz check: stands there twice"),
        (breaking(("module", "quizzes", 0, "feedback_comes"), "never"), "the feedback comes at_once"),
        (breaking((*QUESTION, "tags"), ["Consent, signs"]), "each without a comma"),
        (breaking((*QUESTION, "tags"), ["x" * 61]), "at most 60 characters"),
        (breaking((*QUESTION, "kind"), "essay"), "the kind is one of single_choice"),
        (breaking((*QUESTION, "choices"), [WRONG, {**WRONG, "text": "No."}]), "Mark the choice that is right"),
        (breaking((*QUESTION, "choices"), [RIGHT, {**WRONG, "feedback": ""}]), "“feedback” is empty"),
        (breaking((*QUESTION, "key"), "q-2"), "question q-2: stands there twice"),
    ],
)
def test_a_mistake_in_the_files_is_named_with_its_place(write, small, change, words):
    change(small)
    with pytest.raises(StarterContentError) as caught:
        read_starter_content(write(small))
    assert any(words in problem for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("text", ["a: [", "just words", "\x00"])
def test_a_file_that_cannot_be_read_is_named(write, small, text, capsys):
    folder = write(small)
    (folder / "facts.yaml").write_text(text)
    with pytest.raises(CommandError, match=r"facts\.yaml"):
        call_command("load_starter_content", "--check", "--folder", str(folder))


# --- cleaning ------------------------------------------------------------------------------------
def test_html_from_a_file_is_cleaned():
    dirty = (
        '<p onclick="x()">A <em>b</em> <script>alert(1)</script><a href="javascript:x">c</a></p>\n\n<ul> <li>d</ul>'
    )
    assert clean_html(dirty) == "<p>A <i>b</i> <a>c</a></p><ul><li>d</li></ul>"
    assert foreign_tags(dirty) == {"script"}


def test_a_body_has_the_same_ids_every_time():
    blocks = small_starter()["module"]["lessons"][0]["body"]
    references = {"contact": {"line": 1}, "fact": {}}
    once, again = (body_from(blocks, references, "lesson", "module", "first") for _time in range(2))
    assert once == again
    assert "fact" not in [block["type"] for block in once]


def test_a_fingerprint_sees_words_and_not_spelling():
    one = {"title": "A", "body": '[{"type": "text", "value": "<p>x</p>"}]', "title_ar": None, "sources": []}
    same = {"body": '[{"value": "<p data-block-key=\\"k\\">x</p>", "type": "text"}]', "title": "A", "new": ""}
    assert fingerprint(one) == fingerprint(same)
    assert fingerprint(one) != fingerprint({**one, "title": "B"})
    assert fingerprint({"text": "[not a list"}) != fingerprint({"text": "[another"})
