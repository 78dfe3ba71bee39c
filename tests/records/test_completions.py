"""The record: written once, with everything copied, and voided with a reason."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from courses.models import Edition
from records.actions.completions import complete_module, void_completion
from records.actions.learning import (
    finish_module,
    mark_lesson_done,
    save_answer,
    start_attempt,
    start_module,
    submit_attempt,
)
from records.actions.refusals import IsNotComplete, WorkHasEnded
from records.events import completion_recorded, completion_voided
from records.models import Attempt, Certificate, Completion, Enrolment, LessonProgress
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import CompletionFactory, EnrolmentFactory, LessonProgressFactory
from tests.records.conftest import NOW


def ready(person, **fields) -> Enrolment:
    """Somebody who has done every lesson of a module without a quiz, and has not said so."""
    enrolment = EnrolmentFactory(
        person=person, edition=Edition.objects.get(module_key=make_module(**fields).module_key)
    )
    for lesson in enrolment.edition.lessons.all():
        LessonProgressFactory(enrolment=enrolment, lesson_key=lesson.lesson_key)
    return enrolment


@pytest.fixture
def heard():
    """What was sent."""
    recorded, voided = Mock(), Mock()
    completion_recorded.connect(recorded)
    completion_voided.connect(voided)
    yield recorded, voided
    completion_recorded.disconnect(recorded)
    completion_voided.disconnect(voided)


@pytest.mark.django_db
class TestComplete:
    def test_copies_everything_and_tells_others(self, place, heard):
        MembershipFactory(person=place.learner, organisation=place.police, role=place.officer)
        MembershipFactory(
            person=place.learner, organisation=place.police, role=place.housing, ended_on=date(2026, 11, 20)
        )
        enrolment = ready(place.learner, title="Seeing it", lessons=2, minutes=15, certificate_months=24)
        completion = complete_module(enrolment=enrolment, at=NOW)
        assert (completion.title, completion.edition_number, completion.minutes) == ("Seeing it", 1, 15)
        assert completion.completed_on == date(2026, 11, 21)
        assert completion.lesson_keys == [str(each.lesson_key) for each in enrolment.edition.lessons.all()]
        assert (completion.score, completion.source) == (None, "assessed")
        assert {(each.organisation_name, each.role_name) for each in completion.memberships.all()} == {
            ("Riverside Council", "housing officer"),
            ("Riverside Police", "officer"),
        }
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.ended_at) == ("completed", NOW)
        certificate = completion.certificates.get()
        assert certificate.valid_until == date(2028, 11, 21)
        assert certificate.payload == {
            "name": "Dana Whitlock",
            "module": "Seeing it",
            "edition": 1,
            "minutes": 15,
            "completed_on": "2026-11-21",
            "valid_until": "2028-11-21",
            "issuer": "Riverside Anti-Slavery Partnership",
        }
        recorded, _voided = heard
        assert recorded.call_args.kwargs["completion"] == completion

    def test_again_gives_the_same_completion(self, place, heard):
        enrolment = ready(place.learner)
        first = complete_module(enrolment=enrolment, at=NOW)
        assert complete_module(enrolment=enrolment, at=NOW) == first
        assert finish_module(enrolment=enrolment, at=NOW) == first
        assert (Completion.objects.count(), Certificate.objects.count()) == (1, 1)
        assert heard[0].call_count == 1

    def test_something_left_is_not_complete(self, place):
        enrolment = EnrolmentFactory(person=place.learner)
        with pytest.raises(IsNotComplete):
            finish_module(enrolment=enrolment, at=NOW)
        assert not Completion.objects.exists()

    def test_nothing_to_take_is_not_complete(self, place):
        module = make_module(lessons=[{"roles": [place.officer]}])
        enrolment = EnrolmentFactory(person=place.learner, edition=Edition.objects.get(module_key=module.module_key))
        with pytest.raises(IsNotComplete):
            finish_module(enrolment=enrolment, at=NOW)

    def test_closed_work_is_not_completed(self, place):
        enrolment = ready(place.learner)
        Enrolment.objects.update(state="closed", ended_at=NOW, close_reason="merged")
        with pytest.raises(WorkHasEnded):
            finish_module(enrolment=enrolment, at=NOW)

    def test_a_receiver_that_fails_undoes_the_whole(self, place):
        def fail(**kwargs):
            raise RuntimeError

        enrolment = ready(place.learner)
        completion_recorded.connect(fail)
        try:
            with pytest.raises(RuntimeError):
                finish_module(enrolment=enrolment, at=NOW)
        finally:
            completion_recorded.disconnect(fail)
        enrolment.refresh_from_db()
        assert enrolment.state == "open"
        assert not Completion.objects.exists()
        assert not Certificate.objects.exists()

    def test_the_last_lesson_completes_where_the_quiz_is_passed_already(self, place):
        module = make_module(lessons=[{"quiz": make_quiz()}, {}])
        enrolment = start_module(person=place.learner, module=module, at=NOW)
        first, second = enrolment.edition.lessons.order_by("position")
        draft = start_attempt(enrolment=enrolment, lesson_key=first.lesson_key, at=NOW)
        for each in asked_in(draft).places:
            save_answer(draft=draft, question=each.question, answer=sorted(each.question.right_keys), seen=[], at=NOW)
        submit_attempt(person=place.learner, key=draft.key, at=NOW)
        assert not Completion.objects.exists()
        completion = mark_lesson_done(enrolment=enrolment, lesson_key=second.lesson_key, at=NOW)
        assert completion == Completion.objects.get()
        assert completion.score == Decimal(1)

    def test_another_persons_work_is_untouched(self, place):
        mine, theirs = ready(place.learner), ready(place.other)
        finish_module(enrolment=mine, at=NOW)
        theirs.refresh_from_db()
        assert theirs.state == "open"


@pytest.mark.django_db
class TestVoid:
    def test_strikes_out_with_a_reason_and_revokes_the_certificate(self, place, heard):
        completion = finish_module(enrolment=ready(place.learner), at=NOW)
        lead = UserFactory()
        void_completion(completion=completion, by=lead, reason=" Taken by somebody else. ", at=NOW)
        completion.refresh_from_db()
        certificate = completion.certificates.get()
        assert (completion.voided_by, completion.void_reason) == (lead, "Taken by somebody else.")
        assert (certificate.revoked_by, certificate.revoke_reason) == (lead, "Taken by somebody else.")
        assert heard[1].call_count == 1
        void_completion(completion=completion, by=lead, reason="Again", at=NOW)
        assert heard[1].call_count == 1

    def test_not_without_a_reason(self, place):
        completion = CompletionFactory()
        with pytest.raises(ValidationError):
            void_completion(completion=completion, by=place.other, reason="  ", at=NOW)


def at_once(*calls) -> list:
    """Runs the calls in threads that start together; what each gave or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        barrier.wait()
        try:
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
class TestRaces:
    def test_start_pressed_several_times_at_once(self, place):
        module = make_module()
        found = at_once(*[lambda: start_module(person=place.learner, module=module, at=NOW)] * 4)
        assert len({each.pk for each in found}) == 1
        assert Enrolment.objects.count() == 1

    def test_finish_pressed_several_times_at_once(self, place):
        enrolment = ready(place.learner)
        found = at_once(*[lambda: finish_module(enrolment=enrolment, at=NOW)] * 4)
        assert len({each.pk for each in found}) == 1
        assert (Completion.objects.count(), Certificate.objects.count()) == (1, 1)

    def test_the_last_lesson_marked_several_times_at_once(self, place):
        enrolment = start_module(person=place.learner, module=make_module(), at=NOW)
        key = enrolment.edition.lessons.get().lesson_key
        found = at_once(*[lambda: mark_lesson_done(enrolment=enrolment, lesson_key=key, at=NOW)] * 4)
        assert found == [None] * 4
        assert LessonProgress.objects.count() == 1

    def test_handed_in_from_several_windows_at_once(self, place):
        enrolment = start_module(person=place.learner, module=make_module(quiz=make_quiz()), at=NOW)
        key = enrolment.edition.lessons.get().lesson_key
        draft = start_attempt(enrolment=enrolment, lesson_key=key, at=NOW)
        for each in asked_in(draft).places:
            save_answer(draft=draft, question=each.question, answer=sorted(each.question.right_keys), seen=[], at=NOW)
        found = at_once(*[lambda: submit_attempt(person=place.learner, key=draft.key, at=NOW)] * 4)
        assert len({each.pk for each in found}) == 1
        assert (Attempt.objects.count(), Completion.objects.count()) == (1, 1)

    def test_a_quiz_started_from_several_windows_at_once(self, place):
        enrolment = start_module(person=place.learner, module=make_module(quiz=make_quiz()), at=NOW)
        key = enrolment.edition.lessons.get().lesson_key
        found = at_once(*[lambda: start_attempt(enrolment=enrolment, lesson_key=key, at=NOW)] * 4)
        assert len({each.pk for each in found}) == 1
