"""What editions rest on besides their own words: pictures, facts and contacts that must not go while they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from courses.facts import quoted_in
from courses.models import EditionLesson
from courses.quoting_places import quoted_contents
from guidance.models import Source
from guidance.places import Quotable, quote_of
from quizzes.selectors import questions_showing


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
    """Why these pictures must stay as they are; empty when no approved lesson and no question shows them."""
    new = _("Add a new picture instead.")
    reasons = (
        (lessons_showing, _("“%(image)s” is kept as it is, because approved lessons show it: %(places)s.")),
        (questions_showing, _("“%(image)s” is kept as it is, because questions show it: %(places)s.")),
    )
    return [
        f"{words % {'image': image.title, 'places': '; '.join(places)}} {new}"
        for image in images
        if isinstance(image, get_image_model())
        for places_of, words in reasons
        if (places := places_of(image.pk))
    ]


def kept_by_editions(rows: Sequence[Quotable]) -> dict[Quotable, list[str]]:
    """What no longer is as its page in the CMS says, or never changes: earlier editions that quote, any that name.

    It reads every edition, which only a deletion is worth.
    """
    quotes = {quote_of(row): row for row in rows if not isinstance(row, Source)}
    sources = {row.pk: row for row in rows if isinstance(row, Source)}
    found: dict[Quotable, list[str]] = {}
    words = _("%(place)s, in an earlier edition")
    for thing, content in quoted_contents(is_live=False):
        title = words % {"place": thing.title}
        for quote in quoted_in(content) & quotes.keys() if quotes else ():
            found.setdefault(quotes[quote], []).append(title)
        for pk in _sources_of(content) & sources.keys():
            found.setdefault(sources[pk], []).append(title)
    if sources:
        for thing, content in quoted_contents(is_live=True):
            for pk in _sources_of(content) & sources.keys():
                found.setdefault(sources[pk], []).append(thing.title)
    return found


def _sources_of(content: Any) -> set[int]:
    return set(content.get("sources", ())) if isinstance(content, dict) else set()
