"""Where each module stands between its trainers and its learners, for the CMS."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from courses.content import is_as_copied
from courses.drafts import ModuleDraft, module_draft
from courses.models import CoursePage, Edition, EditionLesson, LessonPage, ModulePage, Submission
from courses.selectors import live_edition_of
from courses.selectors_comments import WaitingComments, waiting_comments
from quizzes.drafts import bank_of
from quizzes.models import Quiz
from quizzes.selectors import quiz_hash


@dataclass(frozen=True)
class LessonState:
    """A lesson's newest draft beside the live edition."""

    lesson: LessonPage
    #: new, changed or same
    state: str
    is_quiz_changed: bool
    #: Whether the form offers to hand it in.
    is_wanted: bool = True


@dataclass(frozen=True)
class ModuleState:
    """A module's newest drafts beside the live edition."""

    module: ModulePage
    edition: Edition | None
    #: new, changed or same
    own_state: str
    #: Whether the questions before and after differ from those that learners are asked now.
    is_check_changed: bool
    lessons: tuple[LessonState, ...]
    is_order_changed: bool
    #: new or changed when the words of the course go along, else empty
    course_state: str
    #: The submission waiting for review, if any.
    submission: Submission | None
    #: The newest submission, if it was returned and nothing was handed in since.
    returned: Submission | None

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from what learners have."""
        return self.own_state != "same" or self.is_order_changed or any(each.state != "same" for each in self.lessons)


def module_state(module: ModulePage, draft: ModuleDraft | None = None) -> ModuleState:
    """The module compared with its live edition, part by part."""
    draft = draft or module_draft(module)
    edition = live_edition_of(module)
    copies = {each.lesson_key: each for each in edition.lessons.select_related("quiz_version")} if edition else {}
    latest = Submission.objects.filter(module_key=module.module_key).order_by("-submitted_at", "-pk").first()
    lessons = tuple(_lesson_state(lesson, copies.get(lesson.lesson_key), latest) for lesson in draft.lessons)
    kept = [lesson.lesson_key for lesson in draft.lessons if lesson.lesson_key in copies]
    is_check_changed = _is_check_changed(draft.module, edition)
    return ModuleState(
        module=draft.module,
        edition=edition,
        own_state=_own_state(draft.module, edition, is_check_changed=is_check_changed),
        is_check_changed=is_check_changed,
        lessons=lessons,
        is_order_changed=kept != sorted(kept, key=lambda key: copies[key].position),
        course_state=_course_state(draft.course),
        submission=latest if latest and latest.is_undecided else None,
        returned=latest if latest and latest.state == Submission.State.RETURNED else None,
    )


def _course_state(course: CoursePage | None) -> str:
    if course is None:
        return ""
    return "changed" if course.live else "new"


def _own_state(module: ModulePage, edition: Edition | None, *, is_check_changed: bool) -> str:
    if edition is None:
        return "new"
    return "same" if is_as_copied(module, edition.content) and not is_check_changed else "changed"


def _is_check_changed(module: ModulePage, edition: Edition | None) -> bool:
    frozen = edition.check_version.content_hash if edition and edition.check_version else None
    return (quiz_hash(module.check_quiz) if module.check_quiz else None) != frozen


def _lesson_state(lesson: LessonPage, copy: EditionLesson | None, latest: Submission | None) -> LessonState:
    if copy is None:
        return LessonState(
            lesson, "new", is_quiz_changed=lesson.quiz_id is not None, is_wanted=not _was_left_out(lesson, latest)
        )
    frozen = copy.quiz_version.content_hash if copy.quiz_version else None
    is_quiz_changed = (quiz_hash(lesson.quiz) if lesson.quiz else None) != frozen
    is_same = is_as_copied(lesson, copy.content) and not is_quiz_changed
    return LessonState(lesson, "same" if is_same else "changed", is_quiz_changed=is_quiz_changed)


def _was_left_out(lesson: LessonPage, latest: Submission | None) -> bool:
    """Whether the trainers left the lesson out last time and have not touched it since: then it stays unticked."""
    if latest is None or str(lesson.lesson_key) in {each["key"] for each in latest.content["lessons"]}:
        return False
    written_at = lesson.latest_revision_created_at
    return written_at is None or written_at <= latest.submitted_at


@dataclass(frozen=True)
class WaitingModule:
    """A module on the dashboard of its trainers."""

    module: ModulePage
    edition_number: int | None
    #: How many of its pages have words that learners do not have yet.
    changed_pages: int
    #: The submission that waits for review, or for its day.
    submission: Submission | None
    returned: Submission | None
    #: Remarks that nobody has dealt with.
    comments: WaitingComments | None


def waiting_modules() -> list[WaitingModule]:
    """Modules with something to hand in, in review, returned or talked about; nine queries for any number."""
    modules = list(ModulePage.objects.order_by("title"))
    numbers = dict(Edition.objects.filter(is_live=True).values_list("module_key", "number"))
    changed = _changed_pages(modules)
    remarks = waiting_comments()
    newest: dict[UUID, Submission] = {}
    for submission in Submission.objects.defer("content").order_by("submitted_at", "pk"):
        newest[submission.module_key] = submission
    rows = []
    for module in modules:
        latest = newest.get(module.module_key)
        state = latest.state if latest else None
        row = WaitingModule(
            module=module,
            edition_number=numbers.get(module.module_key),
            # A module out of use waits for nobody.
            changed_pages=0 if module.first_published_at and not module.live else changed.get(module.path, 0),
            submission=latest if latest and latest.is_undecided else None,
            returned=latest if state == Submission.State.RETURNED else None,
            comments=remarks.get(module.module_key),
        )
        if row.changed_pages or row.submission or row.returned or row.comments:
            rows.append(row)
    return rows


def _changed_pages(modules: list[ModulePage]) -> dict[str, int]:
    """For each module's place in the tree, how many of its pages, its own included, differ from what is live."""
    around = dict(Edition.objects.filter(is_live=True).values_list("module_id", "check_version__content_hash"))
    # By content, not by date: a quiz may be saved between handing in and approving, or again without a change.
    asked = dict(
        EditionLesson.objects.filter(edition__is_live=True).values_list("lesson_id", "quiz_version__content_hash")
    )
    quizzes = Quiz.objects.filter(Q(lessons__in=list(asked)) | Q(modules__in=list(around))).distinct()
    bank = bank_of(quizzes)
    written = {quiz.pk: quiz_hash(quiz, bank) for quiz in quizzes}
    counts = {
        module.path: int(
            module.has_unpublished_changes
            or (module.pk in around and written.get(module.check_quiz_id) != around[module.pk])
        )
        for module in modules
    }
    rows = LessonPage.objects.values_list("path", "pk", "live", "has_unpublished_changes", "quiz_id")
    for path, pk, is_live, is_changed, quiz_id in rows:
        is_quiz_changed = pk in asked and written.get(quiz_id) != asked[pk]
        if is_changed or not is_live or is_quiz_changed:
            above = path[: -LessonPage.steplen]
            counts[above] = counts.get(above, 0) + 1
    return counts


