"""Where facts and contacts are quoted: the apps above know, and say so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.models import Contact, Fact, FactVersion, Source
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

#: What may be quoted or named, and is kept while it is.
Quotable = Fact | Contact | Source

#: Gives the titles of what nobody can change any more and that quotes or names some of these; it may read a lot.
KeeperFinder = Callable[[Sequence[Quotable]], Mapping[Quotable, Sequence[str]]]
_keepers: list[KeeperFinder] = []


def register_place_finder(finder: PlaceFinder) -> PlaceFinder:
    """Lets an app above say where it quotes; called once, from its AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def register_keeper(finder: KeeperFinder) -> KeeperFinder:
    """Lets an app above name what it keeps as it was; called once, from its AppConfig.ready()."""
    if finder not in _keepers:
        _keepers.append(finder)
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


def refuse_delete(rows: Iterable[Quotable]) -> None:
    """Raises ValidationError, in words for the person who asked, when any of them is quoted or named anywhere."""
    rows = list(rows)
    changing = _places_of(rows)
    kept = _kept_places_of(rows)
    problems = []
    for row in rows:
        places = [*changing[row], *kept[row]]
        if not places:
            continue
        values = {"label": row, "places": "; ".join(dict.fromkeys(places))}
        if kept[row]:
            words = _("“%(label)s” is kept, because it is quoted here: %(places)s. What was approved stays as it was.")
        else:
            words = _("“%(label)s” is kept, because it is quoted here: %(places)s. Take it out there first.")
        problems.append(words % values)
    if problems:
        raise ValidationError(problems)


def _places_of(rows: Sequence[Quotable]) -> dict[Quotable, list[str]]:
    places = all_places() if any(not isinstance(row, Source) for row in rows) else {}
    found: dict[Quotable, list[str]] = {}
    for row in rows:
        if isinstance(row, Source):
            versions = FactVersion.objects.filter(source=row).select_related("fact")
            found[row] = [_("Fact: %(title)s") % {"title": version.fact} for version in versions]
            found[row] += [
                _("Contact: %(title)s") % {"title": contact} for contact in Contact.objects.filter(source=row)
            ]
        else:
            found[row] = [place.title for place in places.get(quote_of(row), ())]
    return found


def _kept_places_of(rows: Sequence[Quotable]) -> dict[Quotable, list[str]]:
    found: dict[Quotable, list[str]] = {row: [] for row in rows}
    for finder in _keepers if rows else ():
        for row, titles in finder(rows).items():
            found[row].extend(titles)
    return found
