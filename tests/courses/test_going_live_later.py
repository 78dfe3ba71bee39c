"""Approved for a later time: nothing goes live before, exactly what was approved goes live then, and only once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from config.management.commands.worker import keep_looking
from courses.actions import (
    approve_submission,
    publish_due_submissions,
    retire_module,
    return_submission,
    schedule_submission,
    submit_module,
    withdraw_submission,
)
from courses.events import edition_published
from courses.models import Edition, Effect, LessonPage, ModulePage, Submission
from courses.selectors import lesson_as_page, lessons_of, live_edition_of
from tests.factories.cms import text_of
from tests.factories.courses import body, lesson_pages, make_module, make_reviewer, make_trainer, write_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
DUE = AT + timedelta(days=10)


@pytest.fixture
def waiting(trainer, reviewer):
    """A change of a live module that is approved for a later day."""
    module = make_module(title="Seeing it", lessons=[{"title": "One", "body_en": body("First words.")}])
    write_draft(lesson_pages(module)[0], by=trainer, body_en=body("Second words."))
    submission = submit_module(module=module, by=trainer, what_changed="The law", at=AT, effect=Effect.STEPS_FORWARD)
    return schedule_submission(submission=submission, by=reviewer, goes_live_at=DUE, at=AT)


def words(edition):
    return str(lesson_as_page(lessons_of(edition)[0]).text["body"])


def test_it_goes_live_at_its_time_and_only_once(waiting, trainer, reviewer):
    assert publish_due_submissions(at=DUE - timedelta(seconds=1)) == []
    assert live_edition_of(waiting.module).number == 1
    write_draft(lesson_pages(waiting.module)[0], by=trainer, body_en=body("Third words."))

    [edition] = publish_due_submissions(at=DUE + timedelta(seconds=30))

    assert (edition.number, edition.author, edition.approved_by) == (2, trainer, reviewer)
    assert (edition.published_at, edition.effect) == (DUE + timedelta(seconds=30), Effect.STEPS_FORWARD)
    assert "Second words." in words(edition)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_at, waiting.goes_live_at) == (Submission.State.APPROVED, AT, None)
    first = Edition.objects.get(number=1)
    assert (first.is_live, first.ended_at) == (False, DUE + timedelta(seconds=30))
    assert publish_due_submissions(at=DUE + timedelta(days=1)) == []
    assert Edition.objects.count() == 2


def test_the_command_says_what_it_did(waiting, today):
    out = StringIO()
    call_command("publish_due_editions", stdout=out)
    today.move_to(DUE)
    call_command("publish_due_editions", stdout=out)
    assert out.getvalue().splitlines() == ["Nothing is due.", "Live: Seeing it, edition 2"]


def test_the_worker_looks_by_itself(waiting, today, monkeypatch):
    monkeypatch.setattr("config.management.commands.worker.start_nightly_work", lambda at: None)
    # It would close the connection in whose transaction the test runs.
    monkeypatch.setattr("config.management.commands.worker.close_old_connections", lambda: None)
    stop = threading.Event()
    stop.set()
    keep_looking(stop)
    assert live_edition_of(waiting.module).number == 1
    today.move_to(DUE)
    keep_looking(stop)
    assert live_edition_of(waiting.module).number == 2


def test_what_was_killed_midway_is_done_the_next_time(waiting):
    def die(**kwargs):
        raise KeyboardInterrupt

    edition_published.connect(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            publish_due_submissions(at=DUE)
    finally:
        edition_published.disconnect(die)
    waiting.refresh_from_db()
    assert waiting.state == Submission.State.SCHEDULED
    assert live_edition_of(waiting.module).number == 1
    assert len(publish_due_submissions(at=DUE)) == 1


def test_one_that_fails_does_not_keep_the_others(waiting, reviewer, caplog):
    other = submit_module(module=make_module(), by=make_trainer(), what_changed="x", at=AT)
    schedule_submission(submission=other, by=reviewer, goes_live_at=DUE + timedelta(minutes=1), at=AT)

    def fail(edition, **kwargs):
        if edition.submission_id == waiting.pk:
            raise RuntimeError("No room on the disk")

    edition_published.connect(fail)
    try:
        editions = publish_due_submissions(at=DUE + timedelta(hours=1))
    finally:
        edition_published.disconnect(fail)
    assert [edition.submission for edition in editions] == [other]
    assert "could not go live" in caplog.text
    waiting.refresh_from_db()
    assert waiting.state == Submission.State.SCHEDULED


def test_a_copy_damaged_while_it_waited_goes_back(waiting):
    waiting.content["lessons"][0]["content"]["display_title_en"] = "Slipped in"
    waiting.save()
    assert publish_due_submissions(at=DUE) == []
    waiting.refresh_from_db()
    assert waiting.state == Submission.State.RETURNED
    assert "could not go live at its time" in waiting.reason
    assert live_edition_of(waiting.module).number == 1


def test_the_gates_are_asked_again_at_its_time(waiting):
    course = waiting.module.get_parent()
    make_module(course=course.specific, slug="the-same")
    content = waiting.content
    content["module"]["content"]["slug"] = "the-same"
    from courses.rules import content_hash

    waiting.content_hash = content_hash(content)
    waiting.save()
    assert publish_due_submissions(at=DUE) == []
    waiting.refresh_from_db()
    assert waiting.state == Submission.State.RETURNED
    assert live_edition_of(waiting.module).number == 1


def test_a_module_deleted_meanwhile_leaves_a_word(waiting):
    LessonPage.objects.all().delete()
    ModulePage.objects.get(pk=waiting.module_id).delete()
    assert publish_due_submissions(at=DUE) == []
    waiting.refresh_from_db()
    assert "deleted" in waiting.reason


def test_it_can_be_returned_withdrawn_put_off_or_put_live_now(waiting, reviewer, trainer):
    later = schedule_submission(submission=waiting, by=reviewer, goes_live_at=DUE + timedelta(days=1), at=AT)
    assert publish_due_submissions(at=DUE) == []
    return_submission(submission=later, by=reviewer, reason="Not yet.", at=AT)
    assert publish_due_submissions(at=DUE + timedelta(days=2)) == []
    again = submit_module(module=waiting.module, by=trainer, what_changed="x", at=AT)
    schedule_submission(submission=again, by=reviewer, goes_live_at=DUE, at=AT)
    withdraw_submission(submission=again, by=trainer, at=AT)
    third = submit_module(module=waiting.module, by=trainer, what_changed="x", at=AT)
    schedule_submission(submission=third, by=reviewer, goes_live_at=DUE, at=AT)
    assert approve_submission(submission=third, by=make_reviewer(), at=AT).number == 2
    assert publish_due_submissions(at=DUE + timedelta(days=2)) == []


def test_what_is_refused(waiting, trainer, reviewer):
    with pytest.raises(PermissionDenied):
        schedule_submission(submission=waiting, by=trainer, goes_live_at=DUE, at=AT)
    for moment in (AT, AT + timedelta(days=400)):
        with pytest.raises(ValidationError):
            schedule_submission(submission=waiting, by=reviewer, goes_live_at=moment, at=AT)
    with pytest.raises(ValidationError, match="already waiting"):
        submit_module(module=waiting.module, by=trainer, what_changed="x", at=AT)
    with pytest.raises(ValidationError, match="waits for its day"):
        retire_module(module=waiting.module, by=reviewer, at=AT, reason="Superseded.")


def test_a_reviewer_names_a_day_on_the_page(client, trainer, reviewer, today):
    submission = submit_module(module=make_module(title="Seeing it"), by=trainer, what_changed="x", at=AT)
    client.force_login(reviewer)
    url = reverse("courses:approve", args=[submission.pk])
    for wrong in ({"day": "2026-11-20"}, {"day": "2030-01-01"}, {"day": "soon"}, {"day": "2026-12-01", "time": "9"}):
        response = client.post(url, wrong)
        assert response.status_code == 400, wrong
        assert "govuk-error-summary" in text_of(response)
    assert client.post(url, {"day": "2026-12-01", "time": "07:30"}).status_code == 302
    submission.refresh_from_db()
    assert submission.goes_live_at == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    page = text_of(client.get(reverse("courses:reviews")))
    assert "1 December 2026, 07:30" in page
    assert "waits for its day" in text_of(client.get(reverse("courses:review", args=[submission.pk])))
    client.force_login(trainer)
    assert "goes live on 1 December 2026, 07:30" in text_of(client.get(reverse("wagtailadmin_home")))
    client.force_login(reviewer)
    assert client.post(url, {"day": ""}).status_code == 302
    assert live_edition_of(submission.module).number == 2


def test_a_day_in_summer_is_london_time(client, trainer, reviewer):
    submission = submit_module(module=make_module(), by=trainer, what_changed="x", at=AT)
    client.force_login(reviewer)
    client.post(reverse("courses:approve", args=[submission.pk]), {"day": "2027-07-01"})
    submission.refresh_from_db()
    assert submission.goes_live_at == datetime(2027, 7, 1, 8, 0, tzinfo=UTC)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_two_workers_put_it_live_once(waiting):
    start, made = threading.Barrier(3), []

    def work():
        start.wait()
        try:
            made.extend(publish_due_submissions(at=DUE))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [edition.number for edition in made] == [2]
    assert Edition.objects.count() == 2
