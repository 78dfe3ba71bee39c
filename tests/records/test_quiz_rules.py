"""How often and how long somebody may take a quiz, when they read what is right, and what is given beyond that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.changes import quiz_lines
from organisations.models import Membership, User
from quizzes.actions import change_quiz, freeze_quiz
from quizzes.drafts import quiz_hash
from quizzes.selectors import questions_of
from records.actions.allowances import end_more_time, give_attempts, give_more_time
from records.actions.learning import start_attempt, start_module, submit_attempt
from records.actions.refusals import NoAttemptsLeft
from records.models import Attempt, AttemptDraft, Enrolment, ExtraAttempt, MoreTime
from records.rules.quizzes import GRACE, Tries, is_over, minutes_for
from records.selectors.quizzes import asked_in
from tests.conftest import TODAY
from tests.factories.courses import make_module, make_trainer
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import FROZEN_AT, contents_of_every_kind, make_quiz, stored_question
from tests.organisations.lead_world import make_world, sign_in
from tests.records.conftest import NOW
from tests.records.journeys import answer, start_quiz, submit, take_quiz
from tests.records.journeys import start_module as press_start
from tests.records.test_completions import at_once
from tests.records.test_quiz import page, quiz_lesson, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@given(st.integers(1, 600), st.lists(st.one_of(st.none(), st.integers(0, 400)), max_size=3))
def test_more_time_is_never_less(limit, extra):
    minutes = minutes_for(limit, extra)
    assert (minutes is None) == (None in extra)
    assert minutes is None or minutes >= limit
    assert minutes_for(None, extra) is None


@pytest.mark.parametrize(
    ("tries", "left"),
    [
        (Tries(), None),
        (Tries(2), 2),
        (Tries(2, used=2), 0),
        (Tries(2, used=5), 0),
        (Tries(2, used=2, extra=1), 1),
        (Tries(2, used=2, is_passed=True), None),
    ],
)
def test_how_many_are_left(tries, left):
    assert tries.left == left


def test_a_moment_of_grace():
    assert not is_over(None, NOW)
    assert not is_over(NOW, NOW + GRACE)
    assert is_over(NOW, NOW + GRACE + timedelta(seconds=1))


def test_only_rules_that_are_not_as_usual_change_what_a_quiz_is():
    quiz = make_quiz()
    before = quiz_hash(quiz)
    change_quiz(quiz=quiz, by=None, feedback="at_end", attempts_allowed=None, minutes_allowed=None)
    assert quiz_hash(quiz) == before
    first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    change_quiz(quiz=quiz, by=None, feedback="at_once", attempts_allowed=3, minutes_allowed=20)
    second = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert second.content_hash == quiz_hash(quiz) != before
    assert (second.feedback, second.attempts_allowed, second.minutes_allowed) == ("at_once", 3, 20)
    told = set(quiz_lines(second, questions_of(second), "en")) - set(quiz_lines(first, questions_of(first), "en"))
    assert told == {
        "Attempts allowed: 3",
        "What is right, and why, is read: after each question; the answer then stands",
        "Time limit, in minutes: 20",
    }


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


def begun(client: Client, **rules):
    module = make_module(lessons=1, quiz=make_quiz(**rules))
    press_start(client, module)
    return module, quiz_lesson(module)


class TestAttempts:
    def test_when_all_are_used_somebody_can_give_one_more(self, place, learner):
        module, key = begun(learner, attempts_allowed=2)
        lesson = reverse("records:lesson", args=[module.module_key, key])
        assert "You have 2 tries left." in text(learner.get(lesson, follow=True))
        first = text(learner.get(take_quiz(learner, module, key, wrongly=3).url))
        assert "You have 1 try left." in first
        assert "Try again" in first
        result = take_quiz(learner, module, key, wrongly=3).url
        assert "You have used all your tries" in text(learner.get(result))
        assert "Try again" not in text(learner.get(result))
        assert "Try again</button>" not in text(learner.get(lesson, follow=True))
        refused = learner.post(reverse("records:start_quiz", args=[module.module_key, key]), follow=True)
        assert "they can give you one more" in text(refused)
        assert not AttemptDraft.objects.exists()

        assert give_attempts(person=place.learner, by=place.other, at=NOW) == 1
        assert give_attempts(person=place.learner, by=place.other, at=NOW) == 0
        assert "You have 1 try left." in text(learner.get(lesson, follow=True))
        assert "You have passed" in text(learner.get(take_quiz(learner, module, key).url))

    def test_what_somebody_did_under_a_merged_account_counts(self, place):
        module = make_module(lessons=1, quiz=make_quiz(attempts_allowed=1))
        people = (place.learner, place.stranger)
        enrolments = [start_module(person=person, module=module, at=NOW) for person in people]
        key, (enrolment, closed) = quiz_lesson(module), enrolments
        submit_attempt(person=place.stranger, key=start_attempt(enrolment=closed, lesson_key=key, at=NOW).key, at=NOW)
        Enrolment.objects.filter(pk=closed.pk).update(state="closed", ended_at=NOW, close_reason=Enrolment.MERGED)
        User.objects.filter(pk=place.stranger.pk).update(merged_into=place.learner)
        with pytest.raises(NoAttemptsLeft):
            start_attempt(enrolment=enrolment, lesson_key=key, at=NOW)


class TestFeedback:
    def test_at_once_the_answer_stands_and_says_why(self, learner):
        module, key = begun(learner, feedback="at_once", is_shuffled=False)
        draft = start_quiz(learner, module, key)
        choices = [each.key for each in asked_in(draft).places[0].question.choices]
        assert "your answer stands" in text(page(learner, draft, 1))
        here = answer(learner, draft, 1, choices[-1:])
        assert here.url.startswith(reverse("records:question", args=[draft.key, 1]))
        told = text(page(learner, draft, 1))
        assert "Not quite – here is why" in told
        assert told.count("<h1") == 1
        assert reverse("records:question", args=[draft.key, 2]) in told
        changed = learner.post(here.url.partition("#")[0], {"answer": choices[:1], "seen": "[]"}, follow=True)
        assert "your answer stays" in text(changed)
        draft.refresh_from_db()
        assert list(draft.answers.values()) == [choices[-1:]]
        assert "here is why" not in text(page(learner, draft, 2))
        assert "Read again" in text(learner.get(reverse("records:check_answers", args=[draft.key])))

    def test_at_once_a_case_is_told_at_its_end_and_a_reflection_leads_on(self, learner):
        contents = contents_of_every_kind()
        questions = [stored_question(kind, contents[kind]) for kind in ("reflection", "scenario")]
        module, key = begun(learner, questions=questions, feedback="at_once", is_shuffled=False)
        draft = start_quiz(learner, module, key)
        assert answer(learner, draft, 1, []).url == reverse("records:question", args=[draft.key, 2])
        url = reverse("records:question", args=[draft.key, 2])
        learner.post(url, {"answer": "a", "seen": "[]"})
        assert "Your answer:" not in text(page(learner, draft, 2))
        learner.post(url, {"answer": "c", "seen": '["a"]'})
        assert "Your answer:" in text(page(learner, draft, 2))

    def test_after_passing_only_which_to_look_at_again_until_then(self, learner):
        module, key = begun(learner, feedback="after_passing")
        sealed = take_quiz(learner, module, key, wrongly=3).url
        words = text(learner.get(sealed))
        assert words.count("Look at this one again") == 3
        for given_away in ("About “", "Why:", "here is why", "What is right:"):
            assert given_away not in words
        take_quiz(learner, module, key)
        assert "Not quite – here is why" in text(learner.get(sealed))


class TestTime:
    def test_the_page_says_until_when_and_what_came_in_time_counts(self, place, learner, today):
        give_more_time(person=place.learner, extra_percent=50, by=place.other, at=timezone.now())
        module, key = begun(learner, minutes_allowed=20, pass_mark=30)
        assert "You have 30 minutes" in text(
            learner.get(reverse("records:lesson", args=[module.module_key, key]), follow=True)
        )
        draft = start_quiz(learner, module, key)
        assert draft.ends_at == draft.started_at + timedelta(minutes=30)
        assert timezone.localtime(draft.ends_at).strftime("%H:%M") in text(page(learner, draft, 1))
        right = sorted(asked_in(draft).places[0].question.right_keys)
        answer(learner, draft, 1, right)

        AttemptDraft.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
        check = reverse("records:check_answers", args=[draft.key])
        assert page(learner, draft, 2).url == check
        late = answer(learner, draft, 2, sorted(asked_in(draft).places[1].question.right_keys))
        assert late.url == check
        words = text(learner.get(check))
        assert "could not be added" in words
        assert "Everything you answered is kept and counts." in words
        assert Attempt.objects.count() == 0
        assert "Carry on with the quiz" in text(learner.get(asked_in(draft).lesson_url, follow=True))
        submit(learner, draft)
        assert str(Attempt.objects.get().score) == "0.3333"

    def test_no_limit_for_whom_it_was_taken_away(self, place, learner):
        give_more_time(person=place.learner, extra_percent=None, by=place.other, at=NOW)
        module, key = begun(learner, minutes_allowed=20)
        assert start_quiz(learner, module, key).ends_at is None
        end_more_time(person=place.learner, by=place.other)
        assert not MoreTime.objects.exists()


class TestHelp:
    @pytest.fixture
    def world(self, today):
        return make_world()

    def test_a_lead_gives_both_and_reads_no_result(self, world):
        module = make_module(lessons=1, quiz=make_quiz(attempts_allowed=1, minutes_allowed=10))
        person, now = world.member.person, timezone.now()
        enrolment = start_module(person=person, module=module, at=now)
        draft = start_attempt(enrolment=enrolment, lesson_key=quiz_lesson(module), at=now)
        submit_attempt(person=person, key=draft.key, at=now)
        lead = sign_in(world.lead)
        url = reverse("records:quiz_help", args=[world.ours.slug, world.member.pk])
        assert url in text(lead.get(reverse("records:person_record", args=[world.ours.slug, world.member.pk])))
        assert "Check what you know" not in text(lead.get(url))
        said = lead.post(url, {"more_time": "100", "gives_attempt": "on"}, follow=True)
        assert "Wherever they had no try left, they have one more now." in text(said)
        assert MoreTime.objects.get().extra_percent == 100
        assert ExtraAttempt.objects.get().given_by == world.lead
        assert lead.get(url).context["form"].initial == {"more_time": "100"}
        given_at = MoreTime.objects.get().given_at
        lead.post(url, {"more_time": "100", "gives_attempt": "on"})
        assert MoreTime.objects.get().given_at == given_at, "nothing about time was chosen anew"
        lead.post(url, {"more_time": "0"})
        assert not MoreTime.objects.exists()
        assert "Choose how long they have." in text(lead.post(url, {"more_time": "7"}))

    def test_nobody_of_another_organisation_and_nobody_themselves(self, world):
        for organisation in (world.ours, world.theirs):
            url = reverse("records:quiz_help", args=[organisation.slug, world.member.pk])
            assert sign_in(world.their_lead).get(url).status_code == 403
        own = world.lead.memberships.get()
        assert sign_in(world.lead).get(reverse("records:quiz_help", args=[world.ours.slug, own.pk])).status_code == 403
        with pytest.raises(PermissionDenied):
            give_more_time(person=world.lead, extra_percent=10, by=world.lead, at=NOW)

    def test_who_has_left_is_helped_by_whoever_they_work_for_now(self, world):
        url = reverse("records:quiz_help", args=[world.ours.slug, world.member.pk])
        Membership.objects.filter(pk=world.member.pk).update(ended_on=TODAY - timedelta(days=1))
        lead = sign_in(world.lead)
        assert lead.get(url).status_code == 404
        assert lead.post(url, {"more_time": "100"}).status_code == 404
        assert url not in text(lead.get(reverse("records:person_record", args=[world.ours.slug, world.member.pk])))
        assert not MoreTime.objects.exists()

    def test_a_trainer_helps_by_address_in_their_own_partnership(self, world):
        client = sign_in(make_trainer(world.partnership))
        alone, far = UserFactory(), world.foreign_lead
        url = reverse("records:quiz_help_by_address")
        for person, is_found in ((world.member.person, True), (alone, True), (far, False)):
            said = text(client.post(url, {"email": person.email.upper(), "more_time": "none"}, follow=True))
            assert ("The time is saved." in said) is is_found
            assert ("nobody you can help" in said) is not is_found
            assert MoreTime.objects.filter(person=person).exists() is is_found
        assert person.name not in said
        assert sign_in(world.lead).get(url).status_code == 403


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
def test_the_last_attempt_started_from_several_windows_is_one(place):
    module = make_module(quiz=make_quiz(attempts_allowed=1))
    enrolment, key = start_module(person=place.learner, module=module, at=NOW), quiz_lesson(module)
    found = at_once(*[lambda: start_attempt(enrolment=enrolment, lesson_key=key, at=NOW)] * 4)
    assert len({each.pk for each in found}) == 1

    def hand_in_and_start():
        submit_attempt(person=place.learner, key=found[0].key, at=NOW)
        with pytest.raises(NoAttemptsLeft):
            start_attempt(enrolment=enrolment, lesson_key=key, at=NOW)

    at_once(*[hand_in_and_start] * 3)
    assert (Attempt.objects.count(), AttemptDraft.objects.count()) == (1, 0)
