"""Which questions an attempt asks where a quiz asks some of many, and what a quiz takes from the bank."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from quizzes.actions import change_quiz, delete_question, freeze_quiz, save_question
from quizzes.drafts import bank_of, quiz_hash
from quizzes.drawing import Draw, drawn
from quizzes.models import Question
from quizzes.selectors import draws_of, questions_of, questions_to_ask
from tests.factories.quizzes import (
    FROZEN_AT,
    contents_of_every_kind,
    line_of_bank,
    line_of_draw,
    make_bank_question,
    make_question,
    make_quiz,
    make_ready_question,
    stored_question,
)

KEYS = tuple("abcdefghij")


@st.composite
def pools(draw):
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    cut = draw(st.integers(0, len(keys)))
    parts = [part for part in (keys[:cut], keys[cut:]) if part]
    return [Draw(draw(st.integers(1, len(part))), tuple(part)) for part in parts]


class TestRule:
    @given(pools(), st.lists(st.sets(st.sampled_from(KEYS)), max_size=4), st.integers(0, 2**62))
    def test_each_pool_gives_as_many_as_it_should(self, draws, before, seed):
        chosen = drawn(draws, before, seed)
        assert [len(chosen & set(each.keys)) for each in draws] == [each.count for each in draws]
        assert chosen == drawn(draws, before, seed)

    @given(st.integers(1, 5), st.integers(0, 2**32))
    def test_nothing_comes_back_before_all_was_asked(self, count, seed):
        draw, before = Draw(count, KEYS), []
        for attempt in range(len(KEYS) // count):
            before.insert(0, drawn([draw], before, seed + attempt))
        assert len(frozenset().union(*before)) == len(before) * count
        # Then what was asked longest ago comes first.
        fresh = set(KEYS) - frozenset().union(*before)
        again = drawn([draw], before, seed) - fresh
        assert again <= before[-1] or len(fresh) + count > len(KEYS)

    def test_chance_decides_among_what_is_new(self):
        assert len({drawn([Draw(2, KEYS)], [], seed) for seed in range(40)}) > 10

    def test_a_pool_that_is_too_small_gives_all_it_has(self):
        assert drawn([Draw(3, ("a", "b"))], [{"a"}], 1) == {"a", "b"}


@pytest.mark.django_db
class TestQuiz:
    def test_a_version_holds_the_fixed_ones_and_those_to_draw(self):
        named, *_others = [make_ready_question(f"Number {number}") for number in range(4)]
        make_bank_question(name="Not ready", tags=["Consent"])
        make_ready_question("Something else", tags=["Duty"])
        quiz = make_quiz(questions=[make_question(text="Its own"), line_of_bank(named), line_of_draw(2)])
        version = freeze_quiz(quiz=quiz, at=FROZEN_AT)
        assert [question.text["en"] for question in questions_of(version)] == [
            *["Its own", "Number 0", "Number 1", "Number 2", "Number 3"]
        ]
        (found,) = draws_of(version).values()
        assert (found.count, found.total, found.tag) == (2, 3, "Consent")
        assert [place.tags for place in version.places.all()] == [[], *[["Consent"]] * 4]
        assert quiz.question_count == 4
        change_quiz(quiz=quiz, by=None, pass_mark=quiz.pass_mark)
        assert set(quiz.bank_questions.all()) == {named}
        assert {str(tag) for tag in quiz.drawn_tags.all()} == {"Consent"}
        # The same again makes no other version; a question more to draw from does.
        assert freeze_quiz(quiz=quiz, at=FROZEN_AT) == version
        assert quiz_hash(quiz) == version.content_hash
        make_ready_question("Number 4")
        assert freeze_quiz(quiz=quiz, at=FROZEN_AT).number == 2

    def test_an_attempt_asks_others_until_all_were_asked(self):
        for number in range(6):
            make_ready_question(f"Number {number}")
        version = freeze_quiz(quiz=make_quiz(questions=[make_question(text="Its own"), line_of_draw(2)]), at=FROZEN_AT)
        before = []
        for seed in range(3):
            ids = questions_to_ask(version, before, seed)
            asked = questions_of(version, ids)
            assert asked[0].text["en"] == "Its own"
            assert len(asked) == 3
            before.insert(0, {question.key for question in asked})
        assert len(frozenset().union(*before)) == 7

    def test_a_quiz_without_draws_asks_all(self):
        version = freeze_quiz(quiz=make_quiz(), at=FROZEN_AT)
        assert questions_to_ask(version, iter(()), 1) == []

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            (
                lambda: [line_of_draw(2)],
                "The bank has 1 ready questions about “consent” for this line",
            ),
            (lambda: [line_of_draw(1), line_of_draw(1)], "The bank has 0 ready questions"),
            (lambda: [line_of_bank(make_bank_question(name="Draft"))], "“Draft” is not ready in the bank."),
            (lambda: [line_of_bank(Question.objects.get(name="Ready"))] * 2, "“Ready” stands in the quiz twice."),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, lines, words):
        make_ready_question("Ready")
        with pytest.raises(ValidationError) as refusal:
            change_quiz(quiz=make_quiz(), by=None, questions=lines())
        assert words in " ".join(refusal.value.messages)

    def test_what_is_not_marked_is_never_drawn(self):
        body = [stored_question("reflection", contents_of_every_kind()["reflection"])]
        make_bank_question(name="Think", tags=["Consent"], status="ready", body=body)
        with pytest.raises(ValidationError, match="The bank has 0 ready questions"):
            freeze_quiz(quiz=make_quiz(questions=[line_of_draw(1)]), at=FROZEN_AT)

    def test_a_question_that_a_quiz_asks_stays(self):
        question = make_ready_question()
        quiz = make_quiz(questions=[make_question()])
        change_quiz(quiz=quiz, by=None, questions=[line_of_bank(question)])
        with pytest.raises(ValidationError, match="because it is asked here: Check what you know"):
            delete_question(question=question, by=None)
        change_quiz(quiz=quiz, by=None, questions=[line_of_draw(1)])
        with pytest.raises(ValidationError, match="only 0 would be left"):
            delete_question(question=question, by=None)
        change_quiz(quiz=quiz, by=None, questions=[make_question()])
        delete_question(question=question, by=None)
        assert not Question.objects.exists()

    def test_another_word_in_the_bank_makes_another_version(self):
        question = make_ready_question()
        quiz = make_quiz(questions=[line_of_bank(question)])
        first = freeze_quiz(quiz=quiz, at=FROZEN_AT)
        question.body = [make_question(text="At the gate")]
        save_question(question=question, by=None)
        second = freeze_quiz(quiz=quiz, at=FROZEN_AT)
        assert [each.text["en"] for each in questions_of(first)] == ["At the door"]
        assert [each.text["en"] for each in questions_of(second)] == ["At the gate"]

    def test_many_quizzes_are_read_in_two_queries(self, django_assert_num_queries):
        for number in range(3):
            make_ready_question(f"Number {number}", tags=["Consent", f"Tag {number}"])
        quizzes = [make_quiz(questions=[line_of_bank(each), line_of_draw(1)]) for each in Question.objects.all()]
        with django_assert_num_queries(2):
            bank = bank_of(quizzes)
            hashes = [quiz_hash(quiz, bank) for quiz in quizzes]
        assert hashes == [quiz_hash(quiz) for quiz in quizzes]
