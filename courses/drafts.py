"""A module as its trainers last saved it: what a submission copies, and who wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, Page, Revision

from courses.content import authored_content, draft_of
from courses.models import CoursePage, Edition, LessonPage, ModulePage
from quizzes.drafts import bank_of
from quizzes.models import Question, Quiz, QuizVersionQuestion


@dataclass(frozen=True)
class ModuleDraft:
    """The newest saved state of a module, of its lessons in order, and of its course where that waits too."""

    module: ModulePage
    lessons: tuple[LessonPage, ...]
    course: CoursePage | None

    @property
    def quizzes(self) -> list[Quiz]:
        """The quizzes of the lessons, and the one before and after them."""
        asked = [*(lesson.quiz for lesson in self.lessons), self.module.check_quiz]
        return [quiz for quiz in asked if quiz is not None]

    def copy(self, quiz_versions: dict[int, int]) -> dict[str, Any]:
        """Everything that goes live together, as JSON; `quiz_versions` maps a quiz to its frozen version."""
        return {
            "course": None
            if self.course is None
            else {"page": self.course.pk, "content": authored_content(self.course)},
            "module": {
                "page": self.module.pk,
                "content": authored_content(self.module),
                # Only where there is one: copies that were handed in earlier stay as they are.
                **({"quiz_version": quiz_versions[self.module.check_quiz_id]} if self.module.check_quiz_id else {}),
            },
            "lessons": [
                {
                    "page": lesson.pk,
                    "key": str(lesson.lesson_key),
                    "content": authored_content(lesson),
                    "role_slugs": sorted(role.slug for role in lesson.roles.all()),
                    "quiz_version": quiz_versions[lesson.quiz_id] if lesson.quiz_id else None,
                }
                for lesson in self.lessons
            ],
        }


def module_draft(module: ModulePage, *, leave_out: Collection[UUID] = ()) -> ModuleDraft:
    """The module with its lessons, but for those whose keys are left out."""
    lessons = LessonPage.objects.child_of(module).order_by("path")
    return ModuleDraft(
        # Read anew: the object at hand may be older than what was saved meanwhile.
        module=draft_of(ModulePage.objects.get(pk=module.pk)),
        lessons=tuple(draft_of(lesson) for lesson in lessons if lesson.lesson_key not in set(leave_out)),
        course=_changed_course(module),
    )


def _changed_course(module: ModulePage) -> CoursePage | None:
    course = CoursePage.objects.get(pk=module.get_parent().pk)
    return draft_of(course) if course.has_unpublished_changes or not course.live else None


def author_ids(draft: ModuleDraft, edition: Edition | None) -> set[int]:
    """Everyone who saved something in this draft that the live edition, if there is one, does not hold yet.

    A lesson or a quiz that the edition does not have is new as a whole, however long ago it was written.
    """
    since = _written_since(edition)
    lesson_keys, quiz_keys = _keys_in(edition)
    ids = _savers(draft.module, since)
    for lesson in draft.lessons:
        ids |= _savers(lesson, since if lesson.lesson_key in lesson_keys else None)
    for quiz in draft.quizzes:
        ids |= _savers(quiz, since if quiz.key in quiz_keys else None)
    ids |= _writers_in_bank(draft.quizzes, edition, since)
    if draft.course is not None:
        live = draft.course.live_revision
        ids |= _savers(draft.course, live.created_at if live else None)
    is_new = [draft.module] if edition is None else []
    new_pages = [*is_new, *(lesson for lesson in draft.lessons if lesson.lesson_key not in lesson_keys)]
    return ids | {page.owner_id for page in new_pages if page.owner_id}


def _written_since(edition: Edition | None) -> datetime | None:
    """The moment after which words are not in the edition; None when there is no edition."""
    if edition is None:
        return None
    return edition.submission.submitted_at if edition.submission else edition.published_at


def _keys_in(edition: Edition | None) -> tuple[set[UUID], set[UUID]]:
    """The keys of the edition's lessons and of their quizzes."""
    if edition is None:
        return set(), set()
    rows = list(edition.lessons.values_list("lesson_key", "quiz_version__quiz_key"))
    around = {edition.check_version.quiz_key} if edition.check_version else set()
    return {lesson for lesson, _quiz in rows}, {quiz for _lesson, quiz in rows if quiz} | around


def _writers_in_bank(quizzes: Collection[Quiz], edition: Edition | None, since: datetime | None) -> set[int]:
    """Everyone who wrote or brought a question that these quizzes take from the bank and the edition does not hold."""
    questions = bank_of(quizzes).by_id
    if not questions:
        return set()
    held: set[UUID] = set()
    if edition is not None:
        asked = [*edition.lessons.values_list("quiz_version", flat=True), edition.check_version_id]
        places = QuizVersionQuestion.objects.filter(quiz_version__in=[pk for pk in asked if pk])
        held = set(places.values_list("question_version__question_key", flat=True))
    # An import keeps no revision, but it stands in the log.
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Question),
        object_id__in=[str(pk) for pk in questions],
        content_changed=True,
        user__isnull=False,
    )
    return {
        person
        for pk, person, moment in entries.values_list("object_id", "user_id", "timestamp")
        if since is None or questions[int(pk)].key not in held or moment > since
    }


def _savers(written: Page | Quiz, since: datetime | None) -> set[int]:
    revisions = Revision.objects.for_instance(written).filter(user__isnull=False)
    if since is not None:
        revisions = revisions.filter(created_at__gt=since)
    return set(revisions.values_list("user_id", flat=True))
