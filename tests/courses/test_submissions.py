"""Handing in and deciding: exactly what was handed in goes live, and nobody approves their own work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import PageLogEntry

from courses.actions import (
    approve_submission,
    publish_edition,
    return_submission,
    submit_module,
    withdraw_submission,
)
from courses.events import edition_published
from courses.models import CoursePage, Edition, LessonPage, ModulePage, Submission
from courses.selectors import lesson_as_page, lessons_of, live_edition_of
from quizzes.actions import change_quiz, save_question
from tests.factories.courses import (
    PUBLISHED_AT,
    body,
    lesson_pages,
    make_course,
    make_lesson,
    make_module,
    make_reviewer,
    write_draft,
)
from tests.factories.organisations import RoleFactory, UserFactory
from tests.factories.quizzes import QuizFactory, line_of_draw, make_quiz, make_ready_question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def submit(module, by, **fields):
    return submit_module(module=module, by=by, what_changed="First version", at=AT, **fields)


def reload(page):
    return type(page).objects.get(pk=page.pk)


def test_a_new_module_goes_live_as_edition_one_with_its_course(trainer, reviewer):
    course = make_course(title="Words", is_live=False)
    nurse = RoleFactory(slug="nurse")
    quiz = QuizFactory()
    module = make_module(
        course=course, title="Seeing it", lessons=[{"title": "One"}, {"title": "Two", "roles": [nurse]}], quiz=quiz,
        is_published=False,
    )  # fmt: skip

    submission = submit(module, trainer)
    assert not reload(module).live
    edition = approve_submission(submission=submission, by=reviewer, at=LATER)

    assert (edition.number, edition.title, edition.author, edition.approved_by) == (1, "Seeing it", trainer, reviewer)
    assert edition.submission == submission
    one, two = lessons_of(edition)
    assert (one.title, one.role_slugs, one.quiz_version) == ("One", [], None)
    assert (two.title, two.role_slugs, two.quiz_version.quiz) == ("Two", ["nurse"], quiz)
    assert reload(module).live
    assert [page.live for page in lesson_pages(module)] == [True, True]
    assert reload(course).live
    submission.refresh_from_db()
    assert (submission.state, submission.decided_by) == (Submission.State.APPROVED, reviewer)


def test_what_is_written_after_handing_in_stays_a_draft(trainer, reviewer):
    quiz = QuizFactory(pass_mark=80)
    module = make_module(title="Seeing it", lessons=[{"title": "One", "body_en": body("Handed in.")}], quiz=quiz)
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=trainer, body_en=body("Second version."))
    submission = submit(module, trainer)
    write_draft(lesson, by=trainer, display_title_en="Newer", body_en=body("Third version."))
    write_draft(module, by=trainer, display_title_en="Newer module")
    change_quiz(quiz=quiz, pass_mark=100, by=trainer)

    edition = approve_submission(submission=submission, by=reviewer, at=LATER)

    [row] = lessons_of(edition)
    assert "Second version." in str(lesson_as_page(row).text["body"])
    assert row.quiz_version.pass_mark == 80
    lesson, module = reload(lesson), reload(module)
    assert (lesson.title, lesson.has_unpublished_changes) == ("One", True)
    assert (module.title, module.has_unpublished_changes) == ("Seeing it", True)
    assert "Second version." in str(lesson.body_en)
    assert lesson.get_latest_revision_as_object().display_title_en == "Newer"
    assert lesson.draft_title == "Newer"


def test_without_later_words_nothing_waits_after_approval(trainer, reviewer):
    module = make_module()
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=trainer, body_en=body("Second version."))
    assert reload(lesson).has_unpublished_changes
    approve_submission(submission=submit(module, trainer), by=reviewer, at=LATER)
    assert not reload(lesson).has_unpublished_changes
    assert not reload(module).has_unpublished_changes


def test_nobody_approves_what_they_wrote_in(trainer, reviewer):
    module = make_module(quiz=QuizFactory())
    [lesson] = lesson_pages(module)
    module_writer, lesson_writer, quiz_writer = UserFactory(), UserFactory(), UserFactory()
    write_draft(module, by=module_writer, summary_en="New")
    write_draft(lesson, by=lesson_writer, summary_en="New")
    change_quiz(quiz=lesson.quiz, pass_mark=90, by=quiz_writer)
    submission = submit(module, trainer)

    assert set(submission.authors.all()) == {trainer, module_writer, lesson_writer, quiz_writer}
    for author in (trainer, module_writer, lesson_writer, quiz_writer):
        with pytest.raises(PermissionDenied):
            approve_submission(submission=submission, by=author, at=LATER)
    assert not Edition.objects.filter(number=2).exists()
    approve_submission(submission=submission, by=reviewer, at=LATER)


def test_who_wrote_only_in_the_last_edition_may_review_the_next(trainer, today):
    module = make_module(is_published=False)
    first_writer = make_reviewer()
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=first_writer, summary_en="First")
    today.shift(timedelta(hours=2))
    approve_submission(
        submission=submit_module(module=module, by=trainer, what_changed="x", at=datetime.now(UTC)),
        by=make_reviewer(),
        at=datetime.now(UTC),
    )
    today.shift(timedelta(hours=1))
    write_draft(lesson, by=trainer, summary_en="Second")
    submission = submit_module(module=module, by=trainer, what_changed="x", at=datetime.now(UTC))
    assert set(submission.authors.all()) == {trainer}
    approve_submission(submission=submission, by=first_writer, at=datetime.now(UTC))


def test_words_written_while_a_review_ran_count_for_the_next_one(trainer, reviewer, today):
    module = make_module()
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=trainer, summary_en="Second")
    submission = submit_module(module=module, by=trainer, what_changed="x", at=datetime.now(UTC))
    today.shift(timedelta(minutes=5))
    other = make_reviewer()
    write_draft(lesson, by=other, summary_en="Third")
    today.shift(timedelta(minutes=5))
    approve_submission(submission=submission, by=reviewer, at=datetime.now(UTC))
    following = submit_module(module=module, by=trainer, what_changed="x", at=datetime.now(UTC))
    with pytest.raises(PermissionDenied):
        approve_submission(submission=following, by=other, at=datetime.now(UTC))


def test_an_old_lesson_and_quiz_that_join_later_are_not_approved_by_who_wrote_them(trainer, today):
    lesson_writer, quiz_writer = make_reviewer(), make_reviewer()
    module = make_module(is_published=False)
    late = make_lesson(module, title="Late")
    write_draft(late, by=lesson_writer, summary_en="Written early", quiz=QuizFactory())
    change_quiz(quiz=reload(late).get_latest_revision_as_object().quiz, pass_mark=90, by=quiz_writer)
    today.shift(timedelta(hours=1))
    first = submit_module(
        module=module, by=trainer, what_changed="x", at=datetime.now(UTC), leave_out=[late.lesson_key]
    )
    assert not first.authors.filter(pk__in=[lesson_writer.pk, quiz_writer.pk]).exists()
    approve_submission(submission=first, by=lesson_writer, at=datetime.now(UTC))
    today.shift(timedelta(hours=1))
    second = submit_module(module=module, by=trainer, what_changed="x", at=datetime.now(UTC))
    for writer in (lesson_writer, quiz_writer):
        with pytest.raises(PermissionDenied):
            approve_submission(submission=second, by=writer, at=datetime.now(UTC))


def test_whoever_wrote_a_question_of_the_bank_does_not_approve_what_asks_it():
    writer, trainer = make_reviewer(), UserFactory()
    question = make_ready_question()
    save_question(question=question, by=writer, at=AT)
    module = make_module(is_published=False, quiz=make_quiz(questions=[line_of_draw(1)]))
    submission = submit_module(module=module, what_changed="First edition.", by=trainer, at=LATER)
    assert writer in submission.authors.all()
    with pytest.raises(PermissionDenied):
        approve_submission(submission=submission, by=writer, at=LATER)
    approve_submission(submission=submission, by=make_reviewer(), at=LATER)
    # What the edition holds is nobody's work of today.
    change = LATER + timedelta(hours=1)
    write_draft(lesson_pages(module)[0], by=trainer, title_en="Look again")
    again = submit_module(module=module, what_changed="A title.", by=trainer, at=change)
    assert writer not in again.authors.all()


def test_one_submission_waits_at_a_time(trainer):
    module = make_module()
    first = submit(module, trainer)
    with pytest.raises(ValidationError, match="already waiting"):
        submit(module, trainer)
    withdraw_submission(submission=first, by=trainer, at=LATER)
    assert submit(module, trainer).state == Submission.State.OPEN


@pytest.mark.parametrize("decide", ["approve", "return", "withdraw"])
@pytest.mark.parametrize("state", ["approved", "returned", "withdrawn"])
def test_a_decision_is_made_once(trainer, reviewer, decide, state):
    submission = submit(make_module(), trainer)
    Submission.objects.filter(pk=submission.pk).update(state=state)
    decisions = {
        "approve": lambda: approve_submission(submission=submission, by=reviewer, at=LATER),
        "return": lambda: return_submission(submission=submission, by=reviewer, reason="x", at=LATER),
        "withdraw": lambda: withdraw_submission(submission=submission, by=trainer, at=LATER),
    }
    with pytest.raises(ValidationError, match="not open any more"):
        decisions[decide]()


def test_a_copy_that_was_tampered_with_is_not_published(trainer, reviewer):
    submission = submit(make_module(lessons=[{"title": "One"}]), trainer)
    submission.content["lessons"][0]["content"]["display_title_en"] = "Slipped in"
    submission.save()
    with pytest.raises(ValidationError, match="damaged"):
        approve_submission(submission=submission, by=reviewer, at=LATER)
    assert Edition.objects.count() == 1


def test_a_submission_goes_back_with_a_reason(trainer, reviewer):
    submission = submit(make_module(), trainer)
    with pytest.raises(ValidationError):
        return_submission(submission=submission, by=reviewer, reason="  ", at=LATER)
    return_submission(submission=submission, by=reviewer, reason="Please name the source.", at=LATER)
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == (Submission.State.RETURNED, "Please name the source.")


def test_handing_in_says_what_changed(trainer):
    with pytest.raises(ValidationError) as refused:
        submit_module(module=make_module(), by=trainer, what_changed="  ", at=AT)
    assert "what_changed" in refused.value.message_dict


def test_a_lesson_left_out_stays_a_draft_or_leaves_the_module(trainer, reviewer):
    module = make_module(lessons=[{"title": "Stays"}, {"title": "Leaves"}])
    _stays, leaves = lesson_pages(module)
    half = make_lesson(module, title="Half written")
    submission = submit(module, trainer, leave_out={leaves.lesson_key, half.lesson_key})

    edition = approve_submission(submission=submission, by=reviewer, at=LATER)

    assert [row.title for row in lessons_of(edition)] == ["Stays"]
    assert [page.live for page in lesson_pages(module)] == [True, False, False]
    assert LessonPage.objects.filter(pk=leaves.pk).exists()
    assert [row.title for row in lessons_of(Edition.objects.get(number=1))] == ["Stays", "Leaves"]


def test_everything_missing_is_said_at_once(trainer):
    quiz = QuizFactory()
    quiz.questions = []
    quiz.save()
    module = make_module(lessons=[{"title": "One", "quiz": quiz}, {"title": "Two"}], is_published=False)
    LessonPage.objects.filter(title="Two").update(body_en="[]", quiz=quiz)
    with pytest.raises(ValidationError) as refused:
        submit(module, trainer)
    said = " ".join(refused.value.messages)
    for words in ("Two: The English lesson is empty", "more than one place", "no questions"):
        assert words in said


def test_the_last_approval_of_a_course_wins_over_an_older_submission(trainer, reviewer):
    course = make_course(title="Old name")
    first, second = make_module(course=course), make_module(course=course)
    write_draft(course, by=trainer, summary_en="Older words")
    older = submit(first, trainer)
    write_draft(course, by=trainer, summary_en="Newer words")
    newer = submit(second, trainer)
    approve_submission(submission=newer, by=reviewer, at=LATER)
    approve_submission(submission=older, by=reviewer, at=LATER + timedelta(minutes=1))
    assert CoursePage.objects.get(pk=course.pk).summary_en == "Newer words"


def test_a_failing_receiver_rolls_the_approval_back(trainer, reviewer):
    module = make_module(title="Seeing it", is_published=False)
    submission = submit(module, trainer)

    def fail(**kwargs):
        raise RuntimeError

    edition_published.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            approve_submission(submission=submission, by=reviewer, at=LATER)
    finally:
        edition_published.disconnect(fail)
    submission.refresh_from_db()
    assert submission.state == Submission.State.OPEN
    assert not Edition.objects.exists()
    assert not reload(module).live


def test_the_history_names_the_steps_and_nothing_about_the_reviewer(trainer, reviewer):
    module = make_module(is_published=False)
    approve_submission(submission=submit(module, trainer), by=reviewer, at=LATER)
    steps = PageLogEntry.objects.filter(page=module.pk, action__startswith="courses.")
    assert {entry.action for entry in steps} == {"courses.submit", "courses.edition"}
    assert {str(entry.message) for entry in steps} == {"Handed in for review", "An edition went live"}


def test_a_module_deleted_before_the_decision_leaves_a_submission_to_return(trainer, reviewer):
    module = make_module(is_published=False)
    submission = submit(module, trainer)
    module.delete()
    submission.refresh_from_db()
    with pytest.raises(ValidationError, match="deleted"):
        approve_submission(submission=submission, by=reviewer, at=LATER)
    return_submission(submission=submission, by=reviewer, reason="It is gone.", at=LATER)


def test_deleting_a_lesson_after_handing_in_loses_nothing(trainer, reviewer):
    module = make_module(lessons=[{"title": "One"}, {"title": "Two"}])
    submission = submit(module, trainer)
    lesson_pages(module)[1].delete()
    edition = approve_submission(submission=submission, by=reviewer, at=LATER)
    assert [(row.title, row.lesson_id is None) for row in lessons_of(edition)] == [("One", False), ("Two", True)]


def test_a_slug_that_is_taken_refuses_with_words(trainer, reviewer):
    course = make_course()
    module = make_module(course=course, is_published=False)
    submission = submit(module, trainer)
    ModulePage.objects.filter(pk=module.pk).update(slug="elsewhere")
    make_module(course=course, slug=module.slug)
    with pytest.raises(ValidationError):
        approve_submission(submission=submission, by=reviewer, at=LATER)
    assert live_edition_of(module) is None


def test_publishing_again_unchanged_makes_the_next_number():
    module = make_module()
    assert publish_edition(module=module, by=None, at=PUBLISHED_AT + timedelta(days=1)).number == 2
