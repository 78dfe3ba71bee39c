"""What the background worker does for imports: it is given numbers of rows, never names."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from organisations.actions import apply_import, check_file
from organisations.models import ImportRun


@task()
def check_import(run_pk: int) -> None:
    """Compares a file with what is there, or begins again where that was stopped."""
    run = ImportRun.objects.filter(pk=run_pk).first()
    if run is not None:
        check_file(run=run, at=timezone.now())


@task()
def save_import(run_pk: int) -> None:
    """Saves the rows of a file, or those that are left of it."""
    run = ImportRun.objects.filter(pk=run_pk).first()
    if run is not None:
        apply_import(run=run, at=timezone.now())
