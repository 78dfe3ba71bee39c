"""Starting modules, finishing lessons, and what is kept of it."""

from __future__ import annotations

import uuid

import pytest

from courses.actions import publish_edition, retire_module
from courses.cards import card_of, live_cards
from courses.models import EditionLesson
from courses.selectors import live_edition_of
from organisations.selectors import role_slugs_of
from records.actions.learning import finish_module, mark_lesson_done, start_attempt, start_module
from records.actions.refusals import (
    IsNotComplete,
    LessonHasNoQuiz,
    LessonHasQuiz,
    LessonIsNotYours,
    ModuleIsNotOpen,
    NothingToTake,
    WorkHasEnded,
)
from records.models import Completion, Enrolment, LessonProgress
from records.selectors.learning import learning_in, learnings_of, progress_in
from tests.factories.courses import make_lesson, make_module
from tests.factories.organisations import MembershipFactory
from tests.factories.quizzes import make_quiz
from tests.records.conftest import NOW

pytestmark = pytest.mark.django_db


def keys(module) -> list[uuid.UUID]:
    """The lessons of the live edition, in order."""
    return [lesson.lesson_key for lesson in live_edition_of(module).lessons.order_by("position")]


def start(person, module) -> Enrolment:
    return start_module(person=person, module=module, at=NOW)


def read(enrolment, *lesson_keys) -> list[Completion | None]:
    return [mark_lesson_done(enrolment=enrolment, lesson_key=key, at=NOW) for key in lesson_keys]


class TestStart:
    def test_enrols_once_on_the_live_edition(self, place):
        module = make_module(lessons=2)
        first, second = start(place.learner, module), start(place.learner, module)
        assert first == second
        assert first.edition == live_edition_of(module)
        assert first.module_key == module.translation_key
        assert Enrolment.objects.count() == 1

    def test_two_people_have_two_enrolments(self, place):
        module = make_module()
        assert start(place.learner, module) != start(place.other, module)

    def test_a_module_without_an_edition_cannot_be_started(self, place):
        module = make_module(is_published=False)
        with pytest.raises(ModuleIsNotOpen):
            start(place.learner, module)

    def test_a_module_with_nothing_for_the_persons_roles_cannot_be_started(self, place):
        module = make_module(lessons=[{"roles": [place.officer]}])
        with pytest.raises(NothingToTake):
            start(place.learner, module)
        assert start(place.other, module)

    def test_a_person_without_a_role_gets_the_lessons_for_everyone(self, place):
        module = make_module(lessons=[{}, {"roles": [place.officer]}])
        enrolment = start(place.stranger, module)
        progress = progress_in(enrolment, role_slugs_of(place.stranger, NOW.date()))
        assert [lesson.lesson_key for lesson in progress.lessons] == keys(module)[:1]

    def test_it_may_be_taken_again_after_it_is_completed(self, place):
        module = make_module(lessons=1)
        first = start(place.learner, module)
        read(first, *keys(module))
        finish_module(enrolment=first, at=NOW)
        second = start(place.learner, module)
        assert second != first
        assert learning_in(place.learner, set(), module.translation_key).enrolment_id == second.pk


class TestLessons:
    def test_a_lesson_is_done_once(self, place):
        module = make_module(lessons=2)
        enrolment = start(place.learner, module)
        read(enrolment, keys(module)[0], keys(module)[0])
        assert LessonProgress.objects.count() == 1

    def test_a_lesson_for_other_roles_or_of_another_module_is_refused(self, place):
        module = make_module(lessons=[{}, {"roles": [place.officer]}])
        enrolment = start(place.learner, module)
        for key in (keys(module)[1], keys(make_module())[0], uuid.uuid4()):
            with pytest.raises(LessonIsNotYours):
                read(enrolment, key)

    def test_a_lesson_with_a_quiz_is_not_done_by_a_button(self, place):
        module = make_module(lessons=1, quiz=make_quiz())
        with pytest.raises(LessonHasQuiz):
            read(start(place.learner, module), keys(module)[0])

    def test_a_lesson_without_a_quiz_has_no_attempts(self, place):
        module = make_module(lessons=1)
        with pytest.raises(LessonHasNoQuiz):
            start_attempt(enrolment=start(place.learner, module), lesson_key=keys(module)[0], at=NOW)

    def test_nothing_more_is_written_after_the_end(self, place):
        module = make_module(lessons=1)
        enrolment = start(place.learner, module)
        read(enrolment, *keys(module))
        finish_module(enrolment=enrolment, at=NOW)
        with pytest.raises(WorkHasEnded):
            read(enrolment, keys(module)[0])


