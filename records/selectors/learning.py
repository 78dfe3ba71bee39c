"""Reads of a person's work in modules: what is under way, how far it is, and where to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from courses.cards import EditionCard, LessonCard, card_of, cards_of
from courses.models import Edition
from courses.translated import DEFAULT, localised
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import role_slugs_of
from records.models import Attempt, AttemptDraft, Enrolment, LessonProgress, Part
from records.rules.progress import Progress, Work, progress_of
from records.selectors.addresses import lesson_address, module_address
from records.selectors.regrading import looked_at_lately
from records.selectors.stepping import left_behind

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


def module_title(edition: Edition | EditionCard) -> Titled:
    """The module's title in the reader's language where the edition is there in it, else in English."""
    if isinstance(edition, EditionCard):
        return Titled(edition.served_title, edition.served_language)
    code = translation.get_language() or DEFAULT
    text = edition.content.get(localised("display_title", code)) if code in edition.languages else ""
    return Titled(text, code) if text else Titled(edition.title, DEFAULT)


@dataclass(frozen=True)
class Learning:
    """One enrolment: its edition and how far the person is."""

    enrolment_id: int
    is_open: bool
    #: When the person last did something in it.
    touched_at: datetime
    edition: Edition
    card: EditionCard
    progress: Progress[LessonCard]
    #: The attempt handed in last, by lesson key.
    last_attempts: Mapping[UUID, int]
    #: The attempts before the first lesson and at the end, by their part.
    around: Mapping[str, int]
    #: Whether the person must move to a newer edition before going on.
    is_behind: bool
    #: What `looked_at_lately` says, where it was asked.
    looked_at: int | None = None

    @property
    def module_key(self) -> UUID:
        """The module."""
        return self.edition.module_key

    @property
    def title(self) -> Titled:
        """The module's title."""
        return module_title(self.card)

    @property
    def url(self) -> str:
        """The module's address."""
        return module_address(self.module_key, self.card.path)

    @property
    def next_url(self) -> str:
        """Where to carry on: the first lesson that is not done, or the module's page when none is left."""
        lesson = self.progress.next_undone
        return self.url_of(lesson) if lesson else self.url

    def url_of(self, lesson: LessonCard) -> str:
        """The lesson's address."""
        return lesson_address(
            self.module_key, lesson.lesson_key, module_path=self.card.path, lesson_path=lesson.path, slug=lesson.slug
        )

    def url_from(self, lesson_key: UUID) -> str:
        """Where to go on from a lesson that is done."""
        lesson = self.progress.next_from(lesson_key)
        return self.url_of(lesson) if lesson else self.url


def progress_in(enrolment: Enrolment, role_slugs: Iterable[str]) -> Progress[LessonCard]:
    """How far the person is in the enrolment; two queries, and two more for a card that is not in the cache."""
    card = card_of(enrolment.edition)
    return progress_of(card.lessons, role_slugs, _done_in([enrolment])[enrolment.pk].work)


def learnings_of(
    person: User,
    role_slugs: Iterable[str],
    *,
    only_open: bool = False,
    with_news_on: date | None = None,
    **filters: Any,
) -> list[Learning]:
    """The person's enrolments: those that go on before those that are completed, the last touched first.

    Three queries for any number, and two more for cards that are not in the cache. `filters` narrow them by fields of
    the enrolment, such as `module_key=…`. For a day, each says too whether its answers were looked at again lately.
    """
    states = [State.OPEN] if only_open else [State.OPEN, State.COMPLETED]
    enrolments = Enrolment.objects.filter(same_person(person), state__in=states, **filters)
    if with_news_on:
        enrolments = enrolments.annotate(looked_at=looked_at_lately("pk", with_news_on))
    rows = list(enrolments.select_related("edition").only(*_READ).order_by())
    if not rows:
        return []
    cards = cards_of([row.edition for row in rows])
    done = _done_in(rows)
    behind = left_behind(row for row in rows if row.state == State.OPEN and not row.edition.is_live)
    found = [
        _learning(row, cards[row.edition_id], done[row.pk], role_slugs, is_behind=row.pk in behind) for row in rows
    ]
    return sorted(found, key=lambda each: (each.is_open, each.touched_at, each.enrolment_id), reverse=True)


