"""Reads of quizzes: the questions as they are asked, and where a quiz is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from wagtail.models import Page

from quizzes.drafts import quiz_hash
from quizzes.drawing import Draw, drawn
from quizzes.models import Correction, QuestionVersion, Quiz, QuizVersion, QuizVersionDraw
from quizzes.models import Question as BankQuestion
from quizzes.questions import DEFAULT_LANGUAGE, Question, in_language, question_from_content, served_language

__all__ = [
    "current_content",
    "current_questions",
    "draws_of",
    "is_on_record",
    "language_of",
    "newest_asked",
    "places_using",
    "questions_of",
    "questions_showing",
    "questions_to_ask",
    "quiz_hash",
    "tags_of",
]


def questions_of(quiz_version: QuizVersion, asked: Collection[int] = ()) -> tuple[Question, ...]:
    """The questions of a version in its own order, in one query: all that it may ask, or those of one attempt by the
    ids of their versions."""
    places = quiz_version.places.order_by("position", "question_version__corrections__pk")
    if asked:
        places = places.filter(question_version__in=asked)
    # Joined, and without building rows: learners wait for this on each page of a quiz. A version that was corrected
    # more than once comes more than once, and the newest last.
    found = {
        pk: _asked(key, pk, kind, content, corrected_id, corrected)
        for key, pk, kind, content, corrected_id, corrected in places.values_list(
            "question_version__question_key",
            "question_version_id",
            "question_version__kind",
            "question_version__content",
            "question_version__corrections__corrected_id",
            "question_version__corrections__corrected__content",
        )
    }
    return tuple(found.values())


def _asked(key: UUID, pk: int, kind: str, content: Any, corrected_id: int | None, corrected: Any) -> Question:
    """A version as it is asked, with the key that holds now: the one place where a correction takes effect."""
    is_corrected = corrected_id is not None and corrected_id != pk
    asked = question_from_content(str(key), pk, kind, corrected if is_corrected else content)
    return replace(asked, key_version_id=corrected_id) if is_corrected else asked


def current_questions(version_ids: Collection[int]) -> dict[int, tuple[Question, str]]:
    """Versions by their ids, each with the key that holds now and the hash of that content; one query."""
    return {
        each.pk: (
            _asked(each.question_key, each.pk, each.kind, each.content, each.corrected_id, each.corrected_content),
            each.corrected_hash or each.content_hash,
        )
        for each in _with_newest_correction().filter(pk__in=version_ids)
    }


def current_content(version: QuestionVersion) -> Any:
    """What a version is marked by now; one query."""
    found = _with_newest_correction().get(pk=version.pk)
    return found.content if found.corrected_id is None else found.corrected_content


def newest_asked(question: BankQuestion) -> QuestionVersion | None:
    """The newest version of a question of the bank that a quiz asks or asked; one query."""
    versions = QuestionVersion.objects.filter(question_key=question.key, places__isnull=False)
    return versions.order_by("-number").first()


def _with_newest_correction() -> Any:
    """Of the corrections of a version the newest holds."""
    newest = Correction.objects.filter(version=OuterRef("pk")).order_by("-pk")
    return QuestionVersion.objects.annotate(
        corrected_id=Subquery(newest.values("corrected")[:1]),
        corrected_content=Subquery(newest.values("corrected__content")[:1]),
        corrected_hash=Subquery(newest.values("corrected__content_hash")[:1]),
    )


@dataclass(frozen=True)
class DrawOfVersion:
    """That a version asks so many of some questions, which follow each other in its order."""

    count: int
    tag: str
    keys: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many questions there are to draw from."""
        return len(self.keys)


def draws_of(quiz_version: QuizVersion) -> dict[str, DrawOfVersion]:
    """The draws of a version, each by the key of its first question; one query."""
    found: dict[QuizVersionDraw, list[str]] = defaultdict(list)
    places = quiz_version.places.filter(draw__isnull=False).select_related("draw").order_by("position")
    for place in places.annotate(key=F("question_version__question_key")):
        if place.draw is not None:
            found[place.draw].append(str(place.key))
    return {keys[0]: DrawOfVersion(draw.count, draw.tag, tuple(keys)) for draw, keys in found.items()}


def tags_of(quiz_version: QuizVersion) -> dict[str, tuple[str, ...]]:
    """The tags of a version's questions by the keys of those that have any; one query."""
    places = quiz_version.places.exclude(tags=[]).values_list("question_version__question_key", "tags")
    return {str(key): tuple(tags) for key, tags in places}


def questions_to_ask(quiz_version: QuizVersion, asked_before: Iterable[Collection[str]], seed: int) -> list[int]:
    """The ids of the question versions that a new attempt asks; empty where the version asks all it has.

    `asked_before` holds the question keys of earlier attempts, the newest first; it is read only where one may differ
    from another.
    """
    draws = draws_of(quiz_version)
    if not draws:
        return []
    pools = [Draw(draw.count, draw.keys) for draw in draws.values()]
    chosen = drawn(pools, list(asked_before), seed)
    places = quiz_version.places.order_by("position").annotate(key=F("question_version__question_key"))
    return [place.question_version_id for place in places if place.draw_id is None or str(place.key) in chosen]


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


def questions_showing(image_pk: int) -> list[str]:
    """The words of questions that show a picture, as they were asked or as they are written now; three queries."""
    versions = QuestionVersion.objects.filter(content__picture__image=image_pk)
    found = {
        in_language(content.get("text") or {}, DEFAULT_LANGUAGE)
        for content in versions.values_list("content", flat=True)
    }
    spelled = [f'"image": {image_pk}{end}' for end in (",", "}")]

    def showing(rows: Any, field: str) -> Any:
        texts = rows.annotate(stored=Cast(field, TextField()))
        return texts.filter(Q(stored__contains=spelled[0]) | Q(stored__contains=spelled[1]))

    found |= set(showing(BankQuestion.objects, "body").values_list("words", flat=True))
    found |= set(showing(Quiz.objects, "questions").values_list("title", flat=True))
    return sorted(found)


def is_on_record(quiz: Quiz) -> bool:
    """Whether an edition, an attempt or anything else above this app rests on a version of the quiz."""
    versions = QuizVersion.objects.filter(quiz_key=quiz.key)
    return any(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": versions}).exists()
        for relation in QuizVersion._meta.related_objects
        if relation.related_model._meta.app_label != QuizVersion._meta.app_label
    )
