"""Reads of a person's work in modules: what is under way, how far it is, and where to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from courses.models import Edition, EditionLesson
from courses.translated import DEFAULT
from organisations.models import User
from organisations.selectors import role_slugs_of
from records.models import Attempt, AttemptDraft, Enrolment, LessonProgress
from records.rules.progress import Progress, Work, progress_of
from records.selectors.addresses import lesson_address, module_address
from records.selectors.stepping import newer_that_must_be_taken

State = Enrolment.State


@dataclass(frozen=True)
class Titled:
    """A title and the language it is in."""

    text: str
    language: str

    @property
    def marked(self) -> SafeString:
        """For a page: marked with its own language where that is not the page's."""
        if self.language == translation.get_language():
            return conditional_escape(self.text)
        return format_html('<bdi lang="{}">{}</bdi>', self.language, self.text)


def module_title(edition: Edition) -> Titled:
    """The module's title in the reader's language where the edition is there in it, else in English."""
    code = translation.get_language() or DEFAULT
    text = edition.content.get(f"display_title_{code}") if code in edition.languages else ""
    return Titled(text, code) if text else Titled(edition.title, DEFAULT)


@dataclass(frozen=True)
class Learning:
    """One enrolment: its edition and how far the person is."""

    enrolment_id: int
    is_open: bool
    #: When the person last did something in it.
    touched_at: datetime
    edition: Edition
    progress: Progress[Any]
    #: The lesson whose quiz is being answered, by lesson key: the draft's key.
    drafts: dict[UUID, UUID]
    url: str
    #: Whether the person must move to a newer edition before going on.
    is_behind: bool

    @property
    def module_key(self) -> UUID:
        """The module."""
        return self.edition.module_key

    @property
    def title(self) -> Titled:
        """The module's title."""
        return module_title(self.edition)

    @property
    def next_url(self) -> str:
        """Where to carry on: the first lesson that is not done, or the module's page when none is left."""
        lesson = self.progress.next_undone
        return self.url_of(lesson) if lesson else self.url

    def url_of(self, lesson: EditionLesson) -> str:
        """The lesson's address."""
        row: Any = lesson
        return lesson_address(
            self.module_key, row.lesson_key, module_path=row.module_path, lesson_path=row.lesson_path, slug=row.slug
        )

    def url_from(self, lesson_key: UUID) -> str:
        """Where to go on from a lesson that is done."""
        lesson = self.progress.next_from(lesson_key)
        return self.url_of(lesson) if lesson else self.url


def progress_in(enrolment: Enrolment, role_slugs: Iterable[str]) -> Progress[Any]:
    """How far the person is in the enrolment; one query."""
    rows = list(_rows(pk=enrolment.pk))
    return progress_of(rows, role_slugs, _work(rows))


def learnings_of(
    person: User, role_slugs: Iterable[str], *, only_open: bool = False, **filters: Any
) -> list[Learning]:
    """The person's enrolments: those that go on before those that are completed, the last touched first; one query.

    `filters` narrow them by fields of the enrolment, such as `module_key=…`.
    """
    states = [State.OPEN] if only_open else [State.OPEN, State.COMPLETED]
    rows = _rows(person=person.pk, state__in=states, **filters)
    found = [_learning(list(each), role_slugs) for _pk, each in groupby(rows, key=attrgetter("enrolment_id"))]
    return sorted(found, key=attrgetter("is_open", "touched_at"), reverse=True)


def learning_in(person: User, role_slugs: Iterable[str], module_key: UUID) -> Learning | None:
    """The person's work in a module: what goes on, or else what was completed last; one query."""
    return next(iter(learnings_of(person, role_slugs, module_key=module_key)), None)


def learning_after(person: User, module_key: UUID, day: date) -> Learning:
    """The person's work in a module that they have just written in."""
    learning = learning_in(person, role_slugs_of(person, day), module_key)
    if learning is None:
        raise Enrolment.DoesNotExist
    return learning


def learning_with_lesson(person: User, role_slugs: Iterable[str], lesson_key: UUID) -> Learning | None:
    """The person's work in the edition that holds a lesson, wherever its page is now; one query."""
    editions = EditionLesson.objects.filter(lesson_key=lesson_key).values("edition")
    return next(iter(learnings_of(person, role_slugs, edition__in=editions)), None)


def _rows(**enrolment_filters: Any) -> QuerySet[EditionLesson]:
    """Each lesson of each such enrolment's edition, with what is done of it in that enrolment."""
    enrolment = OuterRef("edition__enrolments__pk")
    of_lesson = {"enrolment": enrolment, "lesson_key": OuterRef("lesson_key")}
    attempts = Attempt.objects.counting().filter(**of_lesson)
    return (
        # The filter comes first: the annotations then speak of the same enrolment.
        EditionLesson.objects.filter(
            **{f"edition__enrolments__{name}": value for name, value in enrolment_filters.items()}
        )
        .defer("content")
        .select_related("edition")
        .annotate(
            enrolment_id=F("edition__enrolments__pk"),
            enrolment_state=F("edition__enrolments__state"),
            enrolment_started_at=F("edition__enrolments__started_at"),
            read_at=Subquery(LessonProgress.objects.filter(**of_lesson).values("done_at")[:1]),
            handed_in_at=Subquery(attempts.order_by("-submitted_at").values("submitted_at")[:1]),
            best_passing_score=Subquery(attempts.filter(is_passed=True).order_by("-score").values("score")[:1]),
            last_attempt_pk=Subquery(attempts.order_by("-submitted_at", "-pk").values("pk")[:1]),
            draft_key=Subquery(AttemptDraft.objects.filter(**of_lesson).values("key")[:1]),
            lesson_path=F("lesson__url_path"),
            module_path=F("edition__module__url_path"),
            is_behind=newer_that_must_be_taken("edition__"),
        )
        .order_by("enrolment_id", "position")
    )


def _work(rows: Iterable[Any]) -> Work:
    passed: dict[UUID, Decimal] = {
        row.lesson_key: row.best_passing_score for row in rows if row.best_passing_score is not None
    }
    return Work(
        read=frozenset(row.lesson_key for row in rows if row.read_at),
        passed=passed,
        handed_in=frozenset(row.lesson_key for row in rows if row.handed_in_at),
    )


def _learning(rows: list[Any], role_slugs: Iterable[str]) -> Learning:
    first = rows[0]
    edition = first.edition
    moments = [moment for row in rows for moment in (row.read_at, row.handed_in_at)]
    return Learning(
        enrolment_id=first.enrolment_id,
        is_open=first.enrolment_state == State.OPEN,
        touched_at=max([first.enrolment_started_at, *filter(None, moments)]),
        edition=edition,
        progress=progress_of(rows, role_slugs, _work(rows)),
        drafts={row.lesson_key: row.draft_key for row in rows if row.draft_key},
        url=module_address(edition.module_key, first.module_path),
        is_behind=first.is_behind and first.enrolment_state == State.OPEN,
    )
