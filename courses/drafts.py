"""A module as its trainers last saved it: what a submission copies, and who wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wagtail.models import Page, Revision

from courses.content import authored_content, draft_of
from courses.models import CoursePage, Edition, LessonPage, ModulePage
from quizzes.models import Quiz


@dataclass(frozen=True)
class ModuleDraft:
    """The newest saved state of a module, of its lessons in order, and of its course where that waits too."""

    module: ModulePage
    lessons: tuple[LessonPage, ...]
    course: CoursePage | None

    @property
    def quizzes(self) -> list[Quiz]:
        """The quizzes of the lessons."""
        return [lesson.quiz for lesson in self.lessons if lesson.quiz is not None]

    def copy(self, quiz_versions: dict[int, int]) -> dict[str, Any]:
        """Everything that goes live together, as JSON; `quiz_versions` maps a quiz to its frozen version."""
        return {
            "course": None
            if self.course is None
            else {"page": self.course.pk, "content": authored_content(self.course)},
            "module": {"page": self.module.pk, "content": authored_content(self.module)},
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


def written_since(edition: Edition | None) -> datetime | None:
    """The moment after which words are not in the edition; None when there is no edition."""
    if edition is None:
        return None
    return edition.submission.submitted_at if edition.submission else edition.published_at


def author_ids(draft: ModuleDraft, since: datetime | None) -> set[int]:
    """Everyone who saved the module, a lesson, a quiz or the course in this draft after that moment."""
    ids: set[int] = set()
    for each in [draft.module, *draft.lessons, *draft.quizzes]:
        ids |= _savers(each, since)
    if draft.course is not None:
        live = draft.course.live_revision
        ids |= _savers(draft.course, live.created_at if live else None)
    if since is None:
        ids |= {page.owner_id for page in (draft.module, *draft.lessons) if page.owner_id}
    return ids


def _savers(written: Page | Quiz, since: datetime | None) -> set[int]:
    revisions = Revision.objects.for_instance(written).filter(user__isnull=False)
    if since is not None:
        revisions = revisions.filter(created_at__gt=since)
    return set(revisions.values_list("user_id", flat=True))