class TestChangesMidWay:
    def test_the_enrolment_stays_on_its_edition(self, place):
        module = make_module(lessons=2)
        enrolment = start(place.learner, module)
        before = keys(module)
        make_lesson(module)
        publish_edition(module=module, by=None, at=NOW)
        read(enrolment, *before)
        completion = finish_module(enrolment=enrolment, at=NOW)
        assert completion.edition_number == 1
        assert completion.lesson_keys == [str(key) for key in before]
        assert start(place.learner, module).edition.number == 2

    def test_a_change_of_role_changes_which_lessons_apply(self, place):
        module = make_module(lessons=[{}, {"roles": [place.housing]}, {"roles": [place.officer]}])
        everyone, housing, officer = keys(module)
        enrolment = start(place.learner, module)
        read(enrolment, everyone)
        with pytest.raises(IsNotComplete):
            finish_module(enrolment=enrolment, at=NOW)
        membership = place.learner.memberships.get()
        membership.role = place.officer
        membership.save()
        with pytest.raises(LessonIsNotYours):
            read(enrolment, housing)
        read(enrolment, officer)
        assert finish_module(enrolment=enrolment, at=NOW).lesson_keys == [str(everyone), str(officer)]

    def test_several_roles_take_the_lessons_of_each(self, place):
        module = make_module(lessons=[{"roles": [place.housing]}, {"roles": [place.officer]}])
        MembershipFactory(person=place.learner, organisation=place.police, role=place.officer)
        enrolment = start(place.learner, module)
        read(enrolment, *keys(module))
        assert finish_module(enrolment=enrolment, at=NOW).memberships.count() == 2

    def test_a_person_who_left_still_finishes_and_keeps_the_record(self, place):
        module = make_module(lessons=1)
        enrolment = start(place.learner, module)
        place.learner.memberships.update(ended_on=NOW.date().replace(day=20))
        read(enrolment, *keys(module))
        completion = finish_module(enrolment=enrolment, at=NOW)
        assert completion.memberships.count() == 0
        assert completion.certificates.count() == 1

    @pytest.mark.parametrize("accident", ["unpublish", "withdraw", "delete lesson", "delete module"])
    def test_the_work_is_finished_whatever_happens_to_the_pages(self, place, accident):
        module = make_module(title="Seeing it", lessons=2)
        lesson_keys, enrolment = keys(module), start(place.learner, module)
        match accident:
            case "unpublish":
                module.unpublish()
            case "withdraw":
                retire_module(module=module, by=None, at=NOW, reason="Superseded.")
            case "delete lesson":
                module.get_children().first().specific.delete()
            case "delete module":
                module.delete()
        enrolment = Enrolment.objects.get(pk=enrolment.pk)
        read(enrolment, *lesson_keys)
        completion = finish_module(enrolment=enrolment, at=NOW)
        assert (completion.title, completion.module_key) == ("Seeing it", enrolment.module_key)
        assert learnings_of(place.learner, set())[0].url.startswith("/")


def test_progress_costs_the_same_whatever_the_size(place, django_assert_num_queries):
    for lessons in (2, 9):
        module = make_module(lessons=lessons)
        enrolment = start(place.learner, module)
        read(enrolment, keys(module)[0])
        card_of(enrolment.edition)
        with django_assert_num_queries(2):
            progress = progress_in(enrolment, {"housing"})
        assert (progress.done, progress.total) == (1, lessons)
    live_cards()
    with django_assert_num_queries(3):
        learnings = learnings_of(place.learner, {"housing"}, only_open=True)
    assert sorted((each.progress.done, each.progress.total) for each in learnings) == [(1, 2), (1, 9)]
    assert EditionLesson.objects.count() == 11


def test_work_of_one_enrolment_does_not_show_in_another(place):
    module = make_module(lessons=2)
    mine, theirs = start(place.learner, module), start(place.other, module)
    read(mine, keys(module)[0])
    assert progress_in(mine, set()).done == 1
    assert progress_in(theirs, set()).done == 0
    assert learning_in(place.other, set(), module.translation_key).progress.done == 0
    assert learning_in(place.stranger, set(), module.translation_key) is None
