"""Quizzes for tests and for the demo, with real questions as the editor stores them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from quizzes.actions import freeze_quiz
from quizzes.kinds import KINDS
from quizzes.kinds.base_kind import PlainChoice
from quizzes.models import Quiz, QuizVersion

FROZEN_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LANGUAGES = ("en", "ar", "fa", "fr", "pt", "so", "es")


def in_languages(text: str, languages: Sequence[str] = ("en",)) -> dict[str, str]:
    """A text that says its own language, so that a test sees which one was served."""
    return {code: text if code == "en" else f"{text} [{code}]" for code in languages}


def make_question(
    kind: str = "single_choice",
    text: str = "What helps most?",
    right: Sequence[str] = ("Listening",),
    wrong: Sequence[str] = ("Hurrying", "Guessing"),
    languages: Sequence[str] = ("en",),
    key: str | None = None,
) -> dict:
    """One stored question; choices have the keys "right-1", "right-2", … and "wrong-1", …, or "true" and "false"."""
    if kind == "true_false":
        right, wrong = (right[:1], wrong[:1]) if right[0] in ("True", "False") else (("True",), ("False",))
    choices = [
        PlainChoice(
            text=in_languages(words, languages),
            is_correct=is_correct,
            feedback=in_languages(f"About “{words}”", languages),
            key=f"{'right' if is_correct else 'wrong'}-{number}",
        )
        for is_correct, group in ((True, right), (False, wrong))
        for number, words in enumerate(group, start=1)
    ]
    value = KINDS[kind].stored_value(in_languages(text, languages), choices, in_languages(f"Why: {text}", languages))
    return {"type": kind, "id": key or str(uuid4()), "value": value}


class QuizFactory(DjangoModelFactory):
    """A quiz of three questions, one of each kind; give `questions=[make_question(...), ...]` for others."""

    class Meta:
        model = Quiz

    title_en = factory.Sequence(lambda n: f"Quiz {n}")
    introduction_en = "Take your time. Nobody is watching a clock."
    questions = factory.LazyFunction(
        lambda: [
            make_question("single_choice", "What helps most?"),
            make_question("multiple_choice", "What helps?", right=("Listening", "Patience"), wrong=("Hurrying",)),
            make_question("true_false", "Anyone can notice.", right=("True",), wrong=("False",)),
        ]
    )


def make_quiz(
    *,
    questions: int | Sequence[dict] = 3,
    title: str = "Check what you know",
    languages: Sequence[str] = ("en",),
    pass_mark: int = 80,
    is_shuffled: bool = True,
) -> Quiz:
    """A quiz of so many single-choice questions (right: "right-1"), or of the questions given."""
    if isinstance(questions, int):
        questions = [
            make_question(text=f"Question {number}: what helps?", languages=languages)
            for number in range(1, questions + 1)
        ]
    texts = {f"title_{code}": text for code, text in in_languages(title, languages).items()}
    texts |= {f"introduction_{code}": text for code, text in in_languages("Take your time.", languages).items()}
    return QuizFactory(questions=list(questions), pass_mark=pass_mark, is_shuffled=is_shuffled, **texts)


def make_quiz_version(**kwargs) -> QuizVersion:
    """A frozen quiz; takes what `make_quiz` takes."""
    return freeze_quiz(quiz=make_quiz(**kwargs), at=FROZEN_AT)


def right_answers(quiz_version: QuizVersion) -> dict[str, list[str]]:
    """The answers that get full marks, by question key."""
    from quizzes.selectors import questions_of

    return {question.key: sorted(question.right_keys) for question in questions_of(quiz_version)}


def wrong_answers(quiz_version: QuizVersion) -> dict[str, list[str]]:
    """Answers that get no marks, by question key."""
    from quizzes.selectors import questions_of

    return {
        question.key: [choice.key for choice in question.choices if not choice.is_correct]
        for question in questions_of(quiz_version)
    }
