"""Writes about files of people and headcounts until they are applied: brought, read, compared, cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.bulk import add_rows
from organisations.clock import day_of
from organisations.import_kinds import kind_of
from organisations.imports.columns import match_columns
from organisations.imports.planning import Outcome
from organisations.imports.reading import Unreadable, read_table
from organisations.imports.words import FAULTS
from organisations.mail import queue_with_write
from organisations.models import ImportRow, ImportRun, Membership, Organisation, Partnership, Role, User

#: More rows than this at once make everybody wait where one writer works at a time.
MOST_ROWS_ON_SQLITE = 5_000
#: Rows written in one transaction; fewer where everybody else who writes waits for it.
CHUNK, CHUNK_ON_SQLITE = 1_000, 200
#: So many files of one person wait for their answer, wherever they are about: each is kept whole until then.
MOST_WAITING = 50
NAMES = ("run_id", "number", "outcome", "values", "refusals", "cells", "membership_id")
State = ImportRun.State
#: What is counted and not kept: nothing is to be done about it.
NOT_KEPT = (Outcome.UNCHANGED, Outcome.LEFT_OUT)


def chunk_size() -> int:
    """How many rows one transaction writes."""
    return min(CHUNK, CHUNK_ON_SQLITE) if connection.vendor == "sqlite" else CHUNK


@transaction.atomic
def bring_file(
    *,
    place: Organisation | Partnership,
    kind: str,
    content: bytes,
    file_name: str,
    by: User | None,
    at: datetime,
    is_of_units: bool = False,
) -> ImportRun:
    """Keeps a file about an organisation, or about those of a partnership, until it is compared, with the columns that
    its headings suggest.

    One of units touches only people of the units that the actor leads when it is compared and when it is saved.
    Of more than `MOST_WAITING` of one person that wait, those brought first are thrown away. Raises ValidationError
    for a file that is no table, and for an organisation that has closed.
    """
    organisation = place if isinstance(place, Organisation) else None
    if organisation and organisation.closed_on and organisation.closed_on < day_of(at):
        raise ValidationError(_("This organisation has closed."))
    try:
        table = read_table(content)
    except Unreadable as refused:
        raise ValidationError({"file": str(FAULTS[refused.fault])}) from refused
    if connection.vendor == "sqlite" and len(table.lines) > MOST_ROWS_ON_SQLITE:
        raise ValidationError({"file": str(FAULTS["needs_postgresql"])})
    run = ImportRun.objects.create(
        organisation=organisation,
        partnership=place if isinstance(place, Partnership) else None,
        kind=kind,
        started_by=by,
        is_of_units=is_of_units,
        started_at=at,
        file_name=file_name[-200:],
        content=content,
        header=list(table.header),
        samples=[list(line.cells) for line in table.lines[:3]],
        columns=match_columns(table.header, kind_of(kind).columns),
        total=len(table.lines),
    )
    write_log(run, "organisations.bring_file", by, **_where(run), kind=kind)
    if by is not None:
        _throw_away_oldest(by, at)
    return run


def _throw_away_oldest(by: User, at: datetime) -> None:
    waiting = ImportRun.objects.filter(started_by=by, state__in=[State.UPLOADED, State.CHECKED])
    newest = waiting.order_by("-pk").values_list("pk", flat=True)[:MOST_WAITING]
    for run in waiting.exclude(pk__in=list(newest)).defer("content", "samples").order_by("pk"):
        cancel_import(run=run, by=by, at=at)


@transaction.atomic
def choose_columns(
    *,
    run: ImportRun,
    columns: Mapping[str, int],
    default_role: Role | None = None,
    options: Mapping[str, bool] | None = None,
    is_queued: bool = True,
) -> None:
    """Says what stands in which column, and queues the comparing of the file.

    Raises ValidationError when a column that is needed is not named, and once the file has been compared.
    """
    run = _locked(run)
    if run.state not in (State.UPLOADED, State.CHECKED) or run.content is None:
        raise ValidationError(_("This file has been dealt with already."))
    kind = kind_of(run.kind)
    named = {name: columns[name] for name in kind.columns if 0 <= columns.get(name, -1) < len(run.header)}
    missing = kind.missing(named, default_role is not None)
    if missing:
        words = ", ".join(kind.name_of(each) for each in missing)
        raise ValidationError(_("Say in which column this stands: %(fields)s.") % {"fields": words})
    run.columns, run.default_role, run.state, run.progress = named, default_role, State.CHECKING, 0
    given = options or {}
    run.options = {name: bool(given.get(name, asked.is_ticked)) for name, asked in kind.questions_of(run).items()}
    run.save(update_fields=["columns", "default_role", "options", "state", "progress"])
    if is_queued:
        _queue("check_import", run)


def _queue(task: str, run: ImportRun) -> None:
    from organisations import tasks

    queue_with_write(getattr(tasks, task), run.pk)


def check_file(*, run: ImportRun, at: datetime) -> ImportRun:
    """Compares a file with what is there and keeps its rows with what would become of each; writes nothing else.

    A check that was stopped begins again.
    """
    run.refresh_from_db()
    if run.state != State.CHECKING or run.content is None:
        return run
    try:
        table = read_table(bytes(run.content))
    except Unreadable as refused:
        run.state, run.fault, run.content, run.samples = State.UNREADABLE, refused.fault, None, []
        run.save(update_fields=["state", "fault", "content", "samples"])
        return run
    rows = kind_of(run.kind).plan(run, table, at)
    counts = Counter(row[2] for row in rows)
    kept = [row for row in rows if row[2] not in NOT_KEPT]
    run.rows.all().delete()
    for start in range(0, len(kept), CHUNK):
        with transaction.atomic():
            add_rows(ImportRow, NAMES, kept[start : start + CHUNK])
            # Who stands in no row is kept too, and is no row of the file.
            ImportRun.objects.filter(pk=run.pk).update(progress=min(start + CHUNK, len(table.lines)))
    run.state, run.planned, run.total, run.progress = State.CHECKED, dict(counts), len(table.lines), 0
    run.save(update_fields=["state", "planned", "total", "progress"])
    return run


@transaction.atomic
def cancel_import(*, run: ImportRun, by: User | None, at: datetime) -> None:
    """Throws a file and its rows away; refuses one that is being saved. Of a saved one the refused rows go."""
    run = _locked(run)
    if run.state == State.APPLYING:
        raise ValidationError(_("The rows are being saved. Wait until that is done."))
    run.rows.all().delete()
    run.content, run.samples = None, []
    if run.state != State.DONE:
        run.state, run.finished_at = State.CANCELLED, at
    run.save(update_fields=["content", "samples", "state", "finished_at"])
    write_log(run, "organisations.cancel_import", by, **_where(run))


def _where(run: ImportRun) -> dict[str, int | None]:
    """What a file is about, for the log."""
    if run.partnership_id is not None:
        return {"partnership": run.partnership_id}
    return {"organisation": run.organisation_id}


def _locked(run: ImportRun) -> ImportRun:
    runs = ImportRun.objects.select_for_update(of=("self",)).select_related("organisation", "partnership")
    return runs.get(pk=run.pk)


@transaction.atomic
def start_applying(
    *,
    run: ImportRun,
    mode: str,
    by: User | None,
    missing_end_on: date | None = None,
    sends_invitations: bool = False,
    is_queued: bool = True,
) -> ImportRun:
    """Decides that the rows are saved, and how, and queues the saving.

    Raises ValidationError for a file that waits for no answer, for all-or-none while a row is refused, and while
    another file about the same is being saved.
    """
    run = _locked(run)
    if run.state != State.CHECKED:
        raise ValidationError(_("This file has been dealt with already."))
    if mode == ImportRun.Mode.ALL and run.refused:
        raise ValidationError(_("Some rows are refused, so nothing is saved. Correct the file and bring it again."))
    if ImportRun.objects.filter(**_where(run), kind=run.kind, state=State.APPLYING).exists():
        raise ValidationError(_("Another file is being saved. Wait until that is done."))
    if missing_end_on is not None:
        late = Membership.objects.filter(pk__in=run.rows.filter(outcome=Outcome.MISSING).values("membership"))
        if late.filter(started_on__gt=missing_end_on).exists():
            raise ValidationError({"missing_end_on": _("Some of them began after this day.")})
    run.mode, run.missing_end_on, run.sends_invitations = mode, missing_end_on, sends_invitations
    stay = [Outcome.REFUSED] if missing_end_on else [Outcome.REFUSED, Outcome.MISSING]
    run.state, run.progress = State.APPLYING, run.settled
    run.total = run.progress + run.rows.exclude(outcome__in=stay).count()
    run.content, run.samples = None, []
    run.done = {key: run.planned.get(key, 0) for key in (Outcome.UNCHANGED, Outcome.REFUSED)}
    if left_out := run.planned.get(Outcome.LEFT_OUT):
        run.done[Outcome.LEFT_OUT] = left_out
    run.save()
    write_log(run, "organisations.apply_import", by, **_where(run), kind=run.kind, rows=run.total)
    if is_queued:
        _queue("save_import", run)
    return run
