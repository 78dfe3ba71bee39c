"""Quizzes for tests and for the demo, with real questions as the editor stores them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from quizzes.actions import freeze_quiz, save_question
from quizzes.kinds.registry import KINDS
from quizzes.marking import right_answer
from quizzes.models import Question, Quiz, QuizVersion

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
    tags: str = "",
) -> dict:
    """One stored question; choices have the keys "right-1", "right-2", … and "wrong-1", …, or "true" and "false"."""
    if kind == "true_false":
        right, wrong = (right[:1], wrong[:1]) if right[0] in ("True", "False") else (("True",), ("False",))
    choices = [
        make_choice(f"{'right' if is_correct else 'wrong'}-{number}", words, is_correct, languages)
        for is_correct, group in ((True, right), (False, wrong))
        for number, words in enumerate(group, start=1)
    ]
    content = {
        "text": in_languages(text, languages),
        "choices": choices,
        "explanation": in_languages(f"Why: {text}", languages),
    }
    question = stored_question(kind, content, key)
    return {**question, "value": {**question["value"], "tags": tags}} if tags else question


def make_choice(key: str, words: str, is_correct: bool = False, languages: Sequence[str] = ("en",), **more) -> dict:
    """A choice as a version keeps it."""
    feedback = in_languages(f"About “{words}”", languages)
    return {"key": key, "text": in_languages(words, languages), "is_correct": is_correct, "feedback": feedback, **more}


def stored_question(kind: str, content: dict, key: str | None = None) -> dict:
    """A question with this content as the editor stores it."""
    return {"type": kind, "id": key or str(uuid4()), "value": KINDS[kind].stored_value(content)}


def contents_of_every_kind(languages: Sequence[str] = ("en",)) -> dict[str, dict]:
    """A question of each kind as a version keeps it, small and whole."""

    def content(text: str, choices: Sequence[dict] = (), **more) -> dict:
        texts = {"text": in_languages(text, languages), "explanation": in_languages(f"Why: {text}", languages)}
        return {**texts, "choices": list(choices), **more}

    def choice(key: str, words: str, is_correct: bool = False, **more) -> dict:
        return make_choice(key, words, is_correct, languages, **more)

    def part(key: str, words: str = "", **more) -> dict:
        return {"key": key, **({"text": in_languages(words, languages)} if words else {}), **more}

    true_false = KINDS["true_false"].content_from(
        KINDS["true_false"].block.to_python(
            make_question("true_false", "Anyone can notice.", ("True",), ("False",), languages)["value"]
        )
    )
    meaning = [{**choice(f"t{n}", f"Meaning {n}", n < 3), "feedback": {}} for n in (1, 2, 3)]
    return {
        "single_choice": content(
            "What helps most?",
            [choice("a", "Listening", True), choice("b", "Waiting", weight="50"), choice("c", "Hurrying")],
        ),
        "multiple_choice": content(
            "What helps?",
            [choice("a", "Patience", True), choice("b", "Calm", True), choice("c", "Pressure", weight="-25")],
            keeps_order=True,
        ),
        "true_false": true_false,
        "matching": content(
            "Match each word.", meaning, parts=[part("t1", "Term 1", right="t1"), part("t2", "Term 2", right="t2")]
        ),
        "ordering": content("In which order?", [choice(key, f"Step {key}", True) for key in "abcd"]),
        "gaps": content(
            "Ask for [[1]] and write it [[2]].",
            parts=[
                part("g1", choices=[choice("a", "consent", True), choice("b", "silence")]),
                part(
                    "g2",
                    choices=[choice("c", "down\nDOWN now", True)],
                    is_typed=True,
                    feedback=in_languages("Look again.", languages),
                ),
            ],
        ),
        "short_answer": content(
            "Who must agree?", [choice("a", "the adult", True), choice("b", "anyone", weight="33.33333")]
        ),
        "numeric": content("How many hours?", [{**choice("a", "x", True, value="18.5", tolerance="0.5"), "text": {}}]),
        "rewrite": content(
            "She [[1]] that he [[2]].",
            parts=[
                part("p1", "admitted", choices=[choice("a", "said", True), choice("b", "confessed")]),
                part("p2", "lied", choices=[choice("c", "was not clear", True), choice("d", "lied again")]),
            ],
        ),
        "scenario": content(
            "Kofi asks for help.",
            parts=[
                part(
                    "s1",
                    "He waits.",
                    choices=[choice("a", "Ask him", True, next="s2"), choice("b", "Wait", weight="40")],
                ),
                part("s2", "He talks.", choices=[choice("c", "Write it down", True), choice("d", "Interrupt")]),
            ],
        ),
        "reflection": content("What would you find hard?"),
    }


def make_every_kind(languages: Sequence[str] = ("en",)) -> list[dict]:
    """A question of each kind as the editor stores it."""
    return [stored_question(kind, content) for kind, content in contents_of_every_kind(languages).items()]


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
    **rules: Any,
) -> Quiz:
    """A quiz of so many single-choice questions (right: "right-1"), or of the questions given."""
    if isinstance(questions, int):
        questions = [
            make_question(text=f"Question {number}: what helps?", languages=languages)
            for number in range(1, questions + 1)
        ]
    texts = {f"title_{code}": text for code, text in in_languages(title, languages).items()}
    texts |= {f"introduction_{code}": text for code, text in in_languages("Take your time.", languages).items()}
    return QuizFactory(questions=list(questions), pass_mark=pass_mark, is_shuffled=is_shuffled, **texts, **rules)


def make_bank_question(*, tags: Sequence[str] = (), **fields) -> Question:
    """A question in the bank, as a trainer writes it there; `body` as one stored block, otherwise a single choice."""
    question = Question(**{"name": "At the door", "body": [make_question()], **fields})
    return save_question(question=question, by=None, tags=tags)


def make_ready_question(text: str = "At the door", tags: Sequence[str] = ("Consent",), **fields) -> Question:
    """A question of the bank that quizzes may ask."""
    body = [make_question(text=text, **fields)]
    return make_bank_question(name=text, tags=tags, status=Question.Status.READY, body=body)


def line_of_bank(question: Question) -> dict:
    """A line of a quiz that asks a question of the bank."""
    return {"type": "bank", "value": {"question": question.pk}}


def line_of_draw(count: int, tag: str = "consent") -> dict:
    """A line of a quiz that draws some questions of the bank."""
    return {"type": "draw", "value": {"count": count, "tag": tag}}


def make_quiz_version(**kwargs) -> QuizVersion:
    """A frozen quiz; takes what `make_quiz` takes."""
    return freeze_quiz(quiz=make_quiz(**kwargs), at=FROZEN_AT)


def right_answers(quiz_version: QuizVersion) -> dict[str, list[str]]:
    """The answers that get full marks, by question key."""
    from quizzes.selectors import questions_of

    return {question.key: list(right_answer(question)) for question in questions_of(quiz_version)}


def wrong_answers(quiz_version: QuizVersion) -> dict[str, list[str]]:
    """Answers that get no marks, by question key."""
    from quizzes.selectors import questions_of

    return {
        question.key: [choice.key for choice in question.choices if not choice.is_correct]
        for question in questions_of(quiz_version)
    }
