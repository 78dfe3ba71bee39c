"""One organisation by its units and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from organisations.bulk import Among, Slot
from organisations.models import Organisation, Unit
from organisations.prepared import Composed, composed
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.rules import Counts
from reporting.selectors.choices import Choices
from reporting.selectors.counting import DAY, counts_of, severity_on, standing_of


@dataclass(frozen=True)
class Group:
    """Some of an organisation's people: by everything that is required of them, each once."""

    pk: int
    name: str
    counts: Counts
    #: How many units lie above it.
    depth: int = 0

    @property
    def indent(self) -> range:
        """One for each unit above it."""
        return range(self.depth)


@dataclass(frozen=True)
class Groups:
    """The people of an organisation by role and by unit; a unit holds those below it too."""

    roles: tuple[Group, ...]
    units: tuple[Group, ...]
    #: People whose membership names no unit.
    without_unit: Counts

    @property
    def by_unit(self) -> tuple[Group, ...]:
        """The units, and last those in none where there is anybody; that one has no number."""
        nowhere = Group(0, _("In no unit"), self.without_unit)
        return (*self.units, nowhere) if self.without_unit.required else self.units


#: People in each state of a grouping, the best first.
_STATES = ", ".join(f"COUNT(*) FILTER (WHERE worst = {SEVERITY[state]})" for state in State)
#: Each unit beside itself and every unit above it; people are brought together once for each grouping.
_QUERY = f"""WITH RECURSIVE tree (unit, above) AS (
    SELECT id, id FROM {Unit._meta.db_table} WHERE organisation_id IN ({{places}})
    UNION ALL SELECT tree.unit, higher.parent_id
    FROM tree JOIN {Unit._meta.db_table} higher ON higher.id = tree.above WHERE higher.parent_id IS NOT NULL
),
stood (unit, role, person, worst) AS ({{standing}}),
by_unit AS (
    SELECT tree.above AS unit, person, MAX(worst) AS worst
    FROM stood LEFT JOIN tree ON tree.unit = stood.unit GROUP BY tree.above, person
),
by_role AS (SELECT role, person, MAX(worst) AS worst FROM stood GROUP BY role, person)
SELECT 1, role, {_STATES} FROM by_role GROUP BY role
UNION ALL SELECT 0, unit, {_STATES} FROM by_unit GROUP BY unit
"""  # noqa: S608 - nothing in it comes from outside


@lru_cache(maxsize=64)
def _prepared(_vendor: str, chosen: Chosen) -> Composed:
    here = Slot(0)
    places = Organisation.objects.filter(Among("pk", here)).order_by().values_list("pk")
    standing = (
        standing_of(here, DAY, chosen)
        # Said of the membership too: without it the database reads all memberships there are.
        .filter(Among("membership__organisation_id", here))
        .values("membership__unit_id", "role_id", "person_id")
        .annotate(worst=Max(severity_on(DAY)))
    )
    return composed(_QUERY, places=places, standing=standing)


def groups_of(organisation: Organisation, day: date, chosen: Chosen, choices: Choices) -> Groups:
    """The people by role and by unit: 1 query, which gives a row for each group."""
    roles: dict[int, Counts] = {}
    units: dict[int | None, Counts] = {}
    here = [organisation.pk]
    for is_role, key, *states in _prepared(connection.vendor, chosen.alone).rows(day, here):
        if is_role:
            roles[key] = counts_of(states)
        else:
            units[key] = counts_of(states)
    nobody = Counts()
    return Groups(
        roles=tuple(Group(pk, name, roles[pk]) for pk, name in choices.roles.items() if pk in roles),
        units=tuple(
            Group(unit.pk, unit.name, units.get(unit.pk, nobody), len(unit.above)) for unit in choices.units.values()
        ),
        without_unit=units.get(None, nobody),
    )
