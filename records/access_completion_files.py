"""The only way to fetch what an organisation says of courses elsewhere, for its own lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from organisations.access import get_organisation_with_names_for
from records.models import OutsideCourse
from records.selectors.recognition import outside_courses_of

if TYPE_CHECKING:
    from organisations.access import Person


def get_outside_course_of(person: Person, slug: str, pk: int) -> OutsideCourse:
    """A course elsewhere under its organisation's address; 404 when there is none there, 403 for everybody else."""
    organisation = get_organisation_with_names_for(person, slug)
    return get_object_or_404(outside_courses_of(organisation).select_related("organisation"), pk=pk)
