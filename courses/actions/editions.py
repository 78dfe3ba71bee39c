"""Making what was approved live, and taking it out of use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.actions.translations import renew_reviewed_languages
from courses.content import authored_content, draft_of, draw_images, page_from_content, with_content
from courses.drafts import module_draft
from courses.events import edition_published
from courses.gates import frozen_quiz_problems, module_problems, quiz_problems, refuse
from courses.learning_again import LearnAgain
from courses.models import CoursePage, Edition, EditionLesson, Effect, LessonPage, ModulePage, Submission
from courses.rules import content_hash
from courses.rules_tags import folded_tags_in
from courses.translated import CODES, TranslatedPage, localised
from organisations.models import User
from quizzes.actions import freeze_quiz


@transaction.atomic
def publish_edition(
    *,
    module: ModulePage,
    by: User | None,
    at: datetime,
    what_changed: str = "",
    effect: str = Effect.KEEPS,
    again: LearnAgain | None = None,
) -> Edition:
    """Makes the module's newest drafts, its lessons and quizzes live as the next edition, without a review.

    For the installation itself: starter content, tests, the demo. Trainers hand in and reviewers approve.
    Raises ValidationError naming everything that is missing.
    """
    draft = module_draft(module)
    refuse(module_problems(draft.module, draft.lessons) + quiz_problems(draft.quizzes))
    versions = {quiz.pk: freeze_quiz(quiz=quiz, at=at).pk for quiz in draft.quizzes}
    return make_edition(
        module=module,
        content=draft.copy(versions),
        author=by,
        approved_by=None,
        at=at,
        what_changed=what_changed,
        effect=effect,
        again=again,
    )


def make_edition(
    *,
    module: ModulePage,
    content: dict[str, Any],
    author: User | None,
    approved_by: User | None,
    at: datetime,
    what_changed: str,
    effect: str = Effect.KEEPS,
    again: LearnAgain | None = None,
    submission: Submission | None = None,
) -> Edition:
    """Puts this copy, and nothing newer, live as the next edition; runs inside its caller's transaction.

    Refuses a copy that holds no lesson, a lesson without English, an image without alternative text, a quote that says
    nothing, a quiz that quotes what is not confirmed, and a page address that is taken, with ValidationError.
    """
    # Whoever else puts this module live or takes it out of use waits; who records a completion of it does not, as they
    # may hold what an app above needs to hear of this edition.
    row = ModulePage.objects.select_for_update(of=("self",), no_key=True).get(pk=module.pk)
    _publish_course(content["course"], submitted_at=submission.submitted_at if submission else at, at=at)
    page = publish_page(row, content["module"]["content"], at=at)
    lessons = [_lesson_of(entry) for entry in content["lessons"]]
    around = content["module"].get("quiz_version")
    quizzes = [pk for pk in (around, *(entry["quiz_version"] for entry in content["lessons"])) if pk]
    refuse(module_problems(page, [lesson for lesson, _entry in lessons]) + frozen_quiz_problems(quizzes))
    number = (Edition.objects.filter(module_key=page.module_key).aggregate(last=Max("number"))["last"] or 0) + 1
    Edition.objects.filter(module_key=page.module_key, is_live=True).update(is_live=False, ended_at=at)
    edition = Edition.objects.create(
        module=page,
        module_key=page.module_key,
        number=number,
        title=page.title,
        content=content["module"]["content"],
        content_hash=content_hash(content),
        check_version_id=around,
        what_changed=what_changed,
        effect=effect,
        refresh_on=again.day_from(at) if again else None,
        is_matched_to_roles=page.is_matched_to_roles,
        submission=submission,
        author=author,
        approved_by=approved_by,
        published_at=at,
        languages=[
            code for code in CODES if all(each.has_language(code) for each in (page, *(one for one, _ in lessons)))
        ],
    )
    edition.refresh_roles.set(again.roles if again else [])
    _make_lessons(edition, lessons, at=at)
    # A translation whose words, and whose English, are still the same stays signed off.
    renew_reviewed_languages(edition=edition)
    log(instance=page, action="courses.edition", user=approved_by or author, data={"edition": number})
    edition_published.send(sender=Edition, edition=edition)
    return edition


def _lesson_of(entry: dict[str, Any]) -> tuple[LessonPage, dict[str, Any]]:
    return page_from_content(LessonPage, entry["content"], pk=entry["page"], key=entry["key"]), entry


def _make_lessons(edition: Edition, lessons: list[tuple[LessonPage, dict[str, Any]]], *, at: datetime) -> None:
    rows = {page.lesson_key: page for page in LessonPage.objects.child_of(edition.module)}
    keys = {lesson.lesson_key for lesson, _entry in lessons}
    # First the lessons that leave, so that their addresses are free.
    for key, page in rows.items():
        if page.live and key not in keys:
            page.unpublish(log_action=False)
    for position, (lesson, entry) in enumerate(lessons, start=1):
        row = rows.get(lesson.lesson_key)
        draw_images(lesson)
        EditionLesson.objects.create(
            edition=edition,
            lesson=publish_page(row, entry["content"], at=at) if row else None,
            lesson_key=lesson.lesson_key,
            slug=lesson.slug,
            position=position,
            title=lesson.title,
            titles={
                code: getattr(lesson, localised("display_title", code)) for code in CODES if lesson.has_language(code)
            },
            minutes=lesson.minutes,
            content=entry["content"],
            content_hash=content_hash(entry),
            role_slugs=entry["role_slugs"],
            quiz_version_id=entry["quiz_version"],
            is_counting=lesson.is_counting,
            teaches=list(folded_tags_in(lesson.teaches)),
        )


def _publish_course(part: dict[str, Any] | None, *, submitted_at: datetime, at: datetime) -> None:
    if part is None:
        return
    course = CoursePage.objects.filter(pk=part["page"]).first()
    # A newer wording that went live with another module stays.
    if course is not None and not (
        course.live and course.last_published_at and course.last_published_at > submitted_at
    ):
        publish_page(course, part["content"], at=at)


def publish_page(page: TranslatedPage, content: dict[str, Any], *, at: datetime) -> Any:
    """The page in the tree with this content, live; words saved later stay behind it as a newer draft."""
    live = with_content(page, content)
    is_newest = authored_content(draft_of(page)) == content
    live.live = True
    live.expired = False
    live.has_unpublished_changes = not is_newest
    live.live_revision = page.latest_revision if is_newest else None
    live.first_published_at = page.first_published_at or at
    live.last_published_at = at
    live.save()
    return live


@transaction.atomic
def retire_module(*, module: ModulePage, by: User | None, at: datetime, reason: str) -> None:
    """Takes a module out of use: nobody can start it; what people have done and are doing stays.

    Raises ValidationError without a reason, when it is not in use, and while a next edition is approved and waits.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others know later.")})
    module = ModulePage.objects.select_for_update(of=("self",)).get(pk=module.pk)
    if Submission.objects.filter(module_key=module.module_key, state=Submission.State.SCHEDULED).exists():
        raise ValidationError(
            _("A next edition is approved and waits for its day. Return it first, or the module would come back.")
        )
    live = Edition.objects.filter(module_key=module.module_key, is_live=True)
    if not live.update(is_live=False, ended_at=at, ended_by=by, end_reason=reason.strip()):
        raise ValidationError(_("This module is not in use."))
    for page in [*LessonPage.objects.child_of(module).live(), module]:
        page.unpublish(log_action=False)
    log(instance=module, action="courses.retire", user=by, data={"reason": reason.strip()}, timestamp=at)


