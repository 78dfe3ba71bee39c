"""The questions before and after a module go the way of a lesson's quiz: frozen, reviewed, translated, kept in use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import approve_submission, put_back_in_use, retire_module, submit_module
from courses.cards import card_of
from courses.changes import parts_of
from courses.completeness import completeness
from courses.models import Edition
from courses.past_editions import parts_of_edition
from courses.rules_tags import NEVER_LEFT_OUT, Obstacle, folded_tags_in, is_never_left_out, obstacle_to_leaving_out
from courses.states import module_state, waiting_modules
from courses.translated_texts import texts_in
from quizzes.actions import change_quiz, delete_quiz
from tests.factories.courses import lesson_pages, make_module, make_reviewer, make_trainer, write_draft
from tests.factories.quizzes import make_question, make_quiz
from tests.organisations.lead_world import sign_in

#: How a word may stand in a tag.
FORMS = ["{}", "the {}", "{}s", "first-{}", "first\u2011{}", "({})", "law/{}", "“{}”"]
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class TestTags:
    def test_a_list_with_commas(self):
        assert folded_tags_in(" Forced  Labour, indicators,, INDICATORS ") == ("forced labour", "indicators")
        assert folded_tags_in("") == ()

    @pytest.mark.parametrize("spelling", NEVER_LEFT_OUT)
    @given(
        st.sampled_from(["{}", "the {}", "{}s", "first-{}", "first\u2011{}", "({})", "law/{}", "“{}”"]), st.booleans()
    )
    def test_what_everyone_is_taught_is_known_in_each_spelling(self, spelling, form, is_upper):
        tag = form.format(spelling)
        assert is_never_left_out(tag.upper() if is_upper else tag)

    def test_what_stands_against_it(self):
        assert obstacle_to_leaving_out([], has_counting_quiz=False) == Obstacle.NO_TAGS
        assert obstacle_to_leaving_out(["indicators"], has_counting_quiz=True) == Obstacle.COUNTING_QUIZ
        assert obstacle_to_leaving_out(["indicators", "Consent"], has_counting_quiz=True) == Obstacle.NEVER
        assert obstacle_to_leaving_out(["indicators", "charm"], has_counting_quiz=False) is None


@pytest.mark.django_db
class TestEditions:
    @pytest.fixture
    def quiz(self):
        return make_quiz(title="What do you know?", questions=2, languages=("en", "ar"))

    @pytest.fixture
    def module(self, quiz):
        return make_module(lessons=[{"teaches": "Indicators, forced labour"}], check_quiz=quiz, may_test_out=True)

    def test_the_edition_freezes_them(self, module, quiz):
        edition = Edition.objects.get()
        card = card_of(edition)
        assert card.check_version_id == quiz.versions.get().pk
        assert card.may_test_out
        assert card.lessons[0].teaches == ("indicators", "forced labour")
        assert len(texts_in(edition, "ar")["around"][2]) == 2
        [module_part, _lesson] = parts_of_edition(edition)
        assert len(module_part.questions) == 2
        [line] = [each for each in completeness() if each.title == module.title]
        assert any("What do you know?" in text.label for text in line.texts)
        with pytest.raises(ValidationError):
            delete_quiz(quiz=quiz, by=None)

    def test_a_change_is_seen_reviewed_and_never_approved_by_its_author(self, module, quiz):
        trainer, reviewer, author = make_trainer(), make_reviewer(), make_reviewer()
        assert module_state(module).own_state == "same"
        assert not waiting_modules()
        change_quiz(quiz=quiz, by=author, questions=[make_question(text="Is it new?")])
        assert module_state(module).own_state == "changed"
        assert waiting_modules()[0].changed_pages == 1

        submission = submit_module(module=module, by=trainer, what_changed="New questions.", at=AT)
        assert author in submission.authors.all()
        changes = [line for change in parts_of(submission, "en")[0].changes for line in change.lines]
        assert "Question: Is it new?" in changes
        assert not any("Pass mark" in line for line in changes)
        approve_submission(submission=submission, by=reviewer, at=AT)
        live = Edition.objects.get(is_live=True)
        assert live.check_version == quiz.versions.latest("number")

        retire_module(module=module, by=None, at=AT, reason="For a test.")
        put_back_in_use(module=module, by=make_reviewer(), at=AT, reason="Over.")
        assert Edition.objects.get(is_live=True).check_version == live.check_version

    def test_what_cannot_be_asked_is_not_handed_in(self, module):
        trainer = make_trainer()
        write_draft(lesson_pages(module)[0], by=trainer, quiz=module.check_quiz)
        with pytest.raises(ValidationError, match="more than one place"):
            submit_module(module=module, by=trainer, what_changed="Twice.", at=AT)

    def test_a_module_without_them_keeps_its_copy_as_it_was(self):
        module = make_module(lessons=1)
        submission = submit_module(module=module, by=make_trainer(), what_changed="Nothing.", at=AT)
        assert "quiz_version" not in submission.content["module"]
        assert Edition.objects.get().check_version is None


@pytest.mark.django_db
def test_the_editor_says_why_a_lesson_is_never_left_out():
    module = make_module(lessons=[{}, {"teaches": "Consent"}, {"teaches": "Indicators"}])
    trainer = sign_in(make_trainer())
    for lesson, words in zip(
        lesson_pages(module),
        ["It names no tag.", "Everyone takes it.", "may mark the lesson as done"],
        strict=True,
    ):
        text = trainer.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
        assert words in text
    assert (
        "questions before and after"
        in trainer.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode().lower()
    )
