"""A wrong key is corrected: two people, numbers first, and nobody loses a pass."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import prepare_cms_groups
from organisations.clock import day_of
from organisations.letter_limits import last_letters
from organisations.models import User
from privacy.actions.erasure import empty_answers
from quizzes.models import Correction, QuestionVersion, Quiz
from quizzes.selectors import questions_of
from records.actions import looking_again
from records.actions.learning import save_answer, start_attempt, start_module, submit_attempt
from records.actions.looking_again import look_again
from records.actions.regrading import (
    apply_regrade,
    discard_regrade,
    propose_regrade,
    return_regrade,
    write_regrade,
)
from records.mail import post_regrade
from records.models import Attempt, Certificate, Completion, Regrade, RegradedAttempt
from records.rules.regrading import change_of
from records.selectors.quizzes import asked_in
from records.selectors.regrading import effect_of
from tests.factories.courses import make_module, make_reviewer, make_trainer
from tests.factories.organisations import AwayFactory, MembershipFactory
from tests.factories.quizzes import make_question, make_quiz
from tests.factories.records import ReminderFactory
from tests.quizzes.test_cms import as_form
from tests.records.conftest import NOW
from tests.records.test_quiz import quiz_lesson, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
shares = st.decimals(0, 1, places=4)


@given(shares, st.booleans(), shares, shares)
def test_nobody_loses_a_pass_and_none_is_given_away(before, was_passed, marked, pass_mark):
    change = change_of(before, was_passed, marked, pass_mark)
    if change is None:
        assert marked == before
        assert was_passed or marked < pass_mark
        return
    assert change.is_passed == (was_passed or marked >= pass_mark)
    assert change.gains_pass <= (marked >= pass_mark)
    assert change.score in (before, marked)
    assert change.is_passed is was_passed or change.score >= pass_mark


def two_questions():
    """One lesson whose quiz of two questions is passed only when both are right."""
    questions = [
        make_question("single_choice", "Whom do you call first?", tags="Calling"),
        make_question("true_false", right=("True",), wrong=("False",)),
    ]
    return make_module(lessons=1, quiz=make_quiz(questions=questions, pass_mark=100, is_shuffled=False))


@pytest.fixture
def module(place):
    return two_questions()


def trainer_and_reviewer(place):
    """Who proposes, and who decides."""
    prepare_cms_groups()
    return make_trainer(place.partnership), make_reviewer(place.partnership)


@pytest.fixture
def people(place):
    return trainer_and_reviewer(place)


def version_of(module) -> QuestionVersion:
    """The question with a wrong key, as it was asked."""
    return QuestionVersion.objects.filter(kind="single_choice").order_by("number").first()


def take(person, module, *, is_right: bool, is_rest_right=True, at=NOW) -> Attempt:
    """A whole quiz, the first question by the old key or against it, the other right or wrong."""
    enrolment = start_module(person=person, module=module, at=at)
    draft = start_attempt(enrolment=enrolment, lesson_key=quiz_lesson(module), at=at)
    for place in asked_in(draft).places:
        right = place.question.right_keys
        is_meant = is_right if place.question.kind == "single_choice" else is_rest_right
        keys = [each.key for each in place.question.choices if (each.key in right) is is_meant]
        save_answer(draft=draft, question=place.question, answer=keys[:1], seen=[], at=at)
    return submit_attempt(person=person, key=draft.key, at=at)


def turned(version: QuestionVersion) -> dict:
    """What is right and what was, the other way round."""
    content = deepcopy(version.content)
    first_wrong = next(each for each in content["choices"] if not each["is_correct"])
    for choice in content["choices"]:
        choice["is_correct"] = choice is first_wrong
    return content


def proposed(module, people, at=NOW) -> Regrade:
    version = version_of(module)
    made = write_regrade(version=version, content=turned(version), by=people[0], at=at)
    return propose_regrade(regrade=made, reason="The number had changed.", by=people[0], at=at)


def applied(module, people, at=NOW) -> Regrade:
    made, reviewer = proposed(module, people, at), people[1]
    apply_regrade(regrade=made, by=reviewer, at=at)
    look_again()
    made.refresh_from_db()
    return made


class TestApplying:
    def test_who_passes_now_is_done_and_who_had_passed_keeps_it(self, place, module, people):
        later = NOW + timedelta(days=3)
        failed, passed = take(place.learner, module, is_right=False), take(place.other, module, is_right=True)
        before = list(Attempt.objects.order_by("pk").values())
        completions = list(Completion.objects.values())
        made = applied(module, people, later)
        assert list(Attempt.objects.order_by("pk").values()) == before
        assert made.counts == {
            "asked": 2,
            "without_answers": 0,
            "changed": 2,
            "passes": 1,
            "people_passing": 1,
            "stays": 1,
            "people_staying": 1,
            "modules": [{"title": module.title, "passes": 1, "stays": 1}],
        }
        new = Completion.objects.get(person=place.learner)
        assert (new.completed_on, new.score, new.created_at) == (day_of(NOW), 1, later)
        assert Certificate.objects.filter(completion=new).count() == 1
        assert [each for each in Completion.objects.values() if each["person_id"] == place.other.pk] == completions
        kept = RegradedAttempt.objects.get(attempt=passed)
        assert (kept.is_passed, kept.score, kept.score_marked) == (True, 1, Decimal("0.5"))
        call_command("remark", "--check")

        client = Client()
        client.force_login(place.learner)
        page = text(client.get(reverse("records:result", args=[failed.pk])))
        assert "You have passed" in page
        assert "This is your score now." in page
        assert "100%" in page
        assert "here is why" not in page
        assert "looked at again on" in text(client.get(reverse("records:my_record")))
        client.force_login(place.other)
        page = text(client.get(reverse("records:result", args=[passed.pk])))
        assert "You had passed before, and you keep that." in page

    def test_from_then_on_the_corrected_key_marks_and_drafts_are_corrected(self, place, module, people):
        applied(module, people)
        quiz = Quiz.objects.get()
        new = Correction.objects.get()
        assert quiz.questions[0].value["choices"][1]["is_correct"]
        assert quiz.questions[0].value["tags"] == "Calling"
        attempt = take(place.stranger, module, is_right=True)
        assert attempt.is_passed
        assert attempt.questions[0]["version_id"] == new.version_id
        assert attempt.questions[0]["key_version_id"] == new.corrected_id
        assert not RegradedAttempt.objects.exists()
        call_command("remark", "--check")

    def test_a_correction_can_be_corrected_back(self, place, module, people):
        attempt = take(place.learner, module, is_right=True)
        first = applied(module, people)
        trainer, reviewer = people
        version = first.version
        back = write_regrade(version=version, content=version.content, by=trainer, at=NOW)
        propose_regrade(regrade=back, reason="It was right after all.", by=trainer, at=NOW)
        apply_regrade(regrade=back, by=reviewer, at=NOW)
        look_again()
        assert questions_of(attempt.quiz_version)[0].key_version_id is None
        assert QuestionVersion.objects.filter(question_key=version.question_key).count() == 2

    def test_what_makes_no_sense_is_refused(self, place, module, people):
        trainer, reviewer = people
        version = version_of(module)
        for content in (version.content, {**version.content, "text": {"en": "Another question?"}}):
            with pytest.raises(ValidationError):
                write_regrade(version=version, content=content, by=trainer, at=NOW)
        made = write_regrade(version=version, content=turned(version), by=trainer, at=NOW)
        with pytest.raises(PermissionDenied):
            propose_regrade(regrade=made, reason="Because.", by=reviewer, at=NOW)
        with pytest.raises(ValidationError):
            propose_regrade(regrade=made, reason=" ", by=trainer, at=NOW)
        apply_regrade(regrade=made, by=reviewer, at=NOW)
        propose_regrade(regrade=made, reason="Because.", by=trainer, at=NOW)
        with pytest.raises(PermissionDenied):
            apply_regrade(regrade=made, by=trainer, at=NOW)
        return_regrade(regrade=made, reason="Read the guidance again.", by=reviewer, at=NOW)
        apply_regrade(regrade=made, by=reviewer, at=NOW)
        assert not Correction.objects.exists()

    def test_a_worker_that_is_killed_leaves_whole_batches_and_the_next_goes_on(
        self, place, module, people, monkeypatch
    ):
        monkeypatch.setattr(looking_again, "BATCH", 2)
        learners = [place.learner, *(MembershipFactory().person for _number in range(4))]
        for person in learners:
            take(person, module, is_right=False)
        made = proposed(module, people)
        apply_regrade(regrade=made, by=people[1], at=NOW)
        # Marked by the old key, on record only after the new one: somebody who handed in at that moment.
        late = take(place.other, module, is_right=True)
        Attempt.objects.filter(pk=late.pk).update(is_passed=False, score=Decimal("0.5"))

        def die() -> None:
            raise ConnectionError

        with pytest.raises(ConnectionError):
            look_again(after_batch=die)
        made.refresh_from_db()
        assert (made.state, made.looked_at, made.total) == (Regrade.State.APPLYING, 2, 6)
        # Handed in once nobody can have the old key any more: nothing to look at.
        take(place.stranger, module, is_right=True)
        assert Completion.objects.filter(person__in=learners).count() == 2
        look_again()
        look_again()
        made.refresh_from_db()
        assert made.state == Regrade.State.APPLIED
        assert (made.looked_at, made.total) == (6, 6)
        assert (made.counts["asked"], made.counts["passes"], made.counts["people_passing"]) == (6, 6, 6)
        assert RegradedAttempt.objects.count() == 6
        assert Completion.objects.filter(person__in=learners).count() == 5

    def test_of_one_question_no_other_is_applied_meanwhile(self, place, module, people):
        first, second = proposed(module, people), proposed(module, people)
        apply_regrade(regrade=first, by=people[1], at=NOW)
        with pytest.raises(ValidationError, match="still being looked at"):
            apply_regrade(regrade=second, by=people[1], at=NOW)
        client = Client()
        client.force_login(people[1])
        page = reverse("regrades:regrade", args=[second.pk])
        assert "still being looked at" in text(client.post(page, {"do": "apply"}, follow=True))
        assert Correction.objects.count() == 1
        look_again()
        assert apply_regrade(regrade=second, by=people[1], at=NOW).state == Regrade.State.APPLYING

    def test_one_that_fails_stops_no_other(self, place, module, people, monkeypatch):
        take(place.learner, module, is_right=False)
        broken = proposed(module, people)
        apply_regrade(regrade=broken, by=people[1], at=NOW)
        other = QuestionVersion.objects.get(kind="true_false")
        content = {
            **other.content,
            "choices": [{**each, "feedback": {"en": "So."}} for each in other.content["choices"]],
        }
        fine = write_regrade(version=other, content=content, by=people[0], at=NOW)
        propose_regrade(regrade=fine, reason="Say more.", by=people[0], at=NOW)
        apply_regrade(regrade=fine, by=people[1], at=NOW + timedelta(minutes=1))
        look = looking_again._look_at_next
        monkeypatch.setattr(looking_again, "_look_at_next", lambda pk: 1 / 0 if pk == broken.pk else look(pk))
        with pytest.raises(ZeroDivisionError):
            look_again()
        states = Regrade.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [Regrade.State.APPLYING, Regrade.State.APPLIED]

    def test_what_is_not_applied_can_be_laid_aside(self, place, module, people):
        trainer, reviewer = people
        made = write_regrade(version=version_of(module), content=turned(version_of(module)), by=trainer, at=NOW)
        another = make_trainer(place.partnership)
        for by in (reviewer, another):
            with pytest.raises(PermissionDenied):
                discard_regrade(regrade=made, by=by, at=NOW)
        assert discard_regrade(regrade=made, by=trainer, at=NOW).state == Regrade.State.DISCARDED
        waiting = proposed(module, people)
        assert discard_regrade(regrade=waiting, by=another, at=NOW).state == Regrade.State.DISCARDED
        assert apply_regrade(regrade=waiting, by=reviewer, at=NOW).state == Regrade.State.DISCARDED
        assert not Correction.objects.exists()
        done = applied(module, people)
        assert discard_regrade(regrade=done, by=trainer, at=NOW).state == Regrade.State.APPLIED

    def test_who_passes_now_gets_one_letter_and_nobody_else(
        self, place, module, people, mailoutbox, django_capture_on_commit_callbacks
    ):
        User.objects.filter(pk=place.learner.pk).update(language="fr")
        take(place.learner, module, is_right=False)
        take(place.learner, module, is_right=False)
        take(place.other, module, is_right=True)
        # No letter is kept as due to who has left or has no address.
        User.objects.filter(pk=place.stranger.pk).update(is_active=False)
        without_address = MembershipFactory(person__email="").person
        for person in (place.stranger, without_address):
            take(person, module, is_right=False)
        with django_capture_on_commit_callbacks(execute=True):
            applied(module, people)
        [letter] = mailoutbox
        assert letter.to == [place.learner.email]
        assert letter.subject == "Vos formations : des nouvelles pour vous"
        assert RegradedAttempt.objects.filter(goes_at__isnull=False).count() == 1
        assert last_letters([place.learner.pk, place.other.pk]).keys() == {place.learner.pk}

    def test_it_waits_for_its_week_or_is_read_on_their_pages(self, place, module, people, mailoutbox):
        take(place.learner, module, is_right=False)
        applied(module, people)
        row = RegradedAttempt.objects.get()
        # A worker that was stopped posted another letter late.
        late = ReminderFactory(person=place.learner, goes_at=NOW - timedelta(days=8), posted_at=NOW)
        post_regrade.call(row.pk)
        row.refresh_from_db()
        assert (row.goes_at, row.posted_at) == (NOW + timedelta(days=7), None)
        late.delete()
        AwayFactory(membership=place.learner.memberships.get(), started_on=date(2026, 1, 5), ended_on=None)
        post_regrade.call(row.pk)
        row.refresh_from_db()
        assert (row.goes_at, row.posted_at, mailoutbox) == (None, None, [])

    def test_answers_that_are_gone_stay_as_they_are(self, place, module, people):
        attempt = take(place.learner, module, is_right=False)
        for row in attempt.questions:
            del row["answer"]
        Attempt.objects.filter(pk=attempt.pk).update(questions=attempt.questions)
        assert applied(module, people).counts["without_answers"] == 1
        assert not Completion.objects.exists()

    def test_the_numbers_take_the_same_few_queries(self, place, module):
        def count():
            with CaptureQueriesContext(connection) as queries:
                effect_of(version_of(module), turned(version_of(module)))
            return len(queries)

        take(place.learner, module, is_right=False)
        few = count()
        for _number in range(4):
            take(MembershipFactory().person, module, is_right=False)
        assert count() == few <= 5


def test_two_people_walk_through_the_cms(place, module, people, site_tree):
    trainer, reviewer = people
    take(place.learner, module, is_right=False)
    writing, deciding = Client(), Client()
    writing.force_login(trainer)
    deciding.force_login(reviewer)
    quiz, version = Quiz.objects.get(), version_of(module)
    listed = text(writing.get(reverse("quizzes:list")))
    assert reverse("regrades:quiz", args=[quiz.pk]) in listed
    url = reverse("regrades:write", args=[version.pk])
    assert url in text(writing.get(reverse("regrades:quiz", args=[quiz.pk])))
    assert text(writing.get(url)).count("<h1") == 1
    question = quiz.questions.get_prep_value()[0]
    for choice, is_right in zip(question["value"]["choices"], (False, True, False), strict=False):
        choice["value"]["is_correct"] = is_right
    form = {name.replace("questions-", "question-"): each for name, each in as_form(question).items()}
    other = {**form, "question-0-value-text-en": "Whom else?"}
    assert "other words are another question" in text(writing.post(url, other)).lower()
    page = writing.post(url, form).url
    # Whoever only tries a key reads nothing of what a few people answered.
    assert "Fewer than 20 attempts" in text(writing.get(page))
    assert "did not pass, and pass now" not in text(writing.get(page))
    assert deciding.get(page).url == reverse("wagtailadmin_home")
    assert "Write a reason." in text(writing.post(page, {"do": "propose", "reason": ""}))
    assert "A reviewer decides." in text(writing.post(page, {"do": "propose", "reason": "It changed."}, follow=True))
    # Nor once it is proposed, which can be laid aside again and tried anew: only who decides has to see it.
    assert "Fewer than 20 attempts" in text(writing.get(page))
    assert writing.post(page, {"do": "apply"}).url == reverse("wagtailadmin_home")
    assert page in text(deciding.get(reverse("regrades:list")))
    shown = text(deciding.get(page))
    assert "did not pass, and pass now" in shown
    assert place.learner.name not in shown
    assert 'value="apply"' in shown
    applying = text(deciding.post(page, {"do": "apply"}, follow=True))
    assert "Nobody loses a pass." in applying
    assert "0 of 1 attempts so far" in applying
    look_again()
    assert "did not pass, and pass now" in text(deciding.get(page))
    changed = text(writing.get(page))
    assert "What it changed" in changed
    assert "did not pass, and pass now" not in changed
    assert Completion.objects.get().person == place.learner


def test_a_result_without_its_answers_still_opens(place, module, client):
    attempt = take(place.learner, module, is_right=False)
    empty_answers([attempt])
    client.force_login(place.learner)
    assert "Whom do you call first?" in text(client.get(reverse("records:result", args=[attempt.pk])))
