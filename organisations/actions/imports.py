"""Writes about files of people and headcounts until they are applied: brought, read, compared, cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.bulk import insert_rows
from organisations.clock import day_of
from organisations.imports.columns import HEADCOUNT_FIELDS, PEOPLE_FIELDS, Field, match_columns, missing_columns
from organisations.imports.headcounts import plan_headcounts
from organisations.imports.planning import Outcome, make_plan
from organisations.imports.reading import Line, Table, Unreadable, read_table
from organisations.imports.rows import HeadcountRow, PersonRow, Refusal, RefusedRow, read_headcount, read_person
from organisations.imports.words import FAULTS, FIELDS
from organisations.mail import queue_letter
from organisations.models import ImportRow, ImportRun, Membership, Organisation, Role, User
from organisations.selectors_imports import known_headcounts, known_people, vocabulary_of

#: More rows than this at once make everybody wait where one writer works at a time.
MOST_ROWS_ON_SQLITE = 5_000
#: Rows written in one transaction.
CHUNK = 1_000
NAMES = ("run_id", "number", "outcome", "values", "refusals", "cells", "membership_id")
Kind, State = ImportRun.Kind, ImportRun.State


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields that a file of this kind can have."""
    return PEOPLE_FIELDS if kind == Kind.PEOPLE else HEADCOUNT_FIELDS


@transaction.atomic
def bring_file(
    *, organisation: Organisation, kind: str, content: bytes, file_name: str, by: User | None, at: datetime
) -> ImportRun:
    """Keeps a file until it is compared, with the columns that its headings suggest.

    Raises ValidationError for a file that is no table, and for an organisation that has closed.
    """
    if organisation.closed_on and organisation.closed_on < day_of(at):
        raise ValidationError(_("This organisation has closed."))
    try:
        table = read_table(content)
    except Unreadable as refused:
        raise ValidationError({"file": str(FAULTS[refused.fault])}) from refused
    if connection.vendor == "sqlite" and len(table.lines) > MOST_ROWS_ON_SQLITE:
        raise ValidationError({"file": str(FAULTS["needs_postgresql"])})
    run = ImportRun.objects.create(
        organisation=organisation,
        kind=kind,
        started_by=by,
        started_at=at,
        file_name=file_name[-200:],
        content=content,
        header=list(table.header),
        samples=[list(line.cells) for line in table.lines[:3]],
        columns=match_columns(table.header, fields_of(kind)),
        total=len(table.lines),
    )
    write_log(run, "organisations.bring_file", by, organisation=organisation.pk, kind=kind)
    return run


@transaction.atomic
def choose_columns(
    *, run: ImportRun, columns: Mapping[str, int], default_role: Role | None = None, is_queued: bool = True
) -> None:
    """Says what stands in which column, and queues the comparing of the file.

    Raises ValidationError when a column that is needed is not named, and once the file has been compared.
    """
    run = _locked(run)
    if run.state not in (State.UPLOADED, State.CHECKED) or run.content is None:
        raise ValidationError(_("This file has been dealt with already."))
    named = {Field(name): place for name, place in columns.items() if 0 <= place < len(run.header)}
    missing = missing_columns(named, fields_of(run.kind), has_default_role=default_role is not None)
    if missing:
        words = ", ".join(str(FIELDS[each]) for each in missing)
        raise ValidationError(_("Say in which column this stands: %(fields)s.") % {"fields": words})
    run.columns, run.default_role, run.state, run.progress = named, default_role, State.CHECKING, 0
    run.save(update_fields=["columns", "default_role", "state", "progress"])
    if is_queued:
        _queue("check_import", run)


def _queue(task: str, run: ImportRun) -> None:
    from organisations import tasks

    queue_letter(getattr(tasks, task), run.pk)


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
    rows = _planned_people(run, table, day_of(at)) if run.kind == Kind.PEOPLE else _planned_headcounts(run, table, at)
    counts = Counter(row[2] for row in rows)
    # What is right already is counted and not kept.
    kept = [row for row in rows if row[2] != Outcome.UNCHANGED]
    run.rows.all().delete()
    for start in range(0, len(kept), CHUNK):
        with transaction.atomic():
            insert_rows(ImportRow, NAMES, kept[start : start + CHUNK])
            ImportRun.objects.filter(pk=run.pk).update(progress=start + CHUNK)
    run.state, run.planned, run.total, run.progress = State.CHECKED, dict(counts), len(table.lines), 0
    run.save(update_fields=["state", "planned", "total", "progress"])
    return run


