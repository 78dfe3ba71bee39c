"""Care of the queue of background tasks: what a dead worker left, what failed, and what goes on where it stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from config.health import WORKER_SILENCE
from config.models import WorkerBeat

#: How long work that failed rests before it is begun again by itself.
REST = timedelta(minutes=10)


@transaction.atomic
def take_back_abandoned(*, at: datetime) -> int:
    """Puts tasks whose worker died in the middle back into the queue; says how many.

    Such a task runs again from its start: a letter may then come twice, but none is lost.
    """
    alive = set(WorkerBeat.objects.filter(beat_at__gte=at - WORKER_SILENCE).values_list("worker", flat=True))
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).select_for_update(skip_locked=True)
    abandoned = [task.pk for task in running if not task.worker_ids or task.worker_ids[-1] not in alive]
    return _put_back(abandoned)


@transaction.atomic
def retry_failed(*, since: datetime) -> int:
    """Puts tasks that failed since a moment back into the queue, once what stopped them is mended; says how many."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gte=since)
    return _put_back(list(failed.select_for_update(skip_locked=True).values_list("pk", flat=True)))


def queue_what_is_left(task: Task, *, at: datetime) -> bool:
    """Queues work that goes on where it stopped; says whether it did.

    Not while it waits or runs already, nor soon after it failed: what stopped it is there still.
    """
    is_there = Q(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    has_just_failed = Q(status=TaskResultStatus.FAILED, finished_at__gte=at - REST)
    if DBTaskResult.objects.filter(is_there | has_just_failed, task_path=task.module_path).exists():
        return False
    task.enqueue()
    return True


def _put_back(pks: list) -> int:
    return DBTaskResult.objects.filter(pk__in=pks).update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path="", traceback=""
    )
