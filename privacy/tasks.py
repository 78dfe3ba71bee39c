"""What the background worker does for privacy: it is given numbers of rows, never names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django_tasks import task

from organisations.actions.bounces import forget_sent_letters
from organisations.clock import LONDON, day_of
from privacy.actions.retention import carry_out_due_erasures, start_run, work_through_run
from privacy.mail import forget_unsent
from privacy.models import RetentionRun
from records.actions.requirement_effect import forget_counts

#: From which hour in London the nightly work may begin.
NIGHT_BEGINS_AT = 2
#: A run that has stood still for so long was stopped with its worker.
STOPPED_AFTER = timedelta(hours=2)


@task()
def work_through(run_pk: int) -> None:
    """Works through a deletion run, or goes on with it."""
    run = RetentionRun.objects.filter(pk=run_pk, finished_at__isnull=True).first()
    if run is not None:
        work_through_run(run=run, at=timezone.now())


@task()
def carry_out_erasures() -> None:
    """Removes the details of those whose own request is due, and what is left behind: by letters addresses and keys,
    by looks at requirements what was counted for them."""
    now = timezone.now()
    carry_out_due_erasures(at=now)
    forget_unsent(now)
    forget_sent_letters(at=now)
    forget_counts(at=now)


def start_nightly_work(at: datetime) -> bool:
    """Queues the night's work once, whichever worker asks first; says whether this one did.

    Requests that are due are always carried out. Records past their period go only where RETENTION_NIGHTLY is on.
    """
    night = day_of(at)
    if at.astimezone(LONDON).hour < NIGHT_BEGINS_AT or RetentionRun.objects.filter(night_of=night).exists():
        return False
    try:
        if settings.RETENTION_NIGHTLY:
            start_run(by=None, at=at, night_of=night)
        else:
            RetentionRun.objects.create(started_at=at, finished_at=at, night_of=night)
    except IntegrityError:
        return False
    carry_out_erasures.enqueue()
    return True
