"""What a module page and a lesson page show around the approved content: the reader's own way through it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from courses.beside import QUERY, English, english_for
from courses.cards import LessonCard, card_of
from courses.models import Edition, ModulePage
from courses.rendering import RenderedLesson, rendered_lesson
from courses.selectors import module_as_page
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import places_of
from records.models import Certificate, Part
from records.rules.progress import Stage, has_counting_quiz, is_done, is_for
from records.selectors.before_after import Offer, may_be_left_out, offer_in
from records.selectors.learning import Learning, learning_in, learning_with_lesson
from records.selectors.lessons_of_roles import only_to_add
from records.selectors.quiz_rules import QuizTerms, terms_of
from records.selectors.stepping import step_of


@dataclass(frozen=True)
class LessonLine:
    """A lesson in a list: its title, how long it takes, where it is and whether it is done."""

    title: str
    language: str
    direction: str
    minutes: int
    has_quiz: bool
    url: str | None = None
    is_done: bool = False
    #: Whether it is done because the person knew beforehand what it teaches.
    is_left_out: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class NewerEdition:
    """A newer edition than the one on which somebody works, and what moving to it means for them."""

    edition: Edition
    #: Whether they must move before going on.
    must_be_taken: bool
    #: Of the lessons for them: those done that stay done, those done that changed, and new ones.
    kept: int
    asked_again: Sequence[LessonLine]
    new: Sequence[LessonLine]
    #: Whether answers that they have begun to give are dropped.
    drops_answers: bool


@dataclass(frozen=True)
class ModuleView:
    """A module as one person who is signed in meets it."""

    edition: Edition
    page: ModulePage
    lessons: Sequence[LessonLine]
    learning: Learning | None
    certificate: Certificate | None
    #: Whether it can be started now.
    is_in_use: bool
    #: How much English goes with a language that nobody has reviewed.
    english: English = English.NONE
    #: What came since the person began, if anything did.
    newer: NewerEdition | None = None
    #: The questions before or after that are open to the person.
    offer: Offer | None = None
    #: Of what the person completed only these are missing: lessons of a role which they did not have then.
    to_add: Sequence[LessonLine] = ()

    @property
    def answered_pk(self) -> int | None:
        """The attempt that shows what was answered before and after."""
        around = self.learning.around if self.learning else {}
        return around.get(Part.AFTER) or around.get(Part.BEFORE)

    @property
    def is_under_way(self) -> bool:
        """Whether the person has started and not finished."""
        return self.learning is not None and self.learning.is_open

    @property
    def may_finish(self) -> bool:
        """Whether all is done and only the person's own word is missing."""
        return self.learning is not None and self.learning.is_open and self.learning.progress.is_all_done


def module_for(
    person: User, module_key: UUID, day: date, *, is_page_live: bool, is_english_asked: bool = False
) -> ModuleView | None:
    """The module as the person meets it: on the edition of their own work, else on the live one; None without any."""
    slugs = places_of(person, day).role_slugs
    learning = learning_in(person, slugs, module_key)
    live = Edition.objects.filter(module_key=module_key, is_live=True).first() if is_page_live else None
    # Work that goes on stays on its edition; who is done, or has not begun, sees what they would start now.
    edition = learning.edition if learning and (learning.is_open or live is None) else live
    if edition is None:
        return None
    own = learning if learning and learning.edition == edition else None
    is_under_way = learning is not None and learning.is_open
    adding = only_to_add(person, live, slugs, day) if live and not is_under_way else None
    page = module_as_page(edition)
    return ModuleView(
        edition=edition,
        page=page,
        lessons=lines_of(own) if own else _lines_for(edition, slugs),
        learning=learning,
        certificate=_latest_certificate(person, module_key),
        is_in_use=live is not None,
        english=english_for(edition, page.served_language, is_asked=is_english_asked),
        newer=_newer(own, live, slugs) if own and live else None,
        offer=offer_in(learning),
        to_add=[LessonLine(**_said_of(lesson)) for lesson in adding[1]] if adding else (),
    )


def _newer(learning: Learning, live: Edition, slugs: Collection[str]) -> NewerEdition | None:
    """What the live edition means for work that goes on; nothing is asked where the work is on it already."""
    if not learning.is_open or live.number <= learning.edition.number:
        return None
    step = step_of(learning.enrolment_id, learning.edition, live)
    stays = step.stays_done(learning.progress.done_keys)
    lessons = [lesson for lesson in card_of(live).lessons if is_for(lesson, slugs)]
    known = {lesson.lesson_key for lesson in learning.progress.lessons}
    return NewerEdition(
        edition=live,
        must_be_taken=learning.is_behind,
        kept=sum(lesson.lesson_key in stays for lesson in lessons),
        asked_again=[
            LessonLine(**_said_of(lesson))
            for lesson in lessons
            if lesson.lesson_key in learning.progress.done_keys - stays
        ],
        new=[LessonLine(**_said_of(lesson)) for lesson in lessons if lesson.lesson_key not in known],
        drops_answers=bool(step.dropped_quizzes),
    )


