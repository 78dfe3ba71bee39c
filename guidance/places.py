"""Where facts and contacts are quoted: the apps above know, and say so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.models import Contact, Fact
from guidance.notation import Quote


@dataclass(frozen=True)
class Place:
    """Something that quotes a fact or a contact."""

    #: A title with what it is, such as "Lesson: Seeing it – Signs".
    title: str
    #: Where it is changed; empty when nobody changes it in the CMS.
    url: str
    #: Whether learners read it now, and whether its newest draft quotes too.
    is_live: bool
    is_draft: bool


#: Gives every place known to an app, by what it quotes; the same few queries however many there are.
PlaceFinder = Callable[[], Mapping[Quote, Sequence[Place]]]
_finders: list[PlaceFinder] = []


def register_place_finder(finder: PlaceFinder) -> PlaceFinder:
    """Lets an app above say where it quotes; called once, from its AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def all_places() -> dict[Quote, list[Place]]:
    """Everything that quotes, by what it quotes."""
    found: dict[Quote, list[Place]] = {}
    for finder in _finders:
        for quote, places in finder().items():
            found.setdefault(quote, []).extend(places)
    return found


def quote_of(row: Fact | Contact) -> Quote:
    """How texts name it."""
    return Quote(row._meta.model_name or "", row.key)


def refuse_delete(rows: Iterable[Fact | Contact]) -> None:
    """Raises ValidationError, in words for the person who asked, when any of them is quoted anywhere."""
    rows = list(rows)
    places = all_places() if rows else {}
    words = _("“%(label)s” is kept, because it is quoted here: %(places)s. Take it out there first.")
    problems = [
        words % {"label": row, "places": "; ".join(place.title for place in quoting)}
        for row in rows
        if (quoting := places.get(quote_of(row)))
    ]
    if problems:
        raise ValidationError(problems)
