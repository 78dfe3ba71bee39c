"""The only way to fetch a file on its way in for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_organisation_with_names_for, require_partnership_lead
from organisations.access_people import get_part_for, part_of_units
from organisations.clock import today
from organisations.import_kinds import kind_of
from organisations.models import ImportRun, Partnership
from organisations.parts import Part

if TYPE_CHECKING:
    from organisations.access import Person


def get_import_of(person: Person, slug: str, pk: int, kind: str) -> ImportRun:
    """A file under the address of what it is about: as it may hold names, who leads units finds only their own.

    404 when there is none there, 403 for everybody else.
    """
    runs = imports_in(get_place_to_import_into(person, slug, kind), person, kind)
    return get_object_or_404(runs.select_related("organisation", "partnership", "started_by"), pk=pk)


def get_place_to_import_into(person: Person, slug: str, kind: str) -> Part | Partnership:
    """The people about whom the person may bring a file, or the partnership whose organisations it may name.

    Files about one organisation are for its own lead alone, but for those of people, which who leads units brings
    too; 404 where there is nothing at this address, 403 where it is not theirs.
    """
    if kind_of(kind).is_of_partnership:
        return _get_partnership(person, slug)
    if kind == ImportRun.Kind.PEOPLE:
        return get_part_for(person, slug)
    return Part(get_organisation_with_names_for(person, slug))


def _get_partnership(person: Person, slug: str) -> Partnership:
    require_partnership_lead(person)
    partnership = get_object_or_404(Partnership, slug=slug)
    if not authority_of(person).leads_partnership(partnership):
        raise PermissionDenied(_("You do not lead this partnership."))
    return partnership


def imports_in(part: Part | Partnership, person: Person, kind: str) -> QuerySet[ImportRun]:
    """The files of one kind that the person may look at."""
    if isinstance(part, Partnership):
        return ImportRun.objects.filter(partnership=part, kind=kind)
    runs = ImportRun.objects.filter(organisation=part.organisation, kind=kind)
    return runs if part.is_whole else runs.filter(started_by=person.pk, is_of_units=True)


def part_of_import(run: ImportRun) -> Part:
    """The people whom a file may touch now: those of units as long as whoever brought it leads them, then nobody."""
    if not run.is_of_units:
        return Part(run.of_one)
    found = part_of_units(run.started_by, run.of_one.slug, today()) if run.started_by else None
    return found or Part(run.of_one, frozenset())
