"""What lists and progress read of an edition, without its content: kept in the cache, for an edition never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import transaction

from courses.addresses import page_address
from courses.models import Edition, EditionLesson
from courses.models.editions import TitledInLanguages
from courses.translated import CODES, DEFAULT, LANGUAGE_NAMES, localised

#: Addresses follow the page tree. With a cache in each process the others learn of a moved page when their copy is
#: this old; until then an old address still leads to the lesson.
CARD_SECONDS = 60
STAMP_KEY = "courses:tree-stamp"


@dataclass(frozen=True)
class LessonCard(TitledInLanguages):
    """A lesson of an edition: all that was approved of it but its words."""

    pk: int
    lesson_key: UUID
    slug: str
    title: str
    titles: Mapping[str, str]
    minutes: int
    role_slugs: tuple[str, ...]
    quiz_version_id: int | None
    is_counting: bool
    content_hash: str
    #: The page's place in the tree; none when the page is gone.
    path: str | None
    #: The tags of what it teaches, folded.
    teaches: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditionCard(TitledInLanguages):
    """An edition: its titles, how long it takes, where its page is, and its lessons in order."""

    pk: int
    module_key: UUID
    title: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    minutes: int
    #: Codes of the languages in which all of it is there.
    languages: tuple[str, ...]
    path: str | None
    lessons: tuple[LessonCard, ...]
    #: The quiz that is asked before the first lesson and again at the end.
    check_version_id: int | None = None
    #: Whether lessons may be left out by those who know what they teach.
    may_test_out: bool = False

    @property
    def url(self) -> str | None:
        """The address of the module's page; none when the page is gone."""
        return page_address(self.path)

    @property
    def served_summary(self) -> str:
        """The summary in the language that the reader gets."""
        return self.summaries.get(self.served_language) or ""


@dataclass(frozen=True)
class ListedModule:
    """A module in a list: its card, and what may have changed since it was approved."""

    card: EditionCard
    #: Codes of the languages that a reviewer has signed off by now.
    reviewed_languages: frozenset[str]

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """Of each language in which it is there: code, name, and whether its words are reviewed."""
        reviewed = {DEFAULT, *self.reviewed_languages}
        return [(code, name, code in reviewed) for code, name in LANGUAGE_NAMES.items() if code in self.card.languages]


def card_of(edition: Edition) -> EditionCard:
    """The card of one edition; no query while it is in the cache."""
    return cards_of([edition])[edition.pk]


def cards_of(editions: Iterable[Edition]) -> dict[int, EditionCard]:
    """Cards by the edition's primary key; two queries for all that are not in the cache."""
    stamp = str(cache.get_or_set(STAMP_KEY, lambda: uuid4().hex, None))
    keys = {f"card:{edition.pk}:{edition.content_hash}:{stamp}": edition.pk for edition in editions}
    found = cache.get_many(keys)
    cards = {keys[key]: card for key, card in found.items()}
    if missing := {pk: key for key, pk in keys.items() if key not in found}:
        fresh = _read(missing)
        cache.set_many({missing[pk]: card for pk, card in fresh.items()}, CARD_SECONDS)
        cards |= fresh
    return cards


def live_cards() -> list[EditionCard]:
    """The cards of every module that can be taken now, by title."""
    cards = cards_of(Edition.objects.filter(is_live=True).only("content_hash"))
    return sorted(cards.values(), key=lambda card: card.title)


def modules_below(path: str) -> list[ListedModule]:
    """The modules that can be taken below a page, in the order of the tree; one query."""
    editions = Edition.objects.filter(is_live=True, module__path__startswith=path, module__live=True)
    rows = list(editions.order_by("module__path").only("content_hash", "reviewed_languages"))
    cards = cards_of(rows)
    return [ListedModule(cards[row.pk], frozenset(row.reviewed_languages)) for row in rows]


def forget_addresses(**kwargs: Any) -> None:
    """Outdates every card when a page is saved, moved or deleted, again once that can be read by everyone."""
    cache.delete(STAMP_KEY)
    transaction.on_commit(lambda: cache.delete(STAMP_KEY))


def _read(pks: Iterable[int]) -> dict[int, EditionCard]:
    lessons: dict[int, list[LessonCard]] = {pk: [] for pk in pks}
    rows = EditionLesson.objects.filter(edition__in=lessons).select_related("lesson").order_by("position")
    for row in rows.only(*_LESSON_FIELDS, "lesson__url_path"):
        lessons[row.edition_id].append(_lesson(row))
    editions = Edition.objects.filter(pk__in=lessons).select_related("module")
    return {edition.pk: _edition(edition, lessons[edition.pk]) for edition in editions.only(*_EDITION_FIELDS)}


_LESSON_FIELDS = (
    "edition_id", "lesson_key", "slug", "title", "titles", "minutes", "role_slugs", "quiz_version_id", "is_counting",
    "content_hash", "teaches",
)  # fmt: skip
_EDITION_FIELDS = ("module_key", "title", "content", "languages", "check_version_id", "module__url_path")


def _lesson(row: EditionLesson) -> LessonCard:
    return LessonCard(
        pk=row.pk,
        lesson_key=row.lesson_key,
        slug=row.slug,
        title=row.title,
        titles=row.titles,
        minutes=row.minutes,
        role_slugs=tuple(row.role_slugs),
        quiz_version_id=row.quiz_version_id,
        is_counting=row.is_counting,
        content_hash=row.content_hash,
        path=row.lesson.url_path if row.lesson else None,
        teaches=tuple(row.teaches),
    )


def _edition(edition: Edition, lessons: list[LessonCard]) -> EditionCard:
    def in_languages(field: str) -> dict[str, str]:
        texts = {code: edition.content.get(localised(field, code)) for code in CODES if code in edition.languages}
        return {code: text for code, text in texts.items() if text}

    return EditionCard(
        pk=edition.pk,
        module_key=edition.module_key,
        title=edition.title,
        titles=in_languages("display_title"),
        summaries=in_languages("summary"),
        minutes=edition.content.get("minutes") or 0,
        languages=tuple(edition.languages),
        path=edition.module.url_path if edition.module else None,
        lessons=tuple(lessons),
        check_version_id=edition.check_version_id,
        may_test_out=bool(edition.content.get("may_test_out")),
    )