def _planned_people(run: ImportRun, table: Table, day: date) -> list[tuple[Any, ...]]:
    columns = {Field(name): place for name, place in run.columns.items()}
    words = vocabulary_of(run.organisation, run.default_role_id)
    read = [read_person(line, columns, words, day) for line in table.lines]
    lines = {line.number: line for line in table.lines}
    good = [row for row in read if isinstance(row, PersonRow)]
    plan = make_plan(good, known_people(run.organisation, (row.email for row in good)), day)
    rows = [_refused_row(run, lines[row.number], row.refusals) for row in read if isinstance(row, RefusedRow)]
    for step in plan.steps:
        if step.outcome == Outcome.REFUSED:
            rows.append(_refused_row(run, lines[step.row.number], step.refusals))
        else:
            rows.append((run.pk, step.row.number, step.outcome, as_values(step.row), [], [], step.membership))
    if not any(row[2] == Outcome.REFUSED for row in rows):
        # Only a file that was understood as a whole says who is not in it; whoever brings it does not leave by it.
        own = run.started_by_id
        rows += [(run.pk, 0, Outcome.MISSING, {}, [], [], each.pk) for each in plan.missing if each.person != own]
    return rows


def _planned_headcounts(run: ImportRun, table: Table, at: datetime) -> list[tuple[Any, ...]]:
    columns = {Field(name): place for name, place in run.columns.items()}
    words = vocabulary_of(run.organisation, None)
    read = [read_headcount(line, columns, words, day_of(at)) for line in table.lines]
    lines = {line.number: line for line in table.lines}
    good = [row for row in read if isinstance(row, HeadcountRow)]
    rows = [_refused_row(run, lines[row.number], row.refusals) for row in read if isinstance(row, RefusedRow)]
    for step in plan_headcounts(good, known_headcounts(run.organisation)):
        if step.outcome == Outcome.REFUSED:
            rows.append(_refused_row(run, lines[step.row.number], step.refusals))
        else:
            rows.append((run.pk, step.row.number, step.outcome, as_values(step.row), [], [], None))
    return rows


def _refused_row(run: ImportRun, line: Line, refusals: tuple[Refusal, ...]) -> tuple[Any, ...]:
    told = [[each.field or "", each.why, each.text] for each in refusals]
    return run.pk, line.number, Outcome.REFUSED, {}, told, list(line.cells), None


def as_values(row: PersonRow | HeadcountRow) -> dict[str, Any]:
    """A row as it is kept: days as text, nothing that the file does not say."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(row).items()
        if name != "number" and value not in ("", None)
    }


def _day(values: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(values[name]) if values.get(name) else None


def person_row(number: int, values: Mapping[str, Any]) -> PersonRow:
    """A kept row as it was read."""
    return PersonRow(
        number,
        values["name"],
        values.get("email", ""),
        values.get("staff_number", ""),
        values["role"],
        values.get("unit"),
        values.get("kind", ""),
        _day(values, "started_on"),
        _day(values, "ended_on"),
    )


def headcount_row(number: int, values: Mapping[str, Any]) -> HeadcountRow:
    """A kept row as it was read."""
    day = date.fromisoformat(values["counted_on"])
    kind, source = values.get("kind", ""), values.get("source", "")
    return HeadcountRow(number, values.get("role"), kind, values["people"], day, source)


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
    write_log(run, "organisations.cancel_import", by, organisation=run.organisation_id)


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=run.pk)


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
    another file of this organisation is being saved.
    """
    run = _locked(run)
    if run.state != State.CHECKED:
        raise ValidationError(_("This file has been dealt with already."))
    if mode == ImportRun.Mode.ALL and run.refused:
        raise ValidationError(_("Some rows are refused, so nothing is saved. Correct the file and bring it again."))
    if ImportRun.objects.filter(organisation=run.organisation_id, kind=run.kind, state=State.APPLYING).exists():
        raise ValidationError(_("Another file is being saved. Wait until that is done."))
    if missing_end_on is not None:
        late = Membership.objects.filter(pk__in=run.rows.filter(outcome=Outcome.MISSING).values("membership"))
        if late.filter(started_on__gt=missing_end_on).exists():
            raise ValidationError({"missing_end_on": _("Some of them began after this day.")})
    run.mode, run.missing_end_on, run.sends_invitations = mode, missing_end_on, sends_invitations
    run.state, run.progress, run.total = State.APPLYING, 0, run.rows.exclude(outcome=Outcome.REFUSED).count()
    run.content, run.samples = None, []
    run.done = {key: run.planned.get(key, 0) for key in (Outcome.UNCHANGED, Outcome.REFUSED)}
    run.save()
    log = {"organisation": run.organisation_id, "kind": run.kind, "rows": run.total}
    write_log(run, "organisations.apply_import", by, **log)
    if is_queued:
        _queue("save_import", run)
    return run
