"""All words of an edition in one language: what a reviewer signs off, and who wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.db.models import Model, Q
from wagtail.models import Revision

from courses.models import Edition, LessonPage, ModulePage, TranslationReview
from courses.rules import content_hash
from courses.translated import DEFAULT, TranslatedPage, localised
from quizzes.drafts import bank_of
from quizzes.models import Quiz, QuizVersion, QuizVersionQuestion
from quizzes.questions import Question, lacks

_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def texts_in(edition: Edition, code: str) -> dict[str, Any]:
    """Every text of the module, its lessons and its quizzes in the language; four queries."""
    around = edition.check_version
    lessons = list(edition.lessons.select_related("quiz_version").order_by("position"))
    questions: dict[int, list[Any]] = {}
    for place in QuizVersionQuestion.objects.filter(
        quiz_version__in=[pk for pk in (edition.check_version_id, *(each.quiz_version_id for each in lessons)) if pk]
    ).select_related("question_version"):
        words = _words(place.question_version.content, code)
        questions.setdefault(place.quiz_version_id, []).append([str(place.question_version.question_key), words])
    return {
        "module": _of_page(edition.content, ModulePage, code),
        "lessons": [
            [
                str(lesson.lesson_key),
                _of_page(lesson.content, LessonPage, code),
                _of_quiz(lesson.quiz_version, questions, code),
            ]
            for lesson in lessons
        ],
        # Only where there are any, so that words that were signed off without them stay the same words.
        **({"around": _of_quiz(around, questions, code)} if around else {}),
    }


def _of_page(content: Mapping[str, Any], model: type[TranslatedPage], code: str) -> dict[str, Any]:
    return {name: content.get(localised(name, code)) or "" for name in model.translated_field_names()}


def _of_quiz(version: QuizVersion | None, questions: Mapping[int, list[Any]], code: str) -> Any:
    if version is None:
        return None
    return [version.title.get(code, ""), version.introduction.get(code, ""), questions.get(version.pk, [])]


def _words(value: Any, code: str) -> Any:
    """A stored question with every text in one language."""
    if isinstance(value, dict):
        if DEFAULT in value or code in value:
            return value.get(code, "")
        return {name: _words(part, code) for name, part in value.items()}
    if isinstance(value, list):
        return [_words(part, code) for part in value]
    return value


def words_hash(edition: Edition, code: str) -> str:
    """The same for the same words, whatever marks the editor puts to them."""
    return content_hash(_plain(texts_in(edition, code)))


def _plain(value: Any) -> Any:
    """Content without the ids that the editor gives to blocks and paragraphs."""
    if isinstance(value, str):
        if value[:1] in ("[", "{"):
            with suppress(ValueError):
                return _plain(json.loads(value))
        return _BLOCK_KEY.sub("", value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if name != "id"}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


def signed_off_languages(edition: Edition) -> list[str]:
    """The languages of the edition whose words, and whose English, are exactly those that a reviewer signed off."""
    codes = [code for code in edition.languages if code != DEFAULT]
    held = set(
        TranslationReview.objects.filter(module_key=edition.module_key, language__in=codes).values_list(
            "language", "english_hash", "texts_hash"
        )
    )
    if not held:
        return []
    english = words_hash(edition, DEFAULT)
    return [code for code in codes if (code, english, words_hash(edition, code)) in held]


def quiz_lacks(questions: tuple[Question, ...], version: QuizVersion, code: str) -> bool:
    """Whether a quiz would be asked in English for want of a text in the language."""
    texts = [version.title, version.introduction, *(text for question in questions for text in question.texts)]
    return any(lacks(text, code) for text in texts)


def translators_of(module: ModulePage, code: str) -> set[int]:
    """Everyone who ever saved other words in the language, in the module, one of its lessons or quizzes, or a question
    that these take from the bank."""
    lessons = list(LessonPage.objects.child_of(module))
    quizzes = Quiz.objects.filter(Q(lessons__in=lessons) | Q(modules=module)).distinct()
    questions = bank_of(quizzes).by_id.values()
    return {person for written in (module, *lessons, *quizzes, *questions) for person in _writers(written, code)}


def _writers(written: Model, code: str) -> Iterator[int]:
    if isinstance(written, TranslatedPage):
        names = [localised(name, code) for name in written.translated_field_names()]
    elif isinstance(written, Quiz):
        names = [*(localised(name, code) for name in ("title", "introduction")), "questions"]
    else:
        names = ["body"]
    rows = Revision.objects.for_instance(written).order_by("created_at", "pk")
    before: Any = None
    for person, *values in rows.values_list("user_id", *(f"content__{name}" for name in names)):
        if not isinstance(written, TranslatedPage) and isinstance(values[-1], str):
            values[-1] = _words(json.loads(values[-1]), code)
        words = content_hash([_plain(value or "") for value in values])
        if words != before and person is not None and any(values):
            yield person
        before = words
