"""What is frozen stays as it was, is numbered, and is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from quizzes.actions import change_quiz, create_quiz, freeze_quiz
from quizzes.drafts import canonical_hash
from quizzes.kinds.registry import KINDS
from quizzes.models import FrozenError, QuestionVersion, QuizVersion, QuizVersionQuestion
from quizzes.selectors import language_of, questions_of, quiz_hash, tags_of
from tests.factories.quizzes import FROZEN_AT, make_question, make_quiz, make_quiz_version, right_answers

pytestmark = pytest.mark.django_db


def stored(quiz):
    return [dict(block) for block in quiz.questions.raw_data]


def test_a_version_holds_the_questions_as_written():
    quiz = make_quiz(
        questions=[
            make_question("single_choice"),
            make_question("multiple_choice", right=("Listening", "Patience")),
            make_question("true_false", right=("False",), wrong=("True",)),
        ],
        pass_mark=70,
    )
    version = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert (version.number, version.pass_mark, version.quiz_key) == (1, 70, quiz.key)
    assert version.title == {"en": "Check what you know"}
    assert version.created_at == FROZEN_AT
    single, multiple, statement = questions_of(version)
    assert [single.kind, multiple.kind, statement.kind] == ["single_choice", "multiple_choice", "true_false"]
    assert [str(block["id"]) for block in stored(quiz)] == [single.key, multiple.key, statement.key]
    assert single.right_keys == {"right-1"}
    assert multiple.right_keys == {"right-1", "right-2"}
    assert [choice.text["en"] for choice in statement.choices] == ["True", "False"]
    assert statement.right_keys == {"false"}
    assert statement.choices[1].feedback == {"en": "About “False”"}


@pytest.mark.parametrize(
    ("kind", "right", "content_hash"),
    [
        ("single_choice", ["Listening"], "ae74e5af411b31347e901b06223095f23a90c579902440a9d75cab57d87d392b"),
        (
            "multiple_choice",
            ["Listening", "Patience"],
            "9556b111589fcc4cd7b26fd891dc3eb12326c238084df80818145ba95c2ca38e",
        ),
        ("true_false", ["True"], "a9996fe01f645ef811e33c982aa7db3d6d2259b3cd6457c784499906e86eaec2"),
    ],
)
def test_what_was_frozen_by_earlier_releases_is_found_again(kind, right, content_hash):
    """Another shape of the same content would make a new version of every question."""
    question = make_question(kind, right=right, languages=("en", "ar"))
    content = KINDS[kind].content_from(KINDS[kind].block.to_python(question["value"]))
    assert canonical_hash({"kind": kind, "content": content}) == content_hash


def test_freezing_the_same_content_again_makes_nothing_new():
    quiz = make_quiz()
    first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert freeze_quiz(quiz=quiz, at=FROZEN_AT) == first
    assert first.content_hash == quiz_hash(quiz)
    assert QuestionVersion.objects.count() == 3


def test_tags_are_frozen_beside_the_question_and_show_a_quiz_as_changed():
    quiz = make_quiz(questions=[make_question(), make_question("true_false", right=("True",))])
    first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    asked = quiz.questions.get_prep_value()
    change_quiz(quiz=quiz, questions=[with_tags(asked[0], ""), asked[1]], by=None)
    assert freeze_quiz(quiz=quiz, at=FROZEN_AT) == first

    change_quiz(quiz=quiz, questions=[asked[0], with_tags(asked[1], "Consent,  At the  door ,consent,")], by=None)
    assert quiz.questions[1].value["tags"] == "Consent, At the door"
    second = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert second != first
    assert [place.tags for place in second.places.order_by("position")] == [[], ["Consent", "At the door"]]
    assert tags_of(second) == {asked[1]["id"]: ("Consent", "At the door")}
    # What is asked is the same.
    assert QuestionVersion.objects.count() == 2

    for wrong in ("x" * 61, ", ".join(f"t{number}" for number in range(31))):
        with pytest.raises(ValidationError):
            change_quiz(quiz=quiz, questions=[with_tags(asked[0], wrong)], by=None)


def with_tags(question, tags):
    return {**question, "value": {**question["value"], "tags": tags}}


def test_editing_one_question_makes_its_next_version_only(django_assert_num_queries):
    quiz = make_quiz()
    first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    questions = stored(quiz)
    questions[1]["value"]["text"] = {"en": "Asked in another way?"}
    change_quiz(quiz=quiz, by=None, questions=questions)
    second = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert second.number == 2
    assert sorted(QuestionVersion.objects.values_list("number", flat=True)) == [1, 1, 1, 2]
    with django_assert_num_queries(1):
        before = questions_of(first)
    after = questions_of(second)
    assert [question.key for question in before] == [question.key for question in after]
    assert before[1].text == {"en": "Question 2: what helps?"}
    assert after[1].text == {"en": "Asked in another way?"}
    assert before[0].version_id == after[0].version_id


def test_going_back_to_an_earlier_text_finds_the_earlier_version():
    quiz = make_quiz(pass_mark=80)
    first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
    change_quiz(quiz=quiz, by=None, pass_mark=60)
    assert freeze_quiz(quiz=quiz, at=FROZEN_AT).number == 2
    change_quiz(quiz=quiz, by=None, pass_mark=80)
    assert freeze_quiz(quiz=quiz, at=FROZEN_AT) == first


def test_a_version_outlives_its_quiz():
    version = make_quiz_version()
    version.quiz.delete()
    version.refresh_from_db()
    assert version.quiz is None
    assert len(questions_of(version)) == 3


@pytest.mark.parametrize("count", [1, 12])
def test_reading_the_questions_takes_one_query(count, django_assert_num_queries):
    version = make_quiz_version(questions=count)
    with django_assert_num_queries(1):
        assert len(questions_of(version)) == count


def test_a_quiz_that_cannot_be_asked_is_not_frozen():
    empty = make_quiz(questions=[])
    with pytest.raises(ValidationError, match="no questions"):
        freeze_quiz(quiz=empty, at=FROZEN_AT)
    unmarked = make_quiz(questions=[make_question(right=(), wrong=("One", "Two"))])
    with pytest.raises(ValidationError, match="question 1: Mark the choice that is right"):
        freeze_quiz(quiz=unmarked, at=FROZEN_AT)
    assert not QuizVersion.objects.exists()


def test_a_version_is_served_in_one_language_or_in_english():
    version = make_quiz_version(languages=("en", "ar"))
    questions = questions_of(version)
    assert language_of(version, questions, "ar") == "ar"
    assert language_of(version, questions, "so") == "en"
    half = make_quiz_version(questions=[make_question(), make_question(languages=("en", "ar"))])
    assert language_of(half, questions_of(half), "ar") == "en"


def test_creating_and_changing_keep_a_history(django_user_model):
    author = django_user_model.objects.create(name="Ada", email="ada@example.org")
    quiz = create_quiz(
        title={"en": "Words", "fr": "Mots"}, introduction="Short.", questions=[make_question()], by=author
    )
    assert (quiz.title_en, quiz.title_fr, quiz.introduction_en) == ("Words", "Mots", "Short.")
    change_quiz(quiz=quiz, by=author, pass_mark=50)
    assert quiz.revisions.count() == 2
    quiz.refresh_from_db()
    assert quiz.pass_mark == 50
    assert right_answers(freeze_quiz(quiz=quiz, at=FROZEN_AT)).popitem()[1] == ["right-1"]


def test_what_the_editor_would_refuse_is_refused():
    with pytest.raises(ValidationError, match="Mark one choice only"):
        create_quiz(title="Words", questions=[make_question(right=("One", "Two"))], by=None)
    with pytest.raises(ValidationError, match="no questions"):
        create_quiz(title="Words", questions=[], by=None)
    with pytest.raises(ValidationError):
        create_quiz(title="", questions=[make_question()], by=None)


@pytest.mark.parametrize("model", [QuestionVersion, QuizVersion, QuizVersionQuestion])
def test_nothing_changes_a_frozen_row(model):
    make_quiz_version()
    before = list(model.objects.order_by("pk").values())
    row = model.objects.first()
    field = "position" if model is QuizVersionQuestion else "number"
    setattr(row, field, 99)
    with pytest.raises(FrozenError):
        row.save()
    with pytest.raises(FrozenError):
        model.objects.update(**{field: 99})
    with pytest.raises(FrozenError):
        model.objects.bulk_update([row], [field])
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
def test_two_people_who_freeze_at_once_get_one_version():
    quiz = make_quiz()
    barrier = Barrier(4)

    def freeze(_number):
        try:
            barrier.wait()
            return freeze_quiz(quiz=quiz, at=FROZEN_AT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(freeze, range(4)))
    assert len(ids) == 1
    assert QuizVersion.objects.get().number == 1
    assert QuestionVersion.objects.count() == 3
