"""Several questions at once into a quiz, what a language lacks, and a preview that is marked."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from quizzes.actions import change_quiz
from quizzes.models import Question, Quiz
from tests.factories.quizzes import (
    contents_of_every_kind,
    line_of_bank,
    line_of_draw,
    make_bank_question,
    make_every_kind,
    make_question,
    make_quiz,
    make_ready_question,
    stored_question,
)
from tests.quizzes.test_cms import as_form, person_in

pytestmark = pytest.mark.django_db

GIFT = """// [tag:Consent]
::Ask first::Do you ask first?{T#Think again.#Yes.}

Only words {
"""


@pytest.fixture
def trainer_client(client, site_tree):
    client.force_login(person_in("Trainers"))
    return client


def more(client, quiz, **fields):
    return client.post(reverse("quizzes:more", args=[quiz.pk]), fields)


class TestMore:
    def test_questions_of_the_bank_are_found_and_added(self, trainer_client):
        asked, other = make_ready_question("Asked already"), make_ready_question("By the gate", tags=["Gate"])
        make_bank_question(name="Not ready")
        quiz = make_quiz(questions=[line_of_bank(asked)])
        address = reverse("quizzes:more", args=[quiz.pk])
        page = trainer_client.get(address).content.decode()
        assert "By the gate" in page
        assert "Asked already" not in page
        assert "Not ready" not in page
        assert "By the gate" not in trainer_client.get(f"{address}?q=elsewhere").content.decode()
        response = more(trainer_client, quiz, **{"from": "bank", "questions": [other.pk]})
        page = response.content.decode()
        assert "1 question stands at the end of the quiz. It is not saved yet" in page
        assert f'action="{reverse("quizzes:edit", args=[quiz.pk])}"' in page
        assert not response.context["form"].is_bound
        lines = response.context["form"].instance.questions.raw_data
        assert [line["value"] for line in lines] == [{"question": asked.pk}, {"question": other.pk}]
        assert Quiz.objects.get().question_count == 1

    def test_a_pasted_text_stands_in_the_editor(self, trainer_client):
        quiz = make_quiz(questions=1)
        response = more(trainer_client, quiz, **{"from": "text", "text": GIFT, "format": "auto", "language": "en"})
        page = response.content.decode()
        assert "Left out – " in page
        added = response.context["form"].instance.questions[1]
        assert (added.block_type, added.value["text"]["en"]) == ("true_false", "Do you ask first?")
        assert added.value["tags"] == "Consent"

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"from": "bank"}, "Tick at least one question."),
            ({"from": "bank", "questions": [12345]}, "is not ready any more"),
            ({"from": "text", "text": "", "format": "auto", "language": "en"}, "help-critical"),
            ({"from": "text", "text": "Only {", "format": "gift", "language": "en"}, "Nothing could be read"),
        ],
    )
    def test_nothing_to_add_says_so(self, trainer_client, fields, words):
        assert words in more(trainer_client, make_quiz(), **fields).content.decode()

    def test_who_reviews_or_translates_adds_nothing(self, client, site_tree):
        quiz = make_quiz()
        client.force_login(person_in("Reviewers"))
        assert client.get(reverse("quizzes:more", args=[quiz.pk])).status_code in (302, 403)
        assert more(client, quiz, **{"from": "bank"}).status_code in (302, 403)

    def test_the_editor_saves_lines_of_the_bank_and_draws(self, trainer_client):
        question = make_ready_question()
        quiz = make_quiz(questions=[make_question()])
        lines = [{"id": "", **line_of_bank(question)}, {"id": "", **line_of_draw(1, "gate")}]
        make_ready_question("By the gate", tags=["Gate"])
        response = trainer_client.post(reverse("quizzes:edit", args=[quiz.pk]), as_form(make_question(), *lines))
        assert response.status_code == 302
        quiz.refresh_from_db()
        assert [line["type"] for line in quiz.questions.raw_data] == ["single_choice", "bank", "draw"]
        assert quiz.question_count == 3
        assert list(quiz.bank_questions.all()) == [question]


class TestLanguages:
    def test_a_tab_says_what_its_language_lacks(self, trainer_client):
        named = make_ready_question("By the gate")
        quiz = make_quiz(questions=[make_question(languages=("en", "ar"))], languages=("en", "ar"))
        change_quiz(quiz=quiz, by=None, questions=[*quiz.questions.get_prep_value(), line_of_bank(named)])
        page = trainer_client.get(reverse("quizzes:edit", args=[quiz.pk])).content.decode()
        # The question itself, three choices with feedback, and why.
        assert "\u2068العربية\u2069: 8 missing" in page
        assert "\u2068Français\u2069: 18 missing" in page
        assert f'<a href="{reverse("questions:edit", args=[named.pk])}">translate it in the bank</a>' in page


class TestPreview:
    def preview(self, client, quiz, **answers):
        address = reverse("quizzes:preview_on_edit", args=[quiz.pk])
        client.post(address, as_form(*[dict(each) for each in quiz.questions.raw_data]))
        return client.get(address, {"mode": "en", "in_preview_panel": "true", **answers}).content.decode()

    def test_answers_are_marked_and_nothing_is_kept(self, trainer_client):
        quiz = make_quiz(questions=[make_question(key="6d8f4a0e-5f0f-4d2b-9d61-6a4b70a1f001"), make_question()])
        key = quiz.questions[0].id
        assert "Not quite" not in self.preview(trainer_client, quiz)
        page = self.preview(trainer_client, quiz, check="1", **{f"{key}-answer": "wrong-1"})
        assert "Not quite" in page
        assert "About “Hurrying”" in page
        assert "0 of 2 marked questions are wholly right." in page
        page = self.preview(trainer_client, quiz, check="1", **{f"{key}-answer": "right-1"})
        assert "1 of 2 marked questions is wholly right." in page
        assert "Score: 50 per cent; the pass mark is 80." in page
        assert '<input type="hidden" name="in_preview_panel" value="true">' in page

    def test_a_case_goes_on_step_by_step(self):
        question = stored_question("scenario", contents_of_every_kind()["scenario"])
        bank = make_bank_question(body=[question])
        key = str(bank.key)

        def page(**sent):
            return "".join(
                str(each.form.is_over) + str(each.mark) + "".join(each.answer)
                for each in bank.previewed("en", QueryDict(urlencode({"check": "1", **sent})))["tried"]
            )

        assert page() == "FalseNone"
        assert page(**{f"{key}-answer": "a"}) == "FalseNonea"
        assert page(**{f"{key}-seen": '["a"]', f"{key}-answer": "c"}) == "True1.0000ac"
        assert page(**{f"{key}-seen": '["a", "c"]'}) == "True1.0000ac"

    def test_nonsense_breaks_no_kind(self):
        quiz = make_quiz(questions=make_every_kind())
        names = [
            f"{block.id}-{field}" for block in quiz.questions for field in ("answer", "part-1", "seen", "place-1")
        ]
        context = quiz.previewed("en", QueryDict(urlencode({"check": "1", **dict.fromkeys(names, "[{]\u202e")})))
        assert len(context["tried"]) == len(quiz.questions)


def test_a_question_that_is_gone_is_said(trainer_client):
    quiz = make_quiz(questions=[line_of_bank(make_ready_question())])
    Question.objects.all().delete()
    page = trainer_client.get(reverse("quizzes:edit", args=[quiz.pk]))
    assert page.status_code == 200


def test_what_the_quiz_cannot_ask_is_said_where_it_was_typed(trainer_client):
    make_ready_question()
    quiz = make_quiz(questions=[make_question()])
    lines = [make_question(), {"id": "", **line_of_draw(9)}]
    for address in (reverse("quizzes:edit", args=[quiz.pk]), reverse("quizzes:add")):
        response = trainer_client.post(address, as_form(*lines, title_en="Doors at night"))
        assert response.status_code == 200
        page = response.content.decode()
        assert "The bank has 1 ready questions about “consent” for this line, but it asks 9." in page
        assert "Doors at night" in page
    assert Quiz.objects.get().question_count == 1
