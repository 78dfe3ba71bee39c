"""What editions rest on besides their own words: pictures, facts and contacts that must not go while they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from courses.facts import quoted_in, quoted_in_quiz
from courses.models import Edition, EditionLesson
from guidance.models import Contact, Fact, FactVersion, Source
from guidance.notation import CONTACT, FACT, Quote
from quizzes.models import QuizVersion


def lessons_showing(image_pk: int) -> list[str]:
    """The titles of lessons that show a picture, in any edition: learners read these, now or when they look back."""
    # The blocks are kept as text inside the JSON, with their quotation marks escaped.
    spelled = [f'\\"image\\":{image_pk}{end}' for end in (",", "}")]
    rows = EditionLesson.objects.annotate(text=Cast("content", TextField()))
    found = set()
    for words in spelled:
        found |= set(rows.filter(text__contains=words).values_list("title", flat=True))
    return sorted(found)


def image_obstacles(images: Iterable[Any]) -> list[str]:
    """Why these pictures must stay as they are; empty when nothing that was approved shows them."""
    words = _(
        "“%(image)s” is kept as it is, because approved lessons show it: %(lessons)s. Add a new picture instead."
    )
    return [
        words % {"image": image.title, "lessons": "; ".join(titles)}
        for image in images
        if isinstance(image, get_image_model()) and (titles := lessons_showing(image.pk))
    ]


def guidance_obstacles(rows: Iterable[Any]) -> list[str]:
    """Why these facts, contacts and sources must stay; empty when nothing rests on them."""
    rows = list(rows)
    problems = [
        _("“%(title)s” is kept, because facts, contacts or approved lessons rest on it.") % {"title": row.title}
        for row in rows
        if isinstance(row, Source) and _is_rested_on(row)
    ]
    wanted = {Quote(FACT if isinstance(row, Fact) else CONTACT, row.key): row for row in rows if _is_quotable(row)}
    if wanted:
        used = wanted.keys() & _quoted_anywhere()
        words = _("“%(label)s” is kept, because approved lessons or quizzes quote it.")
        problems += [words % {"label": wanted[quote].label} for quote in sorted(used)]
    return problems


def _is_quotable(row: Any) -> bool:
    return isinstance(row, Fact | Contact)


def _is_rested_on(source: Source) -> bool:
    return (
        FactVersion.objects.filter(source=source).exists()
        or Contact.objects.filter(source=source).exists()
        or any(source.pk in content.get("sources", ()) for content in _contents())
    )


def _quoted_anywhere() -> frozenset[Quote]:
    """Everything that any edition quotes; it reads them all, which only a deletion is worth."""
    found: set[Quote] = set()
    for content in _contents():
        found |= quoted_in(content)
    for version in QuizVersion.objects.filter(edition_lessons__isnull=False).distinct():
        found |= quoted_in_quiz(version)
    return frozenset(found)


def _contents() -> Iterator[Any]:
    for model in (Edition, EditionLesson):
        yield from model.objects.values_list("content", flat=True).iterator(chunk_size=50)
