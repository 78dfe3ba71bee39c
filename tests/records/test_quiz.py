"""A quiz through its pages: kept answers, one attempt, the result, and nothing given away before."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions import publish_edition
from courses.models import EditionLesson
from quizzes.models import Quiz
from records.actions.standing import rebuild_standing
from records.models import Attempt, AttemptDraft, Completion, Enrolment, Standing
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.quizzes import make_question, make_quiz
from tests.factories.records import EnrolmentFactory, RequirementVersionFactory
from tests.records.conftest import NOW
from tests.records.journeys import answer, answer_all, lesson_done, start_module, start_quiz, submit, take_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def quiz_lesson(module) -> uuid.UUID:
    """The lesson that holds the quiz."""
    return EditionLesson.objects.get(edition__module_key=module.module_key, quiz_version__isnull=False).lesson_key


@pytest.fixture
def module(place):
    """A module of one lesson that ends with a quiz of three questions, all different in kind."""
    questions = [
        make_question("single_choice", "What helps most?"),
        make_question("multiple_choice", "What helps?", right=("Listening", "Patience"), wrong=("Hurrying",)),
        make_question("true_false", "Anyone can notice.", right=("True",), wrong=("False",)),
    ]
    return make_module(lessons=1, quiz=make_quiz(questions=questions))


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


@pytest.fixture
def draft(module, learner) -> AttemptDraft:
    start_module(learner, module)
    return start_quiz(learner, module, quiz_lesson(module))


def page(client: Client, draft: AttemptDraft, number: int, **kwargs):
    return client.get(reverse("records:question", args=[draft.key, number]), **kwargs)


def text(response) -> str:
    return response.content.decode()


class TestAsking:
    def test_start_makes_one_draft_and_again_goes_on_with_it(self, module, learner, draft):
        answer(learner, draft, 1, list(asked_in(draft).places[0].question.right_keys))
        response = learner.post(reverse("records:start_quiz", args=[module.module_key, draft.lesson_key]))
        assert response.url == reverse("records:question", args=[draft.key, 2])
        assert AttemptDraft.objects.count() == 1

    def test_the_order_is_shuffled_and_stays_as_it_is(self, place):
        module = make_module(lessons=1, quiz=make_quiz(questions=12))
        orders = set()
        for person in (place.learner, place.other, place.stranger):
            client = Client()
            client.force_login(person)
            start_module(client, module)
            draft = start_quiz(client, module, quiz_lesson(module))
            order = tuple(each.question.key for each in asked_in(draft).places)
            assert order == tuple(each.question.key for each in asked_in(draft).places)
            orders.add(order)
        assert len(orders) == 3

    def test_one_question_a_page_then_a_look_over_all(self, learner, draft):
        for number in (1, 2, 3):
            response = page(learner, draft, number)
            assert f"Question {number} of 3" in text(response)
            assert text(response).count("<h1") == 1
            question = asked_in(draft).places[number - 1].question
            response = answer(learner, draft, number, sorted(question.right_keys))
        assert response.url == reverse("records:check_answers", args=[draft.key])
        assert "Not answered yet" not in text(learner.get(response.url))

    def test_a_kept_answer_is_shown_again(self, learner, draft):
        key = asked_in(draft).places[0].question.choices[0].key
        answer(learner, draft, 1, [key])
        assert f'value="{key}"' in text(page(learner, draft, 1)).split("checked")[0].rsplit("<input", 1)[1]

    def test_a_session_that_ends_loses_no_answer(self, place, module, learner, draft):
        place_one = asked_in(draft).places[0]
        answer(learner, draft, 1, sorted(place_one.question.right_keys))
        learner.session.flush()
        response = page(learner, draft, 2)
        assert response.status_code == 302
        assert reverse("account_login") in response.url
        learner.force_login(place.learner)
        draft.refresh_from_db()
        assert set(draft.answers[place_one.question.key]) == place_one.question.right_keys
        assert "checked" in text(page(learner, draft, 1))

    def test_nothing_chosen_says_so_and_a_question_may_be_left(self, learner, draft):
        response = answer(learner, draft, 1, [])
        assert "Choose an answer." in text(response)
        assert text(response).startswith("<!doctype html>")
        assert "<title>Error:" in text(response)
        assert reverse("records:question", args=[draft.key, 2]) in text(response)
        check = learner.get(reverse("records:check_answers", args=[draft.key]))
        assert text(check).count("Not answered yet") == 3

    def test_change_leads_back_to_the_look_over_all(self, learner, draft):
        answer_all(learner, draft)
        check_url = reverse("records:check_answers", args=[draft.key])
        change_url = reverse("records:question", args=[draft.key, 1]) + "?change"
        assert change_url in text(learner.get(check_url))
        stored = AttemptDraft.objects.get().answers[asked_in(draft).places[0].question.key]
        response = learner.post(change_url, {"answer": stored, "seen": json.dumps(stored)})
        assert response.url == check_url

    def test_nothing_is_given_away_before_handing_in(self, learner, draft):
        pages = [page(learner, draft, number) for number in (1, 2, 3)]
        pages.append(learner.get(reverse("records:check_answers", args=[draft.key])))
        pages.append(answer(learner, draft, 1, []))
        for response in pages:
            for given_away in (
                "About “",
                "About &ldquo;",
                "Why:",
                "is_correct",
                "feedback",
                "explanation",
                "right_answer",
            ):
                assert given_away not in text(response)

    def test_the_words_carry_their_own_language(self, place, learner):
        languages = ("en", "ar")
        module = make_module(lessons=1, quiz=make_quiz(questions=2, languages=languages))
        start_module(learner, module)
        draft = start_quiz(learner, module, quiz_lesson(module))
        arabic = text(learner.get(f"/ar/quiz/{draft.key}/1/"))
        assert '<h1 class="govuk-fieldset__heading" lang="ar" dir="rtl">' in arabic
        assert "[ar]" in arabic
        french = text(learner.get(f"/fr/quiz/{draft.key}/1/"))
        assert '<h1 class="govuk-fieldset__heading" lang="en" dir="ltr">' in french
        assert "notice--language" in french


class TestTampering:
    def test_an_unknown_choice_is_not_kept(self, learner, draft):
        response = answer(learner, draft, 1, ["somebody-made-this-up"])
        assert response.status_code == 200
        assert "We could not read that answer" in text(response)
        draft.refresh_from_db()
        assert draft.answers == {}

    def test_two_answers_where_one_is_asked_are_not_kept(self, learner, draft):
        place = next(each for each in asked_in(draft).places if each.question.kind != "multiple_choice")
        keys = [choice.key for choice in place.question.choices[:2]]
        response = answer(learner, draft, place.number, keys)
        assert "Choose one answer only." in text(response)
        draft.refresh_from_db()
        assert draft.answers == {}

    @pytest.mark.parametrize("number", [0, 4, 999])
    def test_a_question_that_is_not_there(self, learner, draft, number):
        assert page(learner, draft, number).status_code == 404

    def test_somebody_elses_quiz_is_not_found(self, place, learner, draft):
        answer_all(learner, draft)
        other = Client()
        other.force_login(place.other)
        assert page(other, draft, 1).status_code == 404
        assert answer(other, draft, 1, ["right-1"]).status_code == 404
        assert other.get(reverse("records:check_answers", args=[draft.key])).status_code == 404
        assert submit(other, draft).status_code == 404
        assert Attempt.objects.count() == 0
        response = submit(learner, draft)
        assert other.get(response.url).status_code == 404
        assert learner.get(response.url).status_code == 200

    def test_unreadable_keys_are_not_found(self, learner, draft):
        assert learner.get("/en/quiz/not-a-key/1/").status_code == 404
        assert learner.get(reverse("records:question", args=[uuid.uuid4(), 1])).status_code == 404
        assert learner.get(reverse("records:result", args=[10**9])).status_code == 404

    def test_stored_answers_that_make_no_sense_are_left_out(self, learner, draft):
        key = asked_in(draft).places[0].question.key
        AttemptDraft.objects.update(answers={key: ["gone"], "another": ["x"]})
        assert page(learner, draft, 1).status_code == 200
        assert learner.get(submit(learner, draft).url).status_code == 200
        assert Attempt.objects.get().score == 0


class TestSeveralWindows:
    def test_another_answer_from_another_window_is_not_overwritten_unseen(self, learner, draft):
        keys = [choice.key for choice in asked_in(draft).places[0].question.choices]
        answer(learner, draft, 1, [keys[0]])
        response = answer(learner, draft, 1, [keys[1]])
        assert response.status_code == 200
        assert "You answered this question in another window too" in text(response)
        draft.refresh_from_db()
        assert list(draft.answers.values()) == [[keys[0]]]
        assert f'value="{keys[1]}"' in text(response).split("checked")[0].rsplit("<input", 1)[1]
        again = answer(learner, draft, 1, [keys[1]], seen=[keys[0]])
        assert again.status_code == 302
        draft.refresh_from_db()
        assert list(draft.answers.values()) == [[keys[1]]]

    def test_different_questions_in_two_windows_are_both_kept(self, learner, draft):
        for place in asked_in(draft).places[:2]:
            assert answer(learner, draft, place.number, sorted(place.question.right_keys)).status_code == 302
        draft.refresh_from_db()
        assert len(draft.answers) == 2

    def test_handing_in_twice_makes_one_attempt(self, learner, draft):
        answer_all(learner, draft)
        first, second = submit(learner, draft), submit(learner, draft)
        assert first.url == second.url
        assert Attempt.objects.count() == 1
        assert Completion.objects.count() == 1

    def test_back_and_an_answer_after_handing_in(self, learner, draft):
        answer_all(learner, draft, wrongly=3)
        result_url = submit(learner, draft).url
        before = Attempt.objects.values().get()
        for response in (
            page(learner, draft, 2, follow=True),
            learner.get(reverse("records:check_answers", args=[draft.key]), follow=True),
            learner.post(reverse("records:question", args=[draft.key, 1]), {"answer": ["right-1"]}, follow=True),
        ):
            assert response.redirect_chain[-1][0] == result_url
            assert "You have already handed in these answers" in text(response)
        assert Attempt.objects.values().get() == before

    def test_a_quiz_left_open_when_the_module_was_finished(self, learner, module, draft):
        Enrolment.objects.update(state=Enrolment.State.COMPLETED, ended_at=NOW)
        module_url = reverse("records:module", args=[module.module_key])
        assert page(learner, draft, 1).url == module_url
        for response in (
            learner.post(reverse("records:submit_quiz", args=[draft.key]), follow=True),
            learner.post(reverse("records:question", args=[draft.key, 1]), {"answer": ["true"]}, follow=True),
        ):
            assert module_url in [url for url, _status in response.redirect_chain]
            assert text(response).count("You have already finished this module.") == 1
        assert Attempt.objects.count() == 0

    def test_the_address_of_a_button_leads_to_its_page(self, learner, draft):
        assert learner.get(reverse("records:submit_quiz", args=[draft.key])).url == reverse(
            "records:check_answers", args=[draft.key]
        )
        learner.logout()
        response = submit(learner, draft)
        assert response.url.startswith(reverse("account_login"))
        assert "check" in response.url
        assert "submit" not in response.url


class TestResult:
    def test_failed_says_why_and_may_be_tried_again_without_limit(self, place, module, learner):
        start_module(learner, module)
        key = quiz_lesson(module)
        for attempt in (1, 2, 3):
            response = learner.get(take_quiz(learner, module, key, wrongly=3).url)
            assert "Not quite yet" in text(response)
            assert "Not quite – here is why" in text(response)
            assert "About “" in text(response)
            assert "Why: What helps most?" in text(response)
            assert "Try again" in text(response)
            assert Attempt.objects.count() == attempt
        assert Completion.objects.count() == 0
        response = learner.get(take_quiz(learner, module, key).url)
        assert "You have passed" in text(response)
        assert "See your certificate" in text(response)
        assert [each.number for each in Attempt.objects.order_by("number")] == [1, 2, 3, 4]
        completion = Completion.objects.get()
        assert completion.person == place.learner
        assert completion.score == 1

    def test_partial_credit_counts(self, learner, draft):
        places = asked_in(draft).places
        for place in places:
            right = sorted(place.question.right_keys)
            answer(learner, draft, place.number, right[:1])
        response = learner.get(submit(learner, draft).url)
        attempt = Attempt.objects.get()
        assert attempt.score == Decimal("0.8333")
        assert attempt.is_passed
        assert "Partly right" in text(response)
        assert "83%" in text(response)

    def test_left_out_questions_count_as_not_right(self, learner, draft):
        response = learner.get(submit(learner, draft).url)
        assert Attempt.objects.get().score == 0
        assert text(response).count("Not answered") == 3

    def test_the_attempt_keeps_what_was_asked_and_the_pass_mark(self, learner, module, draft):
        answer_all(learner, draft)
        asked = [
            (place.question.key, [choice.key for choice in place.question.choices]) for place in asked_in(draft).places
        ]
        submit(learner, draft)
        attempt = Attempt.objects.get()
        assert [(row["key"], row["choices"]) for row in attempt.questions] == asked
        assert attempt.pass_mark == Decimal("0.8")
        assert attempt.idempotency_key == draft.key

    def test_a_quiz_changed_or_deleted_mid_way_is_marked_as_it_was_asked(self, learner, module, draft):
        answer_all(learner, draft)
        Quiz.objects.update(pass_mark=100)
        publish_edition(module=module, by=None, at=NOW)
        Quiz.objects.all().delete()
        response = learner.get(submit(learner, draft).url)
        assert response.status_code == 200
        assert Attempt.objects.get().pass_mark == Decimal("0.8")
        assert Completion.objects.get().edition_number == 1

    def test_a_passed_quiz_leads_on_while_lessons_are_left(self, place, learner):
        module = make_module(lessons=[{"quiz": make_quiz()}, {}])
        start_module(learner, module)
        response = learner.get(take_quiz(learner, module, quiz_lesson(module)).url)
        assert "Carry on" in text(response)
        assert Completion.objects.count() == 0
        last = EditionLesson.objects.get(quiz_version__isnull=True).lesson_key
        assert "/certificates/" in lesson_done(learner, module, last).url
        assert Completion.objects.get().score == 1

    def test_a_practice_quiz_is_done_when_it_is_handed_in(self, learner):
        module = make_module(lessons=[{"quiz": make_quiz(), "is_counting": False}])
        start_module(learner, module)
        response = learner.get(take_quiz(learner, module, quiz_lesson(module), wrongly=3).url)
        assert "How it went" in text(response)
        assert "To pass you need" not in text(response)
        assert Completion.objects.count() == 0
        response = learner.post(reverse("records:finish_module", args=[module.module_key]))
        assert "/certificates/" in response.url
        assert Completion.objects.get().score is None


class TestQueries:
    @pytest.fixture
    def counts(self, place, learner):
        """Counts the queries of each page and of handing in, for a quiz of so many questions."""

        def count(questions: int) -> dict[str, int]:
            module = make_module(lessons=2, quiz=make_quiz(questions=questions))
            RequirementVersionFactory(requirement__partnership=place.partnership, requirement__module=module)
            rebuild_standing()
            start_module(learner, module)
            draft = start_quiz(learner, module, quiz_lesson(module))
            answer_all(learner, draft)
            for row in EditionLesson.objects.filter(edition__module_key=module.module_key, quiz_version=None):
                lesson_done(learner, module, row.lesson_key)
            steps = {
                "question": lambda: page(learner, draft, 2),
                "save": lambda: answer(learner, draft, 2, sorted(asked_in(draft).places[1].question.right_keys)),
                "check": lambda: learner.get(reverse("records:check_answers", args=[draft.key])),
                "submit": lambda: submit(learner, draft),
            }
            found = {}
            # The first page of all fills the frame's cache.
            learner.get(reverse("records:check_answers", args=[draft.key]))
            for name, step in steps.items():
                with CaptureQueriesContext(connection) as queries:
                    response = step()
                assert response.status_code in (200, 302)
                # Where a transaction begins and ends is no question to the database.
                found[name] = sum("SAVEPOINT" not in each["sql"] for each in queries)
            with CaptureQueriesContext(connection) as queries:
                learner.get(reverse("records:result", args=[Attempt.objects.first().pk]))
            found["result"] = len(queries)
            assert Completion.objects.filter(module_key=module.module_key).exists()
            assert Standing.objects.filter(module_key=module.module_key, satisfied_from__isnull=False).exists()
            return found

        return count

    def test_the_same_for_three_and_for_twenty_questions(self, counts):
        few, many = counts(3), counts(20)
        assert few == many
        assert few["question"] <= 12
        assert few["check"] <= 12
        assert few["submit"] <= 20, few


def test_a_draft_asks_nothing_of_another_enrolment(place, module, learner, draft):
    enrolment = EnrolmentFactory(person=place.other, edition=draft.enrolment.edition)
    assert AttemptDraft.objects.filter(enrolment=enrolment).count() == 0
