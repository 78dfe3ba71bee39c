"""What a lead may choose to look at."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from courses.models import CoursePage, ModulePage
from organisations.bulk import Among, Slot
from organisations.models import Area, Membership, Organisation, Role
from organisations.prepared import Prepared
from records.models import Requirement
from reporting.filters import Chosen, Said

#: What each choice is called, in the order in which they are offered.
LABELS = {
    "role": gettext_lazy("Role"),
    "kind": gettext_lazy("Works there as"),
    "sort": gettext_lazy("Kind of organisation"),
    "area": gettext_lazy("Area"),
    "unit": gettext_lazy("Unit, with all units below it"),
    "course": gettext_lazy("Course"),
    "requirement": gettext_lazy("Requirement"),
}


#: How those who work in no unit are asked for.
NO_UNIT = "none"


@dataclass(frozen=True)
class UnitChoice:
    """A unit with its place in the tree: whoever works below it works in it too."""

    pk: int
    name: str
    #: The units above it, the nearest last.
    above: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """The name, set in by how deep it lies."""
        return f"{'– ' * len(self.above)}{self.name}"


@dataclass(frozen=True)
class Course:
    """A course with the keys of its modules."""

    title: str
    module_keys: frozenset[uuid.UUID]


@dataclass(frozen=True)
class Choices:
    """What there is to choose from; units only within one organisation."""

    roles: Mapping[int, str] = field(default_factory=dict)
    areas: Mapping[int, str] = field(default_factory=dict)
    courses: Mapping[int, Course] = field(default_factory=dict)
    requirements: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, UnitChoice] = field(default_factory=dict)
    #: Whether it is to choose from all people of an organisation, not from those of some units.
    is_of_whole: bool = False

    def offered(self, *, is_of_one: bool = False) -> dict[str, dict[Any, str]]:
        """What can be chosen by the name of each choice, in words; the kind of organisation not within one of them."""
        found: dict[str, dict[Any, str]] = {
            "role": dict(self.roles),
            "kind": _labels(Membership.Kind),
            "sort": {} if is_of_one else _labels(Organisation.Kind),
            "area": dict(self.areas),
            "unit": self._units(),
            "course": {pk: course.title for pk, course in self.courses.items()},
            "requirement": dict(self.requirements),
        }
        return {name: words for name, words in found.items() if words}

    def chosen(self, wanted: Mapping[str, object]) -> Chosen:
        """What was chosen, by the names of the choices; what there is not counts as not chosen."""
        values: dict[str, Any] = {}
        said = []
        for name, words in self.offered().items():
            asked = str(wanted.get(name) or "")
            for value, label in words.items():
                if str(value) == asked:
                    values[name] = value
                    said.append(Said(LABELS[name], label))
        unit, course = values.get("unit"), values.get("course")
        return Chosen(
            role_id=values.get("role"),
            kind=values.get("kind", ""),
            sort=values.get("sort", ""),
            area_id=values.get("area"),
            unit_ids=self.with_those_below(unit) if unit and unit != NO_UNIT else frozenset(),
            is_without_unit=unit == NO_UNIT,
            module_keys=self.courses[course].module_keys if course else None,
            requirement_id=values.get("requirement"),
            said=tuple(said),
            query=urlencode(values),
        )

    def _units(self) -> dict[int | str, str]:
        """The units, and in an organisation as a whole those who work in none of them."""
        found: dict[int | str, str] = {unit.pk: unit.label for unit in self.units.values()}
        return {**found, NO_UNIT: _("In no unit")} if found and self.is_of_whole else found

    def with_those_below(self, unit_id: int) -> frozenset[int]:
        """The unit and every unit below it."""
        return frozenset(each.pk for each in self.units.values() if each.pk == unit_id or unit_id in each.above)


def role_name(path: str) -> Coalesce:
    """The name of a role in the reader's language, or in English."""
    language = (get_language() or "en").split("-")[0]
    return Coalesce(NullIf(F(f"{path}name_{language}"), Value("")), F(f"{path}name_en"), output_field=CharField())


