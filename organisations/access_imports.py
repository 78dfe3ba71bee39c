"""The only way to fetch a file on its way in for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from organisations.access import get_organisation_with_names_for
from organisations.models import ImportRun

if TYPE_CHECKING:
    from organisations.access import Person


def get_import_of(person: Person, slug: str, pk: int, kind: str) -> ImportRun:
    """A file under its organisation's address, for the organisation's own lead: it may hold names.

    404 when there is none there, 403 for everybody else.
    """
    organisation = get_organisation_with_names_for(person, slug)
    runs = ImportRun.objects.filter(organisation=organisation, kind=kind).select_related("organisation", "started_by")
    return get_object_or_404(runs, pk=pk)
