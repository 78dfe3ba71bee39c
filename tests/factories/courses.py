"""Courses, modules and lessons for tests and for the demo: the tree is built as trainers build it, then published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from courses.actions import publish_edition
from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from home.actions import prepare_site
from organisations.actions import appoint
from organisations.models import Appointment, Partnership, Role, User
from quizzes.models import Quiz
from tests.factories.organisations import PartnershipFactory, UserFactory

PUBLISHED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_numbers = count(1)


def body(text: str = "You do not have to be certain. Write down what you saw.") -> list[tuple[str, Any]]:
    """The body of a lesson with one paragraph."""
    return [("text", f"<p>{text}</p>")]


def make_course(*, title: str = "", is_live: bool = True, **fields: Any) -> CoursePage:
    """A course under the list of courses; makes the site where it is missing."""
    index = _list_of_courses()
    number = next(_numbers)
    page = CoursePage(
        display_title_en=title or f"Course {number}",
        slug=fields.pop("slug", f"course-{number}"),
        live=is_live,
        **fields,
    )
    return index.add_child(instance=page)


def _list_of_courses() -> CourseIndexPage:
    return CourseIndexPage.objects.first() or CourseIndexPage.objects.child_of(prepare_site()).get()


def make_lesson(
    module: ModulePage, *, title: str = "", roles: Iterable[Role] = (), quiz: Quiz | None = None, **fields: Any
) -> LessonPage:
    """A lesson as a draft; other fields of LessonPage by name, `body_en` as a list of blocks."""
    number = next(_numbers)
    page = LessonPage(
        display_title_en=title or f"Lesson {number}",
        slug=fields.pop("slug", f"lesson-{number}"),
        live=False,
        quiz=quiz,
        body_en=fields.pop("body_en", None) or body(),
        **fields,
    )
    page.roles = list(roles)
    return module.add_child(instance=page)


def make_module(
    *,
    title: str = "",
    course: CoursePage | None = None,
    lessons: int | Iterable[Mapping[str, Any]] = 1,
    quiz: Quiz | None = None,
    is_published: bool = True,
    by: User | None = None,
    at: datetime = PUBLISHED_AT,
    **fields: Any,
) -> ModulePage:
    """A module with lessons, published as edition 1 unless `is_published` is False.

    `lessons` is how many, or a list of what `make_lesson` takes, such as [{}, {"roles": [nurse]}, {"quiz": quiz}].
    `quiz` goes into the last lesson.
    """
    number = next(_numbers)
    page = ModulePage(
        display_title_en=title or f"Module {number}", slug=fields.pop("slug", f"module-{number}"), live=False, **fields
    )
    module = (course or make_course()).add_child(instance=page)
    wanted = [{} for _ in range(lessons)] if isinstance(lessons, int) else [dict(each) for each in lessons]
    if quiz is not None:
        wanted[-1]["quiz"] = quiz
    for each in wanted:
        make_lesson(module, **each)
    if is_published:
        publish_edition(module=module, by=by, at=at)
    return ModulePage.objects.get(pk=module.pk)


def lesson_pages(module: ModulePage) -> list[LessonPage]:
    """The module's lessons in order, as they are in the tree."""
    return list(LessonPage.objects.child_of(module).order_by("path"))


def make_trainer(partnership: Partnership | None = None, **fields: Any) -> User:
    """A person appointed as trainer, who may write in every course."""
    return _appointed(Appointment.Kind.TRAINER, partnership, **fields)


def make_reviewer(partnership: Partnership | None = None, **fields: Any) -> User:
    """A person appointed as reviewer."""
    return _appointed(Appointment.Kind.REVIEWER, partnership, **fields)


def _appointed(kind: str, partnership: Partnership | None, **fields: Any) -> User:
    person = UserFactory(**fields)
    _list_of_courses()
    appoint(
        person=person, kind=kind, partnership=partnership or PartnershipFactory(), by=None, started_on=date(2026, 1, 5)
    )
    return person


def write_draft(page: LessonPage | ModulePage | CoursePage, *, by: User, **changes: Any) -> None:
    """Saves a draft of the page's newest words with these changes, as the CMS does."""
    draft = page.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.full_clean(exclude=["path"])
    draft.save_revision(user=by, clean=False)
