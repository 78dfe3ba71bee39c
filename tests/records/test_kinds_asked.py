"""Every kind of question through a learner's pages: asked, kept, looked over, handed in, read afterwards."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import StringIO
from time import perf_counter

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions import publish_edition
from courses.models import EditionLesson
from organisations.clock import day_of
from privacy.selectors.export import everything_about
from quizzes import marking
from quizzes.kinds.registry import form_of
from quizzes.models import QuestionVersion
from quizzes.selectors import questions_of
from records.actions.standing import rebuild_standing
from records.models import Attempt, AttemptDraft, Standing
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.quizzes import contents_of_every_kind, make_every_kind, make_quiz, stored_question
from tests.factories.records import RequirementVersionFactory
from tests.records.conftest import NOW
from tests.records.journeys import start_module, start_quiz, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def learner(place, client):
    client.force_login(place.learner)
    return client


def begin(learner, questions) -> AttemptDraft:
    """The quiz of a module, started."""
    module = make_module(lessons=1, quiz=make_quiz(questions=questions, is_shuffled=False))
    start_module(learner, module)
    lesson = EditionLesson.objects.get(edition__module_key=module.module_key, quiz_version__isnull=False)
    return start_quiz(learner, module, lesson.lesson_key)


def one(learner, kind, **changes) -> AttemptDraft:
    """A quiz of one question of a kind."""
    return begin(learner, [stored_question(kind, {**contents_of_every_kind()[kind], **changes})])


def fields_for(place, answer) -> dict[str, str | list[str]]:
    """What a browser sends for an answer."""
    form = form_of(question=place.question, language="en", stored=place.answer, chosen=answer)
    if place.question.kind == "scenario":
        return {"answer": answer[-1], "seen": json.dumps(place.answer)}
    initial = {name: field.initial for name, field in form.fields.items() if name != "seen"}
    return {**initial, "seen": json.dumps(place.answer)}


def send(learner, draft, number, **fields):
    return learner.post(reverse("records:question", args=[draft.key, number]), fields)


def answer_rightly(learner, draft) -> None:
    for number in range(1, asked_in(draft).total + 1):
        draft.refresh_from_db()
        question = asked_in(draft).places[number - 1].question
        right = list(marking.right_answer(question))
        steps = range(1, len(right) + 1) if question.kind == "scenario" else [len(right)]
        for upto in steps:
            draft.refresh_from_db()
            place = asked_in(draft).places[number - 1]
            response = send(learner, draft, number, **fields_for(place, right[:upto]))
            assert response.status_code == 302, (question.kind, response.context["form"].errors)


def test_every_kind_from_the_first_page_to_the_result(learner, django_assert_max_num_queries):
    draft = begin(learner, make_every_kind())
    for place in asked_in(draft).places:
        with django_assert_max_num_queries(12):
            page = learner.get(place.url).text
        assert page.count("<h1") == 1
        assert not re.search(r"About “|Why:|is_correct|feedback", page)
    answer_rightly(learner, draft)
    check = learner.get(reverse("records:check_answers", args=[draft.key])).text
    assert "Not answered yet" not in check
    assert not re.search(r"About “|Why:", check)
    response = submit(learner, draft)
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.is_passed) == (1, True)
    assert {len(row.get("parts") or ()) for row in attempt.questions} == {0, 2}
    assert sum("mark" in row for row in attempt.questions) == 10
    result = learner.get(response.url).text
    assert "10 of 10 questions are wholly right." in result
    assert "Not quite" not in result
    assert result.count("Why: ") == 11
    assert "✗" not in result


def test_a_person_takes_away_their_answers_in_words(learner, place):
    draft = begin(learner, make_every_kind())
    answer_rightly(learner, draft)
    submit(learner, draft)
    tables = {each["table"]: each["rows"] for each in everything_about(place.learner)["tables"]}
    (attempt,) = tables["records.Attempt"]
    words = {asked["question"]: asked["you_chose"] for asked in attempt["questions"]}
    assert words["Match each word."] == ["Term 1: Meaning 1", "Term 2: Meaning 2"]
    assert words["How many hours?"] == ["18.5"]
    assert words["Ask for [[1]] and write it [[2]]."] == ["1: consent", "2: down"]


def test_half_right_answers_say_why(learner):
    draft = begin(learner, make_every_kind())
    half = {
        "multiple_choice": ["a"], "matching": ["t1=t1", "t2=t3"], "ordering": ["b", "c", "d", "a"],
        "gaps": ["g1=b", "g2=up"], "short_answer": ["anyone"], "numeric": ["3"], "rewrite": ["p1=a", "p2=d"],
        "scenario": ["b"],
    }  # fmt: skip
    for place in asked_in(draft).places:
        if given := half.get(place.question.kind):
            assert send(learner, draft, place.number, **fields_for(place, given)).status_code == 302
    result = learner.get(submit(learner, draft).url).text
    text = " ".join(re.sub(r"<[^>]+>", " ", result).split())
    assert "Term 2 Meaning 3 What is right: Meaning 2" in text
    assert "The right order: 1. Step a 2. Step b" in text
    assert "Gap 1 silence What is right: consent" in text
    assert "Gap 2 up What is right: down Look again." in text
    assert "What is right: 18.5 ± 0.5" in text
    assert "lied lied again What is right: was not clear About “lied again”" in text
    assert "He waits. Wait About “Wait”" in text
    assert "He talks." not in text
    assert Attempt.objects.get().score > 0


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("matching", {"part-1": "1", "part-2": ""}, "Choose something for each line."),
        ("matching", {"part-1": "1", "part-2": "99"}, "We could not read that answer"),
        ("ordering", {"place-1": "1", "place-2": "1", "place-3": "2", "place-4": "3"}, "Two lines have place 1."),
        ("gaps", {"gap-1": "1", "gap-2": "  "}, "Gap 2: Fill each gap."),
        ("gaps", {"gap-1": "-1", "gap-2": "down"}, "We could not read that answer"),
        ("short_answer", {"answer": " "}, "Type an answer."),
        ("short_answer", {"answer": "\x01\x02"}, "We could not read that answer"),
        ("gaps", {"gap-1": "1", "gap-2": "\x01"}, "We could not read that answer"),
        ("short_answer", {"answer": "a\x00b"}, "Null characters are not allowed."),
        ("numeric", {"answer": "about ten"}, "We could not read that as a number."),
        ("rewrite", {"phrase-1": "a"}, "Choose a wording for each phrase."),
        ("rewrite", {"phrase-1": "a", "phrase-2": "a"}, "We could not read that answer"),
        ("scenario", {}, "Choose an answer."),
        ("scenario", {"answer": "c"}, "We could not read that answer"),
    ],
)
def test_what_is_missing_or_unreadable_is_said_and_nothing_is_kept(learner, kind, fields, words):
    draft = one(learner, kind)
    response = send(learner, draft, 1, seen="[]", **fields)
    assert response.status_code == 200
    assert words in response.text
    assert "There is a problem" in response.text
    draft.refresh_from_db()
    assert draft.answers == {}


@pytest.mark.parametrize("seen", ["", "[", "[" * 15_000, "7", '{"a": 1}', '["x"]', "[null]"])
def test_a_field_that_no_page_of_ours_sends_breaks_nothing(learner, seen):
    draft = one(learner, "short_answer")
    assert send(learner, draft, 1, answer="the adult", seen=seen).status_code in (200, 302)


def test_a_typed_answer_from_another_window_is_not_overwritten_unseen(learner):
    draft = one(learner, "short_answer")
    assert send(learner, draft, 1, answer="the adult person", seen="[]").status_code == 302
    response = send(learner, draft, 1, answer="adult the person", seen="[]")
    assert "You answered this question in another window too" in response.text
    assert 'value="adult the person"' in response.text
    assert send(learner, draft, 1, answer="adult the person", seen='["the adult person"]').status_code == 302
    draft.refresh_from_db()
    assert list(draft.answers.values()) == [["adult the person"]]


class TestScenario:
    @pytest.fixture
    def draft(self, learner):
        return one(learner, "scenario")

    def test_each_choice_shows_what_came_of_it_and_the_next_step(self, learner, draft):
        page = learner.get(reverse("records:question", args=[draft.key, 1])).text
        assert "You cannot change a choice once you have read that." in page
        assert "He talks." not in page
        response = send(learner, draft, 1, answer="a", seen="[]")
        assert response.url == reverse("records:question", args=[draft.key, 1]) + "#now"
        page = learner.get(response.url).text
        assert "About “Ask him”" in page
        assert "He talks." in page
        assert "About “Interrupt”" not in page
        check = learner.get(reverse("records:check_answers", args=[draft.key])).text
        assert "Not finished yet" in check
        send(learner, draft, 1, answer="c", seen='["a"]')
        page = learner.get(response.url).text
        assert "The case ends here." in page
        assert f'href="{reverse("records:check_answers", args=[draft.key])}"' in page

    def test_what_was_read_cannot_be_taken_back(self, learner, draft):
        send(learner, draft, 1, answer="b", seen="[]")
        for seen in ("[]", '["b"]', '["a"]'):
            send(learner, draft, 1, answer="a", seen=seen)
            draft.refresh_from_db()
            assert list(draft.answers.values()) == [["b"]]
        response = learner.post(
            reverse("records:question", args=[draft.key, 1]), {"answer": "a", "seen": "[]"}, follow=True
        )
        assert "so it stays. Nothing is lost." in response.text

    def test_the_same_press_twice_is_one_choice(self, learner, draft):
        for _press in range(2):
            assert send(learner, draft, 1, answer="a", seen="[]").status_code == 302
        draft.refresh_from_db()
        assert list(draft.answers.values()) == [["a"]]

    def test_nobody_reads_a_consequence_without_choosing(self, learner, draft):
        response = send(learner, draft, 1, seen='["b"]')
        assert "About “Wait”" not in response.text

    def test_a_path_that_has_not_ended_counts_nothing(self, learner, draft):
        send(learner, draft, 1, answer="a", seen="[]")
        assert "Not quite" in learner.get(submit(learner, draft).url).text
        assert Attempt.objects.get().score == 0


class TestReflection:
    def test_what_is_written_is_never_sent(self, learner):
        draft = begin(learner, make_every_kind()[-1:] + make_every_kind()[:1])
        page = learner.get(reverse("records:question", args=[draft.key, 1])).text
        (box,) = re.findall(r"<textarea[^>]*>", page)
        assert "name=" not in box
        assert "Only you see this. It is not sent and not kept." in page
        send(learner, draft, 1, seen="[]", answer="a secret")
        draft.refresh_from_db()
        assert "secret" not in json.dumps(draft.answers)
        submit(learner, draft)
        assert "secret" not in json.dumps(Attempt.objects.get().questions)

    def test_a_quiz_of_nothing_else_cannot_count(self, place):
        quiz = make_quiz(questions=make_every_kind()[-1:])
        practice = make_module(lessons=[{"quiz": quiz, "is_counting": False}], is_published=False)
        publish_edition(module=practice, by=None, at=NOW)
        counting = make_module(lessons=[{"quiz": make_quiz(questions=make_every_kind()[-1:])}], is_published=False)
        with pytest.raises(ValidationError, match="Nothing in its quiz is marked"):
            publish_edition(module=counting, by=None, at=NOW)


def test_handing_in_takes_the_same_few_queries_for_any_number_of_questions(learner, place):
    """Also where it completes a module that is required, and writes what that satisfies."""
    counts = []
    for times in (1, 3):
        draft = begin(learner, [each for _time in range(times) for each in make_every_kind()])
        answers = {question.key: marking.right_answer(question) for question in questions_of(draft.quiz_version)}
        AttemptDraft.objects.filter(pk=draft.pk).update(answers=answers)
        key = draft.enrolment.module_key
        RequirementVersionFactory(requirement__partnership=place.partnership, requirement__module_key=key)
        rebuild_standing()
        with CaptureQueriesContext(connection) as queries:
            submit(learner, draft)
        assert Standing.objects.filter(module_key=key, person=place.learner, satisfied_from=day_of(NOW)).exists()
        # The first opens and the last closes the transaction, as a savepoint does inside that of a test.
        opening = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        counts.append(sum(not each["sql"].startswith(opening) for each in queries.captured_queries))
        assert len(queries) == counts[-1] + 2
    assert counts[0] == counts[1] <= 20


def test_marking_thirty_questions_is_quick(learner):
    draft = begin(learner, [each for _time in range(3) for each in make_every_kind()][:30])
    questions = questions_of(draft.quiz_version)
    answers = {question.key: marking.right_answer(question) for question in questions}
    took = []
    for _time in range(5):
        began = perf_counter()
        assert marking.mark_quiz(questions, answers).score == 1
        took.append(perf_counter() - began)
    assert min(took) <= 0.005


class TestRemark:
    def check(self) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("remark", "--check", stdout=out)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        return 0, out.getvalue()

    def test_stored_scores_come_out_again(self, learner):
        draft = begin(learner, make_every_kind())
        answer_rightly(learner, draft)
        submit(learner, draft)
        assert self.check() == (0, "1 attempt marked again: every score is the same.\n")

    @pytest.mark.parametrize("change", ["score", "mark", "answer", "passed", "version"])
    def test_a_changed_row_is_found(self, learner, change):
        draft = one(learner, "matching")
        answer_rightly(learner, draft)
        submit(learner, draft)
        attempt = Attempt.objects.get()
        rows = attempt.questions
        if change == "mark":
            rows[0]["mark"] = "0.5000"
        elif change == "answer":
            rows[0]["answer"] = rows[0]["answer"][:1]
        elif change == "version":
            rows[0]["version_id"] = QuestionVersion.objects.count() + 1000
        score = Decimal("0.5") if change == "score" else attempt.score
        Attempt.objects.filter(pk=attempt.pk).update(questions=rows, score=score, is_passed=change != "passed")
        code, said = self.check()
        assert code == 1
        assert f"Attempt {attempt.pk}: " in said

    def test_answers_that_were_removed_are_passed_over(self, learner):
        draft = one(learner, "ordering")
        submit(learner, draft)
        attempt = Attempt.objects.get()
        del attempt.questions[0]["answer"]
        Attempt.objects.filter(pk=attempt.pk).update(questions=attempt.questions)
        assert self.check()[0] == 0


def test_the_fields_tell_nothing_about_what_is_right(learner):
    """Where keys would tell, places on the page are sent."""
    for kind in ("matching", "ordering", "gaps"):
        draft = one(learner, kind)
        form = form_of(question=asked_in(draft).places[0].question, language="en", data=QueryDict(""))
        values = re.findall(r'<option value="([^"]*)"', str(form))
        assert set(values) <= {"", "1", "2", "3", "4"}