def _latest_certificate(person: User, module_key: UUID) -> Certificate | None:
    return (
        Certificate.objects.filter(
            same_person(person),
            completion__module_key=module_key,
            completion__voided_at__isnull=True,
            superseded_at__isnull=True,
        )
        .select_related("completion")
        .order_by("-completion__completed_on", "-pk")
        .first()
    )


def lines_of(learning: Learning, current: UUID | None = None) -> list[LessonLine]:
    """The lessons of somebody's work, with addresses and what is done."""
    progress = learning.progress
    return [
        LessonLine(
            **_said_of(lesson),
            url=learning.url_of(lesson),
            is_done=is_done(lesson, progress.work),
            is_left_out=lesson.lesson_key in progress.work.left_out,
            is_current=lesson.lesson_key == current,
        )
        for lesson in progress.lessons
    ]


def _lines_for(edition: Edition, slugs: Collection[str]) -> list[LessonLine]:
    """The lessons that somebody with these roles would take."""
    return [LessonLine(**_said_of(lesson)) for lesson in card_of(edition).lessons if is_for(lesson, slugs)]


def _said_of(lesson: LessonCard) -> dict[str, Any]:
    return {
        "title": lesson.served_title,
        "language": lesson.served_language,
        "direction": lesson.served_direction,
        "minutes": lesson.minutes,
        "has_quiz": lesson.quiz_version_id is not None,
    }


@dataclass(frozen=True)
class LessonView:
    """A lesson as one person meets it: the approved words, and their own way around them."""

    learning: Learning
    lesson: LessonCard
    rendered: RenderedLesson
    lessons: Sequence[LessonLine]
    number: int
    #: Its quiz as the person may take it, if it ends with one.
    quiz: QuizTerms | None
    #: Whether the person may mark it as done, because they know what it teaches.
    may_be_left_out: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the person has done the lesson."""
        return is_done(self.lesson, self.learning.progress.work)

    @property
    def url(self) -> str:
        """The lesson's address."""
        return self.learning.url_of(self.lesson)

    @property
    def has_quiz(self) -> bool:
        """Whether the lesson ends with a quiz."""
        return self.quiz is not None

    @property
    def is_counting(self) -> bool:
        """Whether that quiz must be passed."""
        return has_counting_quiz(self.lesson)

    @property
    def last_attempt_pk(self) -> int | None:
        """The attempt that the person handed in last."""
        return self.learning.last_attempts.get(self.lesson.lesson_key)

    @property
    def is_last_to_do(self) -> bool:
        """Whether nothing else is left to do."""
        return self.learning.progress.next_from(self.lesson.lesson_key) is None

    @property
    def may_finish(self) -> bool:
        """Whether all is done and only the person's own word is missing."""
        return self.learning.is_open and self.learning.progress.stage in (Stage.READY_TO_FINISH, Stage.COMPLETE)

    @property
    def query(self) -> str:
        """The end of the addresses of neighbours: who has asked for the English has it there, too."""
        return QUERY if self.rendered.english == English.BESIDE else ""

    @property
    def back_url(self) -> str:
        """The lesson before, or the module."""
        before = self.learning.progress.before(self.lesson.lesson_key)
        return (self.learning.url_of(before) if before else self.learning.url) + self.query

    @property
    def following_url(self) -> str | None:
        """The lesson after, done or not."""
        following = self.learning.progress.following(self.lesson.lesson_key)
        return self.learning.url_of(following) + self.query if following else None


def lesson_for(
    person: User, lesson_key: UUID, day: date, *, is_english_asked: bool = False
) -> LessonView | Learning | None:
    """The lesson as the person meets it; their work in the module alone when the lesson is for other roles.

    None when the person has not started the module.
    """
    learning = learning_with_lesson(person, places_of(person, day).role_slugs, lesson_key=lesson_key)
    return _lesson_in(person, learning, lesson_key, is_english_asked) if learning else None


def lesson_at(person: User, place: str, day: date, *, is_english_asked: bool = False) -> LessonView | Learning | None:
    """The same for the lesson whose page has this place in the tree, without reading the page."""
    learning = learning_with_lesson(person, places_of(person, day).role_slugs, lesson__url_path=place)
    here = [lesson.lesson_key for lesson in learning.card.lessons if lesson.path == place] if learning else []
    return _lesson_in(person, learning, here[0], is_english_asked) if learning and here else None


def _lesson_in(person: User, learning: Learning, lesson_key: UUID, is_english_asked: bool) -> LessonView | Learning:
    progress = learning.progress
    number = progress.place_of(lesson_key)
    if number is None:
        return learning
    lesson = progress.lessons[number - 1]
    version = lesson.quiz_version_id
    return LessonView(
        learning=learning,
        lesson=lesson,
        rendered=rendered_lesson(lesson, learning.edition, is_english_asked=is_english_asked),
        lessons=lines_of(learning, lesson_key),
        number=number,
        quiz=terms_of(person, learning.enrolment_id, learning.module_key, lesson_key, version) if version else None,
        may_be_left_out=may_be_left_out(learning, lesson),
    )
