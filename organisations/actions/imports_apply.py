"""Saves the rows of an import in chunks, each a transaction of its own that also takes its rows off the list.

A worker that is killed in the middle leaves whole chunks behind; whoever goes on finds the rows that are left,
compares them anew and saves those. The same row is never saved twice.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from organisations.access_imports import part_of_import
from organisations.actions.imports import chunk_size
from organisations.actions.imports_people import People
from organisations.actions.places import create_unit
from organisations.bulk import Among, add_rows, update_rows
from organisations.clock import day_of
from organisations.import_kinds import kind_of
from organisations.imports.columns import folded
from organisations.imports.headcounts import plan_headcounts
from organisations.imports.planning import Outcome, Plan, Step, make_plan
from organisations.imports.rows import BETWEEN_UNITS, PersonRow, Refusal
from organisations.models import Headcount, ImportRow, ImportRun, Organisation, Unit
from organisations.parts import Part
from organisations.selectors_import_plans import headcount_row, person_row
from organisations.selectors_imports import belonging_of, known_headcounts, known_people, unit_names_of

#: How often somebody else's write may come in between before it counts as a fault.
TRIES = 5
#: How long a worker on SQLite stops between two chunks, in seconds.
BREATH = 0.15
State = ImportRun.State


class ReadRow(Protocol):
    """A row that was read from a file."""

    @property
    def number(self) -> int: ...


class AnyStep(Protocol):
    """What becomes of one row, whatever the file is about."""

    @property
    def row(self) -> ReadRow: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def refusals(self) -> tuple[Refusal, ...]: ...


def apply_import(*, run: ImportRun, at: datetime, after_chunk: Callable[[], None] | None = None) -> ImportRun:
    """Saves what is left of an import; does nothing for one that is not to be saved, or is saved.

    `after_chunk` is called between transactions.
    """
    run.refresh_from_db()
    if run.state != State.APPLYING:
        return run
    save = kind_of(run.kind).save
    for again in range(TRIES):
        try:
            save(run, at, after_chunk or _let_others_write)
            break
        except IntegrityError:
            # Somebody else took an address or a role in the meantime: what is left is compared anew.
            if again == TRIES - 1:
                raise
    run.refresh_from_db()
    return run


def _let_others_write() -> None:
    """On SQLite one writes at a time, and who waits looks again every tenth of a second: too rarely to come between
    two transactions that follow at once.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH)


def rows_left(run: ImportRun) -> dict[int, tuple[int, dict[str, Any]]]:
    """Rows that wait, by their number in the file: their id and what they say."""
    rows = run.rows.exclude(outcome__in=[Outcome.REFUSED, Outcome.MISSING]).order_by("number")
    return {number: (pk, values) for pk, number, values in rows.values_list("pk", "number", "values").iterator(5_000)}


def save_people(run: ImportRun, at: datetime, after_chunk: Callable[[], None]) -> None:
    """Saves what is left of a file of people."""
    day, left = day_of(at), rows_left(run)
    rows = _in_their_units(run, [person_row(number, values) for number, (_pk, values) in left.items()])
    known = known_people(part_of_import(run), (row.email for row in rows))
    plan = make_plan(rows, known, day)
    grouped = {place for group in plan.groups for place in group}
    loose = [(place,) for place in range(len(plan.steps)) if place not in grouped]
    if goes_back(run, plan.steps):
        return
    if any(step.row.new_unit for step in plan.steps):
        plan = _with_units_made(run, plan)
    writer = People(run, known, day, at)
    for steps in _chunks(plan, [*plan.groups, *loose]):
        with transaction.atomic():
            if not is_mine(run):
                return
            writer.write([step for step in steps if step.outcome not in (Outcome.REFUSED, Outcome.UNCHANGED)])
            take_off(run, steps, left)
        after_chunk()
    while pks := list(run.rows.filter(outcome=Outcome.MISSING).values_list("pk", "membership_id")[: chunk_size()]):
        with transaction.atomic():
            if not is_mine(run):
                return
            ended = writer.end([membership for _pk, membership in pks], run.missing_end_on)
            ImportRow.objects.filter(pk__in=[pk for pk, _membership in pks]).delete()
            _count(run, {Outcome.MISSING: ended}, len(pks) if run.missing_end_on else 0)
        after_chunk()
    finish(run)


def _in_their_units(run: ImportRun, rows: list[PersonRow]) -> list[PersonRow]:
    """The rows; units that were new when the file was read may be there by now."""
    if not any(row.new_unit for row in rows):
        return rows
    units = unit_names_of(Part(run.of_one))
    return [
        replace(row, unit=there, new_unit="") if row.new_unit and (there := units.get(folded(row.new_unit))) else row
        for row in rows
    ]