def choices_in(organisations: QuerySet[Organisation]) -> Choices:
    """What these organisations can be looked at by: 5 queries."""
    return Choices(roles=_roles(), areas=_areas(organisations), courses=_courses(), requirements=_asked(organisations))


def choices_within(organisation: Organisation, unit_ids: Collection[int] | None = None) -> Choices:
    """What one organisation, or these units of it, can be looked at by: 5 queries."""
    return Choices(
        roles=_roles(),
        courses=_courses(),
        requirements=_in_words(_asked_of([organisation.pk])),
        units=units_of(organisation, unit_ids),
        is_of_whole=unit_ids is None,
    )


def units_of(organisation: Organisation, unit_ids: Collection[int] | None = None) -> dict[int, UnitChoice]:
    """The units of an organisation, or these of them, in the order of their tree: 1 query."""
    below: dict[int | None, list[tuple[int, str]]] = {}
    for pk, parent, name in organisation.units.order_by("name", "pk").values_list("pk", "parent_id", "name"):
        below.setdefault(parent, []).append((pk, name))
    found: dict[int, UnitChoice] = {}

    def add(parent: int | None, above: tuple[int, ...]) -> None:
        for pk, name in below.get(parent, ()):
            if is_shown := unit_ids is None or pk in unit_ids:
                found[pk] = UnitChoice(pk, name, above)
            add(pk, (*above, pk) if is_shown else above)

    add(None, ())
    return found


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    return {value: capfirst(label) for value, label in choices.choices}


def _roles() -> dict[int, str]:
    return dict(_roles_in(get_language())())


# The managers of what is translated name columns in no certain order; these are plain query sets.


@cache
def _roles_in(_language: str | None) -> Prepared:
    """The roles in order of their names in the reader's language: what is asked is put together once for each."""
    return Prepared(
        lambda: QuerySet(Role).annotate(label=role_name("")).order_by("label", "pk").values_list("pk", "label")
    )


def _areas(organisations: QuerySet[Organisation]) -> dict[int, str]:
    rows = Area.objects.filter(organisations__in=organisations).distinct().order_by("name", "pk")
    return dict(rows.values_list("pk", "name"))


def _courses() -> dict[int, Course]:
    keys: dict[str, set[uuid.UUID]] = {}
    for path, key in _module_pages():
        keys.setdefault(path[: -ModulePage.steplen], set()).add(key)
    return {pk: Course(title, frozenset(keys.get(path, ()))) for pk, path, title in _course_pages()}


@Prepared
def _module_pages() -> QuerySet[ModulePage, Any]:
    return QuerySet(ModulePage).order_by().values_list("path", "translation_key")


@Prepared
def _course_pages() -> QuerySet[CoursePage, Any]:
    return QuerySet(CoursePage).order_by("path").values_list("pk", "path", "title")


def _asked(organisations: QuerySet[Organisation]) -> dict[int, str]:
    """The requirements that ever concerned the organisations, each with who requires it."""
    own = Q(organisation__in=organisations)
    return _in_words(_required(own | Q(partnership__organisation_memberships__organisation__in=organisations)))


@Prepared
def _asked_of(organisation_ids: Slot) -> QuerySet[Requirement, Any]:
    """The same of organisations known by their numbers."""
    own = Q(Among("organisation_id", organisation_ids))
    return _required(own | Q(Among("partnership__organisation_memberships__organisation_id", organisation_ids)))


def _required(whose: Q) -> QuerySet[Requirement, Any]:
    rows = Requirement.objects.filter(whose).distinct().order_by("module_title", "pk")
    return rows.values_list("pk", "module_title", "partnership__name", "organisation__name")


def _in_words(rows: Iterable[tuple[int, str, str | None, str | None]]) -> dict[int, str]:
    words = _("%(module)s, required by %(owner)s")
    return {pk: words % {"module": title, "owner": group or own} for pk, title, group, own in rows}
