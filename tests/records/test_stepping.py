"""A newer edition: who began goes on, or moves; what did not change stays done, and nothing is ever lost."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import publish_edition, retire_module
from courses.models import Edition, Effect
from quizzes.actions import change_quiz
from quizzes.selectors import questions_of
from records.actions.learning import finish_module, mark_lesson_done, start_attempt, start_module, submit_attempt
from records.actions.refusals import IsLeftBehind, ModuleIsNotOpen, WorkHasEnded
from records.actions.stepping import step_forward
from records.models import Attempt, AttemptDraft, Completion, Enrolment, LessonProgress
from records.rules.stepping import Taught, step_between
from records.selectors.learning import progress_in
from tests.factories.courses import body, lesson_pages, make_lesson, make_module
from tests.factories.quizzes import make_quiz
from tests.records.conftest import NOW

LATER = NOW + timedelta(hours=1)
keys = st.integers(1, 5).map(lambda number: UUID(int=number))
editions = st.dictionaries(keys, st.builds(Taught, st.sampled_from("ab"), st.sampled_from([None, 1, 2])))


class TestRules:
    @given(editions, editions, st.sets(keys))
    def test_every_lesson_of_the_next_edition_is_kept_or_asked_again(self, before, after, answering):
        step = step_between(before, after, answering)
        assert step.kept | step.asked_again == set(after)
        assert not step.kept & step.asked_again
        assert all(before[key] == after[key] for key in step.kept)
        assert all(before.get(key) != after[key] for key in step.asked_again)
        assert step.dropped_quizzes <= answering
        kept_answers = answering - step.dropped_quizzes
        assert all(before[key].quiz_version_id == after[key].quiz_version_id is not None for key in kept_answers)

    @given(editions)
    def test_the_same_edition_keeps_everything(self, edition):
        assert step_between(edition, edition, []).kept == set(edition)


@pytest.fixture
def world(place, today):
    """A module of three lessons, the last with a quiz, in which the learner has read the first two."""
    quiz = make_quiz()
    module = make_module(
        lessons=[{"title": "Listen", "body_en": body("Listen.")}, {"title": "Write", "body_en": body("Write.")}, {}],
        quiz=quiz,
    )
    enrolment = start_module(person=place.learner, module=module, at=NOW)
    pages = lesson_pages(module)
    for page in pages[:2]:
        mark_lesson_done(enrolment=enrolment, lesson_key=page.lesson_key, at=NOW)
    return SimpleNamespace(quiz=quiz, module=module, enrolment=enrolment, pages=pages, learner=place.learner)


def publish(world, effect=Effect.KEEPS):
    return publish_edition(module=world.module, by=None, at=LATER, effect=effect)


def rewrite(page, **changes):
    draft = page.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision()


def step(world):
    return step_forward(enrolment=Enrolment.objects.get(pk=world.enrolment.pk), at=LATER + timedelta(hours=1))


def right_answers(version):
    return {question.key: sorted(question.right_keys) for question in questions_of(version)}


def pass_quiz(world, at=NOW):
    draft = start_attempt(enrolment=world.enrolment, lesson_key=world.pages[2].lesson_key, at=at)
    draft.answers = right_answers(draft.quiz_version)
    draft.save()
    return submit_attempt(person=world.learner, key=draft.key, at=at)


def unread(world):
    """Leaves something to do beside the quiz."""
    LessonProgress.objects.filter(lesson_key=world.pages[1].lesson_key).delete()


def done(world):
    return progress_in(Enrolment.objects.select_related("edition").get(pk=world.enrolment.pk), set()).done_keys


class TestMoving:
    def test_what_did_not_change_stays_done(self, world):
        rewrite(world.pages[0], body_en=body("Listen first."))
        rewrite(world.pages[1], display_title_ar="اكتب", body_ar=body("اكتب."), minutes=9)
        live = publish(world)
        step(world)
        enrolment = Enrolment.objects.get()
        assert enrolment.edition == live
        assert done(world) == {world.pages[1].lesson_key}

    def test_it_moves_once(self, world):
        publish(world)
        assert step(world)[0] is not None
        assert step(world) == (None, None)

    def test_a_changed_quiz_is_asked_again_and_the_attempts_stay(self, world):
        unread(world)
        pass_quiz(world)
        assert world.pages[2].lesson_key in done(world)
        change_quiz(quiz=world.quiz, by=None, pass_mark=90)
        publish(world)
        step(world)
        assert world.pages[2].lesson_key not in done(world)
        assert Attempt.objects.get().is_passed
        world.enrolment.refresh_from_db()
        again = pass_quiz(world, at=LATER + timedelta(hours=2))
        assert again.number == 2
        assert world.pages[2].lesson_key in done(world)

    def test_changed_words_ask_the_quiz_again_though_it_is_the_same(self, world):
        unread(world)
        pass_quiz(world)
        rewrite(world.pages[2], body_en=body("Other words."))
        publish(world)
        step(world)
        assert world.pages[2].lesson_key not in done(world)

    def test_answers_to_the_same_quiz_are_kept_and_to_another_dropped(self, world):
        start_attempt(enrolment=world.enrolment, lesson_key=world.pages[2].lesson_key, at=NOW)
        rewrite(world.pages[2], body_en=body("Other words."))
        publish(world)
        step(world)
        assert AttemptDraft.objects.exists()
        change_quiz(quiz=world.quiz, by=None, pass_mark=90)
        publish(world)
        step(world)
        assert not AttemptDraft.objects.exists()

    def test_a_lesson_that_left_and_came_back_changed_is_asked_again(self, world):
        first = world.pages[0]
        content = first.body_en
        from courses.actions import approve_submission, submit_module
        from tests.factories.courses import make_reviewer, make_trainer

        without = submit_module(
            module=world.module, by=make_trainer(), what_changed="x", at=LATER, leave_out=[first.lesson_key]
        )
        approve_submission(submission=without, by=make_reviewer(), at=LATER)
        step(world)
        assert first.lesson_key not in done(world)
        rewrite(first, body_en=content)
        publish(world)
        step(world)
        assert first.lesson_key not in done(world)
        assert world.pages[1].lesson_key in done(world)

    def test_the_completion_says_which_edition_was_completed(self, world):
        publish(world)
        step(world)
        world.enrolment.refresh_from_db()
        pass_quiz(world, at=LATER + timedelta(hours=2))
        completion = Completion.objects.get()
        assert (completion.edition_number, completion.edition) == (2, Edition.objects.get(number=2))

    def test_it_is_refused_when_there_is_nowhere_to_go(self, world):
        retire_module(module=world.module, by=None, at=LATER, reason="Superseded.")
        with pytest.raises(ModuleIsNotOpen):
            step(world)
        pass_quiz(world)
        with pytest.raises(WorkHasEnded):
            step(world)


class TestHavingToMove:
    def test_nothing_goes_on_before(self, world):
        publish(world, Effect.STEPS_FORWARD)
        with pytest.raises(IsLeftBehind):
            mark_lesson_done(enrolment=world.enrolment, lesson_key=world.pages[0].lesson_key, at=LATER)
        with pytest.raises(IsLeftBehind):
            start_attempt(enrolment=world.enrolment, lesson_key=world.pages[2].lesson_key, at=LATER)

    def test_a_quiz_half_answered_is_handed_in_and_counts_after_moving(self, world):
        draft = start_attempt(enrolment=world.enrolment, lesson_key=world.pages[2].lesson_key, at=NOW)
        publish(world, Effect.STEPS_FORWARD)
        draft.answers = right_answers(draft.quiz_version)
        draft.save()
        attempt = submit_attempt(person=world.learner, key=draft.key, at=LATER)
        assert attempt.is_passed
        assert not Completion.objects.exists()
        _step, completion = step(world)
        assert completion.edition_number == 2

    def test_nobody_finishes_the_old_version(self, place, today):
        module = make_module(lessons=[{"body_en": body("One.")}])
        enrolment = start_module(person=place.learner, module=module, at=NOW)
        [page] = lesson_pages(module)
        mark_lesson_done(enrolment=enrolment, lesson_key=page.lesson_key, at=NOW)
        rewrite(page, body_en=body("Two."))
        publish_edition(module=module, by=None, at=LATER, effect=Effect.STEPS_FORWARD)
        with pytest.raises(IsLeftBehind):
            finish_module(enrolment=enrolment, at=LATER)

    def test_an_edition_in_between_that_must_be_taken_counts(self, world):
        publish(world, Effect.STEPS_FORWARD)
        publish(world)
        with pytest.raises(IsLeftBehind):
            mark_lesson_done(enrolment=world.enrolment, lesson_key=world.pages[0].lesson_key, at=LATER)

    def test_out_of_use_who_began_may_finish(self, world):
        publish(world, Effect.STEPS_FORWARD)
        retire_module(module=world.module, by=None, at=LATER, reason="Superseded.")
        pass_quiz(world, at=LATER)
        assert Completion.objects.get().edition_number == 1


class TestPages:
    @pytest.fixture
    def learner(self, client, world):
        client.force_login(world.learner)
        return client

    def test_the_module_says_what_moving_means(self, world, learner):
        rewrite(world.pages[0], body_en=body("Listen first."))
        make_lesson(world.module, title="Afterwards")
        publish(world)
        with CaptureQueriesContext(connection) as queries:
            html = learner.get(world.module.url).content.decode()
        assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        for words in (
            "This module was updated on 21 November 2026",
            "You can go on with the version you began",
            "1 lesson that you have done stays done.",
            "Listen",
            "Afterwards",
            "Carry on",
        ):
            assert words in html, words
        response = learner.post(reverse("records:move_module", args=[world.module.module_key]), follow=True)
        html = response.content.decode()
        assert "You are on the new version now." in html
        assert "1 of 4 lessons done" in html
        assert "This module was updated on" not in html

    def test_who_must_move_is_led_to_the_button(self, world, learner):
        publish(world, Effect.STEPS_FORWARD)
        response = learner.get(world.pages[1].url, follow=True)
        html = response.content.decode()
        assert response.redirect_chain == [(world.module.url, 302)]
        assert "Move to the new version to go on." in html
        assert "Carry on" not in html
        assert LessonProgress.objects.count() == 2
        learner.post(reverse("records:move_module", args=[world.module.module_key]))
        assert learner.get(world.pages[1].url).status_code == 200

    def test_out_of_use_says_that_it_can_be_finished(self, world, learner):
        retire_module(module=world.module, by=None, at=LATER, reason="Superseded.")
        html = learner.get(world.module.url).content.decode()
        assert "You can finish what you began" in html
        assert "Carry on" in html

    def test_somebody_elses_work_is_not_moved(self, world, client, place):
        publish(world)
        client.force_login(place.other)
        url = reverse("records:move_module", args=[world.module.module_key])
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 302
        world.enrolment.refresh_from_db()
        assert world.enrolment.edition.number == 1

    def test_without_a_newer_edition_nothing_more_is_asked(self, world, learner):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                learner.get(world.module.url)
            return len(queries)

        # Each edition is read once for everyone and kept; what counts is what each further look costs.
        learner.get(world.module.url)
        before = cost()
        publish(world)
        learner.get(world.module.url)
        assert cost() <= before + 3
