"""What a file of completions is compared with, what would become of its rows, and the completions of an organisation
as a file. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Edition, ModulePage
from courses.translated import CODES, localised
from organisations.bulk import Among
from organisations.clock import day_of
from organisations.import_kinds import Hint, Staged
from organisations.imports.columns import folded
from organisations.imports.planning import Outcome
from organisations.imports.reading import Table
from organisations.imports.rows import RefusedRow
from organisations.models import ImportRow, ImportRun, Membership, Organisation
from organisations.querysets import human_of
from organisations.selectors_import_plans import as_values, refused_row
from organisations.selectors_imports import in_batches, refused_rows
from records.models import Completion, CompletionMembership
from records.rules.completion_files import (
    Catalogue,
    CompletionRow,
    CompletionStep,
    Here,
    Known,
    Taught,
    Why,
    plan_completions,
    read_completion,
)
from records.selectors.expected_standing import humans_of
from records.selectors.recognition import open_module_keys, outside_courses_of

#: The answer that leaves out rows of courses which equal nothing here.
LEAVES_OUT = "leaves_out_unknown"
#: Rows that are looked at for courses nobody has said anything about, and how many of these are shown.
LOOKED_AT, SHOWN = 5_000, 20


def catalogue_for(organisation: Organisation) -> Catalogue:
    """The names of modules that are open, and of courses elsewhere that equal one: three queries."""
    editions: dict[UUID, list[tuple[int, int, str, date, bool]]] = defaultdict(list)
    live_keys = Edition.objects.filter(is_live=True, module__isnull=False).values("module_key")
    for key, *edition, published_at, is_live in (
        Edition.objects.filter(module_key__in=live_keys)
        .order_by("module_key", "number")
        .values_list("module_key", "pk", "number", "title", "published_at", "is_live")
    ):
        editions[key].append((*edition, day_of(published_at), is_live))  # type: ignore[arg-type]
    taught = {
        key: Taught(
            key=key,
            title=next(title for _pk, _number, title, _day, is_live in rows if is_live),
            editions={number: pk for pk, number, *_rest in rows},
            since=[(day, number) for _pk, number, _title, day, _is_live in rows],
        )
        for key, rows in editions.items()
    }
    named: dict[str, set[UUID]] = defaultdict(set)
    titles = [localised("display_title", code) for code in CODES]
    pages = ModulePage.objects.filter(translation_key__in=[*taught])
    for key, *names in pages.values_list("translation_key", "slug", *titles):
        for name in (str(key), taught[key].title, *names):
            if name:
                named[folded(name)].add(key)
    former: dict[str, set[UUID]] = defaultdict(set)
    for key, rows in editions.items():
        for _pk, _number, title, _day, _is_live in rows:
            former[folded(title)].add(key)
    found = {**former, **named}
    return Catalogue(
        modules={name: taught[next(iter(keys))] if len(keys) == 1 else None for name, keys in found.items()},
        outside={
            course.key: (taught[course.edition.module_key], course.edition_id)
            for course in outside_courses_of(organisation)
            if course.edition.module_key in taught
        },
    )


def known_completions(organisation: Organisation, rows: Sequence[CompletionRow], own: int | None) -> Known:
    """Who was ever here, and which of these modules they completed on which days."""
    here = [
        Here(*row)
        for row in Membership.objects.filter(organisation=organisation)
        .annotate(human=human_of())
        .order_by("pk")
        .values_list("pk", "human", "staff_number", "work_email", "started_on", "ended_on")
        .iterator(5_000)
    ]
    done, struck = _days_on_record({each.person for each in here}, {UUID(row.module) for row in rows})
    return Known(here, done, struck, {str(key) for key in open_module_keys()}, own)


Place = tuple[int, str, date]


def _days_on_record(person_ids: Iterable[int], module_keys: Iterable[UUID]) -> tuple[set[Place], set[Place]]:
    keys, done, struck = list(module_keys), set(), set()
    for batch in in_batches(person_ids):
        humans = humans_of(batch)
        rows = Completion.objects.filter(Among("person_id", humans), module_key__in=keys).order_by()
        for person, key, day, voided_at, source in rows.values_list(
            "person_id", "module_key", "completed_on", "voided_at", "source"
        ):
            place = (humans[person], str(key), day)
            if voided_at is None:
                done.add(place)
            elif source == Completion.Source.RECOGNISED:
                struck.add(place)
    return done, struck


def on_record(rows: Iterable[tuple[int, CompletionRow]]) -> set[Place]:
    """Those of these people's rows that are on record already."""
    rows = list(rows)
    return _days_on_record({person for person, _row in rows}, {UUID(row.module) for _person, row in rows})[0]


