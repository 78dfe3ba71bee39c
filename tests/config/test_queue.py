"""Nothing in the queue is lost with a worker."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.models import WorkerBeat
from config.queue import queue_what_is_left, take_back_abandoned
from organisations.actions import invite_person
from organisations.mail import post_invitation
from organisations.models import Invitation
from records.tasks import look_at_answers_again
from tests.factories.organisations import OrganisationFactory, RoleFactory

pytestmark = pytest.mark.django_db

Status = TaskResultStatus


@pytest.fixture(autouse=True)
def _queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def queued(**changes):
    post_invitation.enqueue(1)
    task = DBTaskResult.objects.order_by("enqueued_at").last()
    DBTaskResult.objects.filter(pk=task.pk).update(**changes)
    return task


def test_what_a_dead_worker_left_runs_again():
    now = timezone.now()
    WorkerBeat.objects.create(worker="alive", beat_at=now)
    WorkerBeat.objects.create(worker="silent", beat_at=now - timedelta(minutes=5))
    kept = queued(status=Status.RUNNING, worker_ids=["gone", "alive"], started_at=now)
    left = [
        queued(status=Status.RUNNING, worker_ids=names, started_at=now) for names in (["silent"], ["alive", "gone"])
    ]
    assert take_back_abandoned(at=now) == 2
    kept.refresh_from_db()
    assert kept.status == Status.RUNNING
    assert set(DBTaskResult.objects.ready().values_list("pk", flat=True)) == {task.pk for task in left}
    assert take_back_abandoned(at=now) == 0


def test_what_failed_can_be_tried_again():
    now = timezone.now()
    queued(status=Status.FAILED, finished_at=now - timedelta(days=3), traceback="long ago")
    failed = queued(status=Status.FAILED, finished_at=now, traceback="The mail server was away.")
    out = StringIO()
    call_command("retry_tasks", stdout=out)
    assert out.getvalue() == "1 tasks wait for the worker again.\n"
    failed.refresh_from_db()
    assert (failed.status, failed.traceback) == (Status.READY, "")


def test_what_goes_on_where_it_stopped_is_begun_again_but_not_at_once():
    now = timezone.now()
    assert queue_what_is_left(look_at_answers_again, at=now)
    for status in (Status.READY, Status.RUNNING, Status.FAILED):
        DBTaskResult.objects.update(status=status, finished_at=now)
        assert not queue_what_is_left(look_at_answers_again, at=now + timedelta(minutes=9))
    assert queue_what_is_left(look_at_answers_again, at=now + timedelta(minutes=11))
    assert DBTaskResult.objects.ready().get().args_kwargs["args"] == []


def test_a_letter_is_queued_with_its_write_or_not_at_all():
    """Nothing lies between the two, so no crash can part them."""
    place, role = OrganisationFactory(), RoleFactory()
    invite = {"organisation": place, "role": role, "by": None, "at": timezone.now()}
    with transaction.atomic():
        invite_person(email="lost@example.org", **invite)
        transaction.set_rollback(True)
    assert not Invitation.objects.exists()
    assert not DBTaskResult.objects.exists()
    invitation = invite_person(email="kept@example.org", **invite)
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[invitation.pk]]
