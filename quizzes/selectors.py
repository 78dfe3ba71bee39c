"""Reads of quizzes: the questions as they are asked, and where a quiz is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from wagtail.models import Page

from quizzes.drafts import quiz_hash
from quizzes.models import Quiz, QuizVersion
from quizzes.questions import Question, question_from_content, served_language

__all__ = ["is_on_record", "language_of", "places_using", "questions_of", "quiz_hash"]


def questions_of(quiz_version: QuizVersion) -> tuple[Question, ...]:
    """The questions of a version in its own order, in one query."""
    places = quiz_version.places.select_related("question_version").order_by("position")
    return tuple(
        question_from_content(
            str(place.question_version.question_key),
            place.question_version_id,
            place.question_version.kind,
            place.question_version.content,
        )
        for place in places
    )


def language_of(quiz_version: QuizVersion, questions: tuple[Question, ...], code: str) -> str:
    """The one language in which a version is served to a reader who asks for `code`."""
    return served_language(questions, code, [quiz_version.title, quiz_version.introduction])


def places_using(quizzes: Iterable[Quiz]) -> dict[int, list[str]]:
    """Where each quiz is asked, by the quiz's id, such as "Seeing it: Check what you know"; the same few queries
    however many quizzes there are."""
    ids = [quiz.pk for quiz in quizzes]
    found: list[tuple[int, Page]] = []
    for relation in Quiz._meta.related_objects:
        # Pages stand above this app: whichever they are, they are found through the model's own links.
        if issubclass(relation.related_model, Page):
            name = relation.field.attname
            pages: Any = relation.related_model._default_manager
            found += [
                (getattr(page, name), page) for page in pages.filter(**{f"{name}__in": ids}).defer_streamfields()
            ]
    paths = {page.path[: -page.steplen] for _quiz, page in found}
    above = {page.path: page for page in Page.objects.filter(path__in=paths)}
    places: dict[int, list[str]] = defaultdict(list)
    for quiz, page in sorted(found, key=lambda pair: pair[1].path):
        parent = above[page.path[: -page.steplen]]
        places[quiz].append(f"{parent.get_admin_display_title()}: {page.get_admin_display_title()}")
    return places


def is_on_record(quiz: Quiz) -> bool:
    """Whether an edition, an attempt or anything else above this app rests on a version of the quiz."""
    versions = QuizVersion.objects.filter(quiz_key=quiz.key)
    return any(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": versions}).exists()
        for relation in QuizVersion._meta.related_objects
        if relation.related_model._meta.app_label != QuizVersion._meta.app_label
    )