def planned_completions(run: ImportRun, table: Table, at: datetime) -> list[Staged]:
    """What would become of each row of a file of completions."""
    catalogue = catalogue_for(run.of_one)
    lines = {line.number: line for line in table.lines}
    good: list[CompletionRow] = []
    staged: list[Staged] = []
    for line in table.lines:
        read = read_completion(line, run.columns, catalogue, day_of(at))
        if not isinstance(read, RefusedRow):
            good.append(read)
        elif run.options.get(LEAVES_OUT) and any(each.why == Why.UNKNOWN_COURSE for each in read.refusals):
            staged.append((run.pk, line.number, Outcome.LEFT_OUT, {}, [], [], None))
        else:
            staged.append(refused_row(run, line, read.refusals))
    known = known_completions(run.of_one, good, run.started_by_id)
    return staged + [_staged(run, step, lines) for step in plan_completions(good, known, day_of(at))]


def _staged(run: ImportRun, step: CompletionStep, lines: Mapping[int, Any]) -> Staged:
    if step.outcome == Outcome.REFUSED:
        return refused_row(run, lines[step.row.number], step.refusals)
    return run.pk, step.row.number, step.outcome, as_values(step.row), [], [], step.membership


def completion_row(number: int, values: Mapping[str, Any]) -> CompletionRow:
    """A kept row as it was read."""
    return CompletionRow(
        number,
        values.get("email", ""),
        values.get("staff_number", ""),
        values["module"],
        values["edition_id"],
        values["title"],
        date.fromisoformat(values["completed_on"]),
        values["course"],
        values.get("reference", ""),
        values["is_outside"],
    )


def examples_of_completions(rows: list[ImportRow]) -> list[str]:
    """Who completed what and when."""
    return [
        f"{row.membership.person if row.membership else ''}: {row.values['title']}, "
        f"{date_format(date.fromisoformat(row.values['completed_on']))}"
        for row in rows
    ]


def hints_of_completions(run: ImportRun) -> list[Hint]:
    """Courses that nobody has said anything about, each with the page where a lead can say what it equals."""
    refusals = refused_rows(run).values_list("refusals", flat=True)[:LOOKED_AT]
    courses = Counter(text for row in refusals for _field, why, text, *_beside in row if why == Why.UNKNOWN_COURSE)
    at = reverse("records:outside_course_new", args=[run.of_one.slug])
    return [
        Hint(
            ngettext(
                "“%(course)s” is not known here (%(count)d row). Say what it equals.",
                "“%(course)s” is not known here (%(count)d rows). Say what it equals.",
                count,
            )
            % {"course": course, "count": count},
            f"{at}?{urlencode({'course': course, 'file': run.pk})}",
        )
        for course, count in courses.most_common(SHOWN)
    ]


# --- as a file -------------------------------------------------------------------------------------
def completions_of(organisation: Organisation) -> QuerySet[Completion]:
    """What people completed while they worked in the organisation, and what it recognised; nothing struck out."""
    here = CompletionMembership.objects.filter(organisation=organisation).values("completion")
    ours = Q(pk__in=here) | Q(recognition__organisation=organisation)
    return Completion.objects.filter(ours, voided_at__isnull=True, person__erased_at__isnull=True)


def completion_lines(organisation: Organisation) -> Iterator[list[str | int | None]]:
    """The same as the rows of a table, under headings that our own import knows: two queries, read as they come."""
    yield [
        _("Name"),
        _("E-mail address"),
        _("Staff number"),
        _("Module"),
        _("Edition"),
        _("Completed on"),
        _("How"),
        _("Name of the training elsewhere"),
        _("Reference"),
    ]
    # Looked up once, not for each completion: the newest place of each person comes last and stays.
    places = (
        Membership.objects.filter(organisation=organisation).annotate(human=human_of()).order_by("started_on", "pk")
    )
    known_by = {human: told for human, *told in places.values_list("human", "work_email", "staff_number")}
    rows = (
        completions_of(organisation)
        .annotate(human=human_of(), shown=Coalesce("person__merged_into__name", "person__name"))
        .order_by("shown", "human", "completed_on", "pk")
    )
    words = {source.value: str(source.label) for source in Completion.Source}
    for human, name, title, edition, day, source, course, reference in rows.values_list(
        "human", "shown", "title", "edition_number", "completed_on", "source",
        "recognition__course", "recognition__reference",
    ).iterator(2_000):  # fmt: skip
        told = known_by.get(human, ("", ""))
        yield [name, *told, title, edition, day.isoformat(), words[source], course, reference]