def editions_in_use() -> list[Edition]:
    """The live edition of every module, by title."""
    return list(Edition.objects.filter(is_live=True).defer("content").order_by("title"))


def modules_out_of_use() -> list[Edition]:
    """The last edition of every module that was taken out of use and still has its page, by title."""
    later = Edition.objects.filter(module_key=OuterRef("module_key"), number__gt=OuterRef("number"))
    last = Edition.objects.filter(is_live=False, module__isnull=False).exclude(Exists(later))
    return list(last.defer("content").order_by("title"))


def submissions_for_list() -> dict[str, list[Submission]]:
    """The open submissions, oldest first, those waiting for their day, the last twenty decided; three queries."""
    waiting = Count("comments", filter=Q(comments__answers__isnull=True, comments__resolved_at__isnull=True))
    submissions = Submission.objects.defer("content").select_related("submitted_by", "module")
    submissions = submissions.annotate(open_comments=waiting)
    state = Submission.State
    return {
        "waiting": list(submissions.filter(state=state.OPEN).order_by("submitted_at")),
        "scheduled": list(submissions.filter(state=state.SCHEDULED).order_by("goes_live_at")),
        "decided": list(submissions.exclude(state__in=[state.OPEN, state.SCHEDULED]).order_by("-decided_at")[:20]),
    }
