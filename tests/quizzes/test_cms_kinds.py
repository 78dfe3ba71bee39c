"""Every kind of question in the CMS: kept, read, previewed, translated and reviewed."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from courses.actions import submit_module
from courses.changes import parts_of
from courses.completeness import completeness
from quizzes.actions import create_quiz, freeze_quiz
from quizzes.drafts import with_languages
from quizzes.kinds.registry import KINDS
from quizzes.selectors import questions_of
from quizzes.showing import as_shown, with_english
from tests.factories.courses import make_module, make_trainer
from tests.factories.quizzes import FROZEN_AT, contents_of_every_kind, make_every_kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(site_tree):
    """A quiz of every kind, as the editor would keep it."""
    texts = {"en": "Every kind", "ar": "Every kind"}
    return create_quiz(title=texts, introduction=texts, questions=make_every_kind(("en", "ar")), by=None)


def test_what_is_kept_is_frozen_as_it_was_written(quiz):
    version = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    contents = {place.question_version.kind: place.question_version.content for place in version.places.all()}
    assert contents == contents_of_every_kind(("en", "ar"))


def test_it_is_opened_read_and_previewed(client, quiz):
    client.force_login(make_trainer())
    editor = client.get(reverse("quizzes:edit", args=[quiz.pk]))
    assert editor.status_code == 200
    assert "She [[1]] that he [[2]]." in editor.text
    page = client.get(reverse("quizzes:inspect", args=[quiz.pk])).text
    for expected in ("18.5 ± 0.5", "worth 50 per cent", "Then step 2.", "(typed)", "was not clear", "Look again."):
        assert expected in page
    assert "Meaning 3 [ar]" in client.get(reverse("quizzes:inspect", args=[quiz.pk]), {"language": "ar"}).text
    shown = quiz.make_preview_request(preview_mode="ar").text
    assert shown.count('class="quiz__place"') == len(KINDS)
    assert "About “" not in shown


def test_a_translator_changes_one_language_only(quiz):
    def plain(value):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    stored = quiz.questions.get_prep_value()
    posted = json.loads(plain(stored).replace("[ar]", "[new]").replace('"en": "', '"en": "Not mine: '))
    kept = plain(with_languages(stored, posted, ["ar"]))
    assert kept == plain(stored).replace("[ar]", "[new]")


def test_every_text_is_counted_and_has_its_english_beside_it(quiz):
    questions = questions_of(freeze_quiz(quiz=quiz, at=FROZEN_AT))
    texts = [text for question in questions for text in question.texts if text]
    (line,) = [line for line in completeness() if line.title == "Every kind"]
    # True and False come in every language; title and introduction are counted too.
    assert (len(line.missing("ar")), len(line.missing("fr"))) == (0, len(texts) - 2 + 2)
    both = with_english(as_shown(questions, "ar"), as_shown(questions, "en"))
    assert all({"en", "ar"} <= set(text) for question in both for text in question.texts if text)


def test_a_reviewer_reads_all_parts(quiz):
    module = make_module(lessons=[{"quiz": quiz}], is_published=False)
    submission = submit_module(module=module, by=make_trainer(), at=FROZEN_AT, what_changed="New")
    lines = [line for part in parts_of(submission, "en") for change in part.changes for line in change.lines]
    for expected in ("1. Term 1 → Meaning 1", "(right) 18.5 ± 0.5", "(not right, 40%) Wait", "Next step: 2"):
        assert expected in lines