@transaction.atomic
def put_back_in_use(*, module: ModulePage, by: User, at: datetime, reason: str) -> Edition:
    """Makes what learners had last live again, as the next edition; newer drafts stay drafts.

    Raises PermissionDenied for who wrote in that edition; ValidationError without a reason, when the module is in
    use, when it never was, and naming what would be missing today.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others know later.")})
    module = ModulePage.objects.select_for_update(of=("self",)).get(pk=module.pk)
    last = Edition.objects.filter(module_key=module.module_key).order_by("-number").first()
    if last is None or last.is_live:
        raise ValidationError(_("This module is not out of use."))
    if by.pk in {last.author_id, *(last.submission.authors.values_list("pk", flat=True) if last.submission else ())}:
        raise PermissionDenied(_("Nobody approves their own work. Please ask another reviewer."))
    log(instance=module, action="courses.put_back", user=by, data={"reason": reason.strip()}, timestamp=at)
    return make_edition(
        module=module,
        content=_content_of(last),
        author=last.author,
        approved_by=by,
        at=at,
        what_changed=reason.strip(),
    )


def _content_of(edition: Edition) -> dict[str, Any]:
    """The edition as one copy again, as it was handed in; the course has its own words by now."""
    return {
        "course": None,
        "module": {
            "page": edition.module_id,
            "content": edition.content,
            **({"quiz_version": edition.check_version_id} if edition.check_version_id else {}),
        },
        "lessons": [
            {
                "page": lesson.lesson_id,
                "key": str(lesson.lesson_key),
                "content": lesson.content,
                "role_slugs": lesson.role_slugs,
                "quiz_version": lesson.quiz_version_id,
            }
            for lesson in edition.lessons.order_by("position")
        ],
    }
