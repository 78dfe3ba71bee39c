"""The only way to fetch a file on its way in for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from organisations.access import get_organisation_with_names_for
from organisations.access_people import get_part_for, part_of_units
from organisations.clock import today
from organisations.models import ImportRun
from organisations.parts import Part

if TYPE_CHECKING:
    from organisations.access import Person


def get_import_of(person: Person, slug: str, pk: int, kind: str) -> ImportRun:
    """A file under its organisation's address: as it may hold names, who leads units finds only their own.

    404 when there is none there, 403 for everybody else.
    """
    runs = imports_in(get_part_to_import_into(person, slug, kind), person, kind)
    return get_object_or_404(runs.select_related("organisation", "started_by"), pk=pk)


def get_part_to_import_into(person: Person, slug: str, kind: str) -> Part:
    """The people about whom the person may bring a file; files of other kinds are for the own lead alone."""
    if kind == ImportRun.Kind.PEOPLE:
        return get_part_for(person, slug)
    return Part(get_organisation_with_names_for(person, slug))


def imports_in(part: Part, person: Person, kind: str) -> QuerySet[ImportRun]:
    """The files of one kind that the person may look at."""
    runs = ImportRun.objects.filter(organisation=part.organisation, kind=kind)
    return runs if part.is_whole else runs.filter(started_by=person.pk, is_of_units=True)


def part_of_import(run: ImportRun) -> Part:
    """The people whom a file may touch now: those of units as long as whoever brought it leads them, then nobody."""
    if not run.is_of_units:
        return Part(run.organisation)
    found = part_of_units(run.started_by, run.organisation.slug, today()) if run.started_by else None
    return found or Part(run.organisation, frozenset())