@transaction.atomic
def _with_units_made(run: ImportRun, plan: Plan) -> Plan:
    """The plan after the units that it names have been made, each under the one above it."""
    Organisation.objects.select_for_update(no_key=True).get(pk=run.of_one.pk)
    units = unit_names_of(Part(run.of_one))
    for step in plan.steps:
        if step.outcome == Outcome.REFUSED or not step.row.new_unit or units.get(folded(step.row.new_unit)):
            continue
        parent: Unit | None = None
        parts = step.row.new_unit.split(BETWEEN_UNITS)
        for count, name in enumerate(parts, start=1):
            key = folded(" ".join(parts[:count]))
            if there := units.get(key):
                parent = Unit.objects.get(pk=there)
            else:
                beside = Unit.objects.filter(organisation=run.of_one, parent=parent, name__iexact=name).first()
                parent = beside or create_unit(organisation=run.of_one, name=name, parent=parent, by=run.started_by)
                units[key] = parent.pk
    return replace(
        plan,
        steps=tuple(
            replace(step, row=replace(step.row, unit=units[folded(step.row.new_unit)], new_unit=""))
            if step.row.new_unit and step.outcome != Outcome.REFUSED
            else step
            for step in plan.steps
        ),
    )


def _chunks(plan: Plan, groups: Sequence[tuple[int, ...]]) -> Iterator[list[Step]]:
    """Steps in chunks that keep the rows of one person together."""
    chunk: list[Step] = []
    size = chunk_size()
    for group in groups:
        chunk += [plan.steps[place] for place in group]
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def save_headcounts(run: ImportRun, at: datetime, after_chunk: Callable[[], None]) -> None:
    """Saves what is left of a file of headcounts; of a partnership of those organisations that are in it now."""
    left = rows_left(run)
    rows = [headcount_row(number, values) for number, (_pk, values) in left.items()]
    belonging = belonging_of(run, day_of(at))
    steps = plan_headcounts(rows, known_headcounts(run, belonging), belonging)
    if goes_back(run, steps):
        return
    names = ("organisation_id", "role_id", "kind", "people", "counted_on", "source", "recorded_by_id", "recorded_at")
    by, one = run.started_by_id, run.organisation_id
    size = chunk_size()
    for start in range(0, len(steps), size):
        chunk = steps[start : start + size]
        with transaction.atomic():
            if not is_mine(run):
                return
            new = [step.row for step in chunk if step.outcome == Outcome.NEW]
            source = run.file_name
            add_rows(
                Headcount,
                names,
                [
                    (one or r.organisation, r.role, r.kind, r.people, r.counted_on, r.source or source, by, at)
                    for r in new
                ],
            )
            changed = {step.headcount: step.row for step in chunk if step.outcome == Outcome.CHANGED}
            figures = list(Headcount.objects.select_for_update().filter(pk__in=[*changed]).order_by("pk"))
            for figure in figures:
                row = changed[figure.pk]
                figure.people, figure.source = row.people, row.source or figure.source
                figure.recorded_by_id = by
            update_rows(figures, ["people", "source", "recorded_by"])
            take_off(run, chunk, left)
        after_chunk()
    finish(run)


def goes_back(run: ImportRun, steps: Sequence[AnyStep]) -> bool:
    """All or none: where a row has become bad before any was saved, nothing is saved and the lead is asked again."""
    bad = [step for step in steps if step.outcome == Outcome.REFUSED]
    if run.mode != ImportRun.Mode.ALL or run.progress > run.settled or not bad:
        return False
    with transaction.atomic():
        if is_mine(run):
            _mark_refused(run, bad)
            run.planned = {**run.planned, Outcome.REFUSED: len(bad)}
            run.state, run.done = State.CHECKED, {}
            run.save(update_fields=["planned", "state", "done"])
    return True


def is_mine(run: ImportRun) -> bool:
    """Whether the rows are still to be saved; two workers with one import take turns."""
    current = ImportRun.objects.select_for_update().only("state", "done", "progress").get(pk=run.pk)
    run.done, run.progress = current.done, current.progress
    return current.state == State.APPLYING


def take_off(run: ImportRun, steps: Sequence[AnyStep], left: dict[int, tuple[int, dict[str, Any]]]) -> None:
    """Takes saved rows off the list; those that are refused now stay, with their reason. Raises IntegrityError when
    another worker has saved one of them."""
    saved = [left[step.row.number][0] for step in steps if step.outcome != Outcome.REFUSED]
    gone, _models = ImportRow.objects.filter(Among("pk", saved)).delete()
    if gone != len(saved):
        raise IntegrityError("another worker has saved these rows")
    _mark_refused(run, [step for step in steps if step.outcome == Outcome.REFUSED])
    _count(run, Counter(str(step.outcome) for step in steps), len(steps))


def _mark_refused(run: ImportRun, steps: Sequence[AnyStep]) -> None:
    reasons = {step.row.number: step.refusals for step in steps}
    rows = list(run.rows.filter(number__in=[*reasons]).exclude(outcome=Outcome.REFUSED))
    columns = {name: place for name, place in run.columns.items() if place < len(run.header)}
    for row in rows:
        row.refusals = [each.as_kept() for each in reasons[row.number]]
        row.cells = [""] * len(run.header)
        for name, place in columns.items():
            row.cells[place] = str(row.values.get(name, ""))
        row.outcome = Outcome.REFUSED
    update_rows(rows, ["outcome", "refusals", "cells"])


def _count(run: ImportRun, counts: dict[str, int], rows: int) -> None:
    for outcome, count in counts.items():
        run.done[str(outcome)] = run.done.get(str(outcome), 0) + count
    run.progress += rows
    run.save(update_fields=["done", "progress"])


def finish(run: ImportRun) -> None:
    """Notes that everything is saved."""
    run.state, run.finished_at = State.DONE, timezone.now()
    run.save(update_fields=["state", "finished_at"])