#: What is read of an enrolment and its edition. Every column named costs time on a page that is asked for most.
_READ = (
    "state", "started_at", "edition__module_key", "edition__number", "edition__title", "edition__content_hash",
    "edition__languages", "edition__reviewed_languages", "edition__published_at", "edition__is_live",
    "edition__effect",
)  # fmt: skip


def learning_in(person: User, role_slugs: Iterable[str], module_key: UUID) -> Learning | None:
    """The person's work in a module: what goes on, or else what was completed last."""
    return next(iter(learnings_of(person, role_slugs, module_key=module_key)), None)


def learning_after(person: User, module_key: UUID, day: date) -> Learning:
    """The person's work in a module that they have just written in."""
    learning = learning_in(person, role_slugs_of(person, day), module_key)
    if learning is None:
        raise Enrolment.DoesNotExist
    return learning


def learning_with_lesson(person: User, role_slugs: Iterable[str], **lesson: Any) -> Learning | None:
    """The person's work in the edition that holds a lesson, named by fields of the edition's lesson."""
    named = {f"edition__lessons__{name}": value for name, value in lesson.items()}
    return next(iter(learnings_of(person, role_slugs, **named)), None)


def is_answering(learning: Learning, lesson: LessonCard) -> bool:
    """Whether the person is in the middle of the lesson's quiz; a query only where there is one."""
    drafts = AttemptDraft.objects.filter(enrolment=learning.enrolment_id, lesson_key=lesson.lesson_key)
    return lesson.quiz_version_id is not None and drafts.exists()


@dataclass
class _Done:
    """What is done in one enrolment, collected from its rows."""

    read: set[UUID] = field(default_factory=set)
    passed: dict[UUID, Decimal] = field(default_factory=dict)
    left_out: set[UUID] = field(default_factory=set)
    taken_over: set[UUID] = field(default_factory=set)
    last_attempts: dict[UUID, int] = field(default_factory=dict)
    around: dict[str, int] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)

    @property
    def work(self) -> Work:
        """As the rules read it."""
        return Work(
            read=frozenset(self.read),
            passed=self.passed,
            handed_in=frozenset(self.last_attempts),
            left_out=frozenset(self.left_out),
            taken_over=frozenset(self.taken_over),
        )


def _done_in(enrolments: Sequence[Enrolment]) -> dict[int, _Done]:
    """Two queries for any number of enrolments."""
    enrolment_ids = [enrolment.pk for enrolment in enrolments]
    # Work begins on the live edition: on one that came later it has moved, and only then is anything asked again.
    may_have_moved = any(each.edition.published_at >= each.started_at for each in enrolments)
    done = {pk: _Done() for pk in enrolment_ids}
    progress = LessonProgress.objects.filter(enrolment__in=enrolment_ids).order_by()
    for pk, lesson_key, moment, is_left_out, done_in in progress.values_list(
        "enrolment_id", "lesson_key", "done_at", "is_tested_out", "done_in_id"
    ):
        done[pk].read.add(lesson_key)
        if is_left_out:
            done[pk].left_out.add(lesson_key)
        if done_in:
            done[pk].taken_over.add(lesson_key)
        done[pk].moments.append(moment)
    attempts = Attempt.objects.counting() if may_have_moved else Attempt.objects.all()
    attempts = attempts.filter(enrolment__in=enrolment_ids)
    fields = ("enrolment_id", "part", "lesson_key", "pk", "submitted_at")
    for pk, part, lesson_key, attempt, moment, score, is_passed in attempts.results(*fields):
        done[pk].moments.append(moment)
        if part != Part.LESSON:
            done[pk].around[part] = attempt
            continue
        done[pk].last_attempts[lesson_key] = attempt
        if is_passed:
            done[pk].passed[lesson_key] = max(score, done[pk].passed.get(lesson_key, score))
    return done


def _learning(
    enrolment: Enrolment, card: EditionCard, done: _Done, role_slugs: Iterable[str], *, is_behind: bool
) -> Learning:
    return Learning(
        enrolment_id=enrolment.pk,
        is_open=enrolment.state == State.OPEN,
        touched_at=max([enrolment.started_at, *done.moments]),
        edition=enrolment.edition,
        card=card,
        progress=progress_of(card.lessons, role_slugs, done.work),
        last_attempts=done.last_attempts,
        around=done.around,
        is_behind=is_behind,
        looked_at=getattr(enrolment, "looked_at", None),
    )
