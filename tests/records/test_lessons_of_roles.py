"""Lessons that a role has of its own: a completion without them is not good for it, and only they are asked then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from courses.actions import publish_edition
from courses.content import draft_of
from courses.learning_again import LearnAgain
from courses.models import Effect
from organisations.actions import change_role
from organisations.models import Membership
from quizzes.selectors import questions_of
from records.actions.completions import strike_out, void_completion
from records.actions.learning import mark_lesson_done, start_attempt, start_module, submit_attempt
from records.actions.recognition import Training, recognise_training
from records.models import Certificate, Completion, LessonsNotDone
from records.selectors.expected_standing import standing_differences
from records.selectors.learning import progress_in
from records.selectors.standing import requirements_of
from tests.conftest import TODAY
from tests.factories.cms import text_of
from tests.factories.courses import lesson_pages, make_module
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import RequirementVersionFactory
from tests.records.conftest import NOW
from tests.records.oracle_of_rows import say, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
EARLIER = NOW - timedelta(days=100)


@pytest.fixture
def world(place):
    """A lesson for everybody with a quiz, and one of officers; somebody in housing who has completed the module."""
    module = make_module(
        lessons=[{"minutes": 5, "quiz": make_quiz(questions=2)}, {"roles": [place.officer], "minutes": 4}],
        is_matched_to_roles=True,
    )
    everybodys, officers = lesson_pages(module)
    RequirementVersionFactory(
        requirement__partnership=place.partnership, requirement__module=module, is_for_all_roles=True,
        effective_from=date(2026, 1, 1), valid_for_months=12,
    )  # fmt: skip
    world = SimpleNamespace(**vars(place), module=module, everybodys=everybodys, officers=officers)
    world.membership = Membership.objects.get(person=place.learner)
    world.done = complete(world, place.learner, EARLIER)
    return world


def complete(world, person, at):
    enrolment = start_module(person=person, module=world.module, at=at)
    draft = start_attempt(enrolment=enrolment, lesson_key=world.everybodys.lesson_key, at=at)
    for question in questions_of(draft.quiz_version, draft.asked_versions):
        draft.answers[question.key] = [choice.key for choice in question.choices if choice.is_correct]
    draft.save()
    submit_attempt(person=person, key=draft.key, at=at)
    if {"officer"} & {each.role.slug for each in Membership.objects.filter(person=person, ended_on=None)}:
        mark_lesson_done(enrolment=enrolment, lesson_key=world.officers.lesson_key, at=at)
    return Completion.objects.filter(person=person).latest("pk")


def become_officer(world, on=TODAY):
    change_role(membership=world.membership, role=world.officer, on=on, by=None)


def lacking(completion):
    return set(completion.lessons_not_done.values_list("role__slug", flat=True))


def state(world, day=TODAY):
    required = requirements_of(world.learner, day)[0]
    return str(required.state), required.due_on, required.satisfied_to


def is_right(person):
    return not standing_differences([person.pk]) and told(person, TODAY) == say(person, TODAY)


class TestWhatACompletionLacks:
    def test_it_is_kept_with_the_completion(self, world):
        assert lacking(world.done) == {"officer"}
        assert state(world)[0] == "current"

    def test_whoever_has_the_role_did_its_lessons(self, world):
        assert lacking(complete(world, world.other, NOW)) == set()

    def test_where_the_module_does_not_ask_for_it_nothing_is_kept(self, place):
        module = make_module(lessons=[{}, {"roles": [place.officer]}])
        enrolment = start_module(person=place.learner, module=module, at=NOW)
        mark_lesson_done(enrolment=enrolment, lesson_key=lesson_pages(module)[0].lesson_key, at=NOW)
        assert not LessonsNotDone.objects.exists()

    def test_training_elsewhere_stands_for_the_roles_of_its_day_or_else_of_today(self, world):
        module = make_module(
            lessons=[{}, {"roles": [world.housing]}, {"roles": [world.officer]}],
            is_matched_to_roles=True, recognised="enough",
        )  # fmt: skip
        for on in (TODAY, date(2001, 1, 1)):
            training = Training(module.editions.get(), on, "", "Certificate 12", "The same content.")
            done = recognise_training(membership=world.membership, training=training, by=world.other, at=NOW)
            assert lacking(done) == {"officer"}


class TestStanding:
    def test_a_new_role_is_due_in_the_days_that_everybody_has(self, world):
        become_officer(world)
        assert state(world) == ("due", TODAY + timedelta(days=30), None)
        assert is_right(world.learner)

    def test_with_its_lessons_done_it_is_current_as_long_as_the_rest(self, world):
        become_officer(world)
        start_and_add(world)
        assert state(world) == ("current", None, date(2027, 8, 13))
        assert is_right(world.learner)


def start_and_add(world, at=NOW):
    enrolment = start_module(person=world.learner, module=world.module, at=at)
    return mark_lesson_done(enrolment=enrolment, lesson_key=world.officers.lesson_key, at=at)


class TestOnlyTheseLessonsAreAsked:
    def test_the_others_are_done(self, world):
        become_officer(world)
        enrolment = start_module(person=world.learner, module=world.module, at=NOW)
        progress = progress_in(enrolment, {"officer"})
        assert (progress.total, progress.done) == (2, 1)
        assert progress.next_undone.lesson_key == world.officers.lesson_key
        assert progress.minutes_left == 4

    def test_the_page_of_the_module_names_them(self, client, world):
        client.force_login(world.learner)
        url = world.module.get_url()
        assert "Take again" in text_of(client.get(url))
        become_officer(world)
        page = text_of(client.get(url))
        assert (
            page.index("Only these are left:") < page.index(world.officers.title) < page.index("Start these lessons")
        )
        assert "Take again" not in page
        client.post(reverse("records:start_module", args=[world.module.module_key]))
        assert "1 of 2 lessons done" in text_of(client.get(url))

    def test_the_completion_adds_to_the_earlier_one(self, world):
        become_officer(world)
        added = start_and_add(world)
        assert (added.adds_to, added.counted_from, added.completed_on) == (world.done, date(2026, 8, 13), TODAY)
        assert (added.minutes, added.score) == (4, Decimal(1))
        assert len(added.lesson_keys) == 2
        assert lacking(added) == set()

    def test_its_certificate_ends_with_the_earlier_one(self, world):
        draft = draft_of(world.module)
        draft.certificate_months = 24
        draft.save_revision()
        publish_edition(module=world.module, by=None, at=NOW)
        become_officer(world)
        assert Certificate.objects.get(completion=start_and_add(world)).valid_until == date(2028, 8, 13)

    @pytest.mark.parametrize("reason", ["same role", "expired", "learn again", "nothing to add"])
    def test_everything_is_asked_otherwise(self, world, reason):
        at = NOW
        if reason != "same role":
            become_officer(world)
        if reason == "expired":
            at = datetime(2027, 9, 1, tzinfo=UTC)
        if reason == "learn again":
            again = LearnAgain(30)
            publish_edition(module=world.module, by=None, at=NOW, effect=Effect.STEPS_FORWARD, again=again)
        if reason == "nothing to add":
            world.officers.delete()
            publish_edition(module=world.module, by=None, at=NOW)
        enrolment = start_module(person=world.learner, module=world.module, at=at)
        assert progress_in(enrolment, {"officer"}).done == 0

    @pytest.mark.parametrize(("role", "done"), [("housing", 1), ("officer", 0)])
    def test_an_edition_that_others_learn_again_changes_nothing_for_them(self, world, role, done):
        become_officer(world)
        again = LearnAgain(30, [getattr(world, role)])
        publish_edition(module=world.module, by=None, at=NOW, effect=Effect.STEPS_FORWARD, again=again)
        enrolment = start_module(person=world.learner, module=world.module, at=NOW)
        assert progress_in(enrolment, {"officer"}).done == done

    def test_who_never_completed_it_takes_all_of_it(self, world):
        enrolment = start_module(person=world.other, module=world.module, at=NOW)
        assert progress_in(enrolment, {"officer"}).done == 0


class TestStrikingOut:
    def test_what_was_added_falls_with_what_it_was_added_to(self, world):
        become_officer(world)
        added = start_and_add(world)
        void_completion(completion=world.done, by=UserFactory(), reason="Someone else answered.", at=NOW)
        added.refresh_from_db()
        assert added.void_reason == "Someone else answered."
        assert state(world)[0] != "current"
        assert is_right(world.learner)

    def test_it_falls_too_where_that_follows_from_what_the_person_did_themselves(self, world):
        become_officer(world)
        added = start_and_add(world)
        strike_out(completion=world.done, by=world.learner, reason="Two entries became one.", at=NOW)
        added.refresh_from_db()
        assert added.voided_at == NOW

    def test_work_that_goes_on_asks_for_everything_then(self, world):
        become_officer(world)
        enrolment = start_module(person=world.learner, module=world.module, at=NOW)
        void_completion(completion=world.done, by=UserFactory(), reason="Someone else answered.", at=NOW)
        assert progress_in(enrolment, {"officer"}).done == 0
