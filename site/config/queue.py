"""Care of the queue of background tasks: what a dead worker left, and what failed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.health import WORKER_SILENCE
from config.models import WorkerBeat


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


def _put_back(pks: list) -> int:
    return DBTaskResult.objects.filter(pk__in=pks).update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path="", traceback=""
    )
