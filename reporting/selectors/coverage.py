"""Coverage on a day, in three to five queries whatever the number of people, organisations and modules."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from django.db.models import CharField, F, FilteredRelation, Q, QuerySet
from django.db.models import Value as V
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from organisations.models import Organisation, PartnershipMembership
from organisations.querysets import named_on, open_on
from organisations.rules import Figure, Known, Place, everybody, together
from records.models import RequirementVersion
from records.rules.standing import State
from reporting.filters import EVERYTHING, Chosen
from reporting.rules import EVERYBODY, Asked, concerns, known_people, narrowed
from reporting.selectors.counting import NUMBERS, counted_on, counts_of
from reporting.selectors.evidence import look_up_shown
from reporting.tables import Cell, Coverage, Evidence, Module, NamedFigure, Row

NOBODY = (0,) * NUMBERS
#: Of whom one module is asked in one organisation, requirement by requirement.
Terms: TypeAlias = tuple[Asked, ...]


class _Somewhere(NamedTuple):
    """One organisation as read."""

    pk: int
    name: str
    slug: str
    kind: str
    partnership_ids: set[int]
    figures: dict[tuple[int | None, str], NamedFigure]


def coverage_on(
    organisations: QuerySet[Organisation], day: date, chosen: Chosen = EVERYTHING, *, has_evidence: bool = False
) -> Coverage:
    """The coverage of these organisations on a day, as known now, of what was chosen; with evidence it says in each
    cell how those who are current came to it, for a query more where somebody has completed a module anew since.
    """
    places = _places(organisations.filter(chosen.organisations), day)
    asked, modules, module_of = _asked(places, day, chosen)
    place_ids = [place.pk for place in places]
    counted = counted_on(place_ids, day, chosen, module_of)
    if has_evidence:
        look_up_shown(counted, place_ids, day, chosen, module_of, modules)
    # A headcount is of a role or of the whole organisation, never of a unit.
    is_counted = not chosen.is_by_unit
    rows = []
    for place in places:
        figures = place.figures if is_counted else {}
        known = Place(
            {key: Figure(each.people, each.counted_on, each.source) for key, each in figures.items()},
            counted.registered[place.pk],
        )
        rows.append(
            Row(
                organisation_id=place.pk,
                name=place.name,
                slug=place.slug,
                kind=place.kind,
                cells=_cells(modules, asked[place.pk], known, counted.standing[place.pk], has_evidence=has_evidence),
                known=everybody(known) if chosen.whom == EVERYBODY else known_people([chosen.whom], known),
                away=counted.away.get(place.pk, 0),
                waived=counted.waived.get(place.pk, 0),
                figures=list(figures.values()),
            )
        )
    totals = []
    for number, module in enumerate(modules):
        cells = [row.cells[number] for row in rows if row.cells[number].is_asked]
        known_together = together(cell.known for cell in cells)
        numbers = counted.standing[None].get(number, NOBODY)
        totals.append(_cell(module, numbers, known_together, is_asked=bool(cells), has_evidence=has_evidence))
    return Coverage(
        day=day,
        modules=modules,
        rows=rows,
        totals=totals,
        people=counts_of(counted.people),
        everybody=together(row.known for row in rows),
    )


def _cells(
    modules: Sequence[Module],
    asked: Sequence[Terms],
    known: Place,
    standing: Mapping[int, Sequence[int]],
    *,
    has_evidence: bool,
) -> list[Cell]:
    """One organisation across the modules; those that ask the same people are looked up once."""
    found: dict[Terms, tuple[Known, bool]] = {}
    cells = []
    for number, (module, terms) in enumerate(zip(modules, asked, strict=True)):
        if terms not in found:
            found[terms] = known_people(terms, known), concerns(terms, known)
        concerned, is_asked = found[terms]
        numbers = standing.get(number, NOBODY)
        cells.append(_cell(module, numbers, concerned, is_asked=is_asked, has_evidence=has_evidence))
    return cells


def _cell(module: Module, numbers: Sequence[int], known: Known, *, is_asked: bool, has_evidence: bool) -> Cell:
    counts = counts_of(numbers[: len(State)])
    evidence = Evidence(module, counts.current, *numbers[len(State) :]) if has_evidence else None
    return Cell(module, counts, known, is_asked, evidence)


def _places(organisations: QuerySet[Organisation], day: date) -> list[_Somewhere]:
    """The organisations with the partnerships they belong to on the day and their newest headcounts: one query."""
    language = (get_language() or "en").split("-")[0]
    role_name = Coalesce(
        NullIf(F(f"counted__role__name_{language}"), V("")),
        F("counted__role__name_en"),
        V(""),
        output_field=CharField(),
    )
    rows = (
        named_on(organisations, day)
        .annotate(
            held=FilteredRelation(
                "partnership_memberships",
                condition=open_on(
                    day, start="partnership_memberships__started_on", end="partnership_memberships__ended_on"
                ),
            ),
            counted=FilteredRelation("headcounts", condition=Q(headcounts__counted_on__lte=day)),
        )
        .order_by("name", "pk", "counted__counted_on", "counted__pk")
        .values_list(
            "pk",
            "name_then",
            "slug",
            "kind",
            "held__partnership_id",
            "counted__role_id",
            "counted__kind",
            role_name,
            "counted__people",
            "counted__counted_on",
            "counted__source",
        )
    )
    found: dict[int, _Somewhere] = {}
    for pk, name, slug, kind, partnership, role, of_kind, role_label, people, day_counted, source in rows:
        place = found.setdefault(pk, _Somewhere(pk, name, slug, kind, set(), {}))
        if partnership:
            place.partnership_ids.add(partnership)
        if day_counted:
            # The rows come oldest first: the newest stays.
            place.figures[role, of_kind] = NamedFigure(role_label, of_kind, people, day_counted, source)
    return list(found.values())


def _asked(
    places: Collection[_Somewhere], day: date, chosen: Chosen
) -> tuple[dict[int, list[Terms]], list[Module], dict[int, int]]:
    """What is required where on the day of those chosen, module by module, and the place of each version's module
    among them: one query.
    """
    partnerships = {partnership for place in places for partnership in place.partnership_ids}
    rows = (
        RequirementVersion.objects.filter(open_on(day, start="effective_from", end="effective_to"), chosen.versions)
        .filter(
            Q(requirement__organisation__in=[place.pk for place in places])
            | Q(requirement__partnership__in=partnerships)
        )
        .order_by("pk")
        .values_list(
            "pk",
            "requirement__organisation_id",
            "requirement__partnership_id",
            "requirement__module_key",
            "requirement__module_title",
            "is_for_all_roles",
            "kinds",
            "roles",
        )
    )
    titles: dict[uuid.UUID, str] = {}
    roles: dict[int, set[int]] = defaultdict(set)
    versions: dict[int, tuple[Any, ...]] = {}
    whom = chosen.whom
    for pk, organisation, partnership, module_key, title, is_for_all, kinds, role in rows:
        titles[module_key] = title
        versions[pk] = organisation, partnership, module_key, is_for_all, frozenset(kinds)
        if role:
            roles[pk].add(role)
    modules = [Module(key, title) for key, title in titles.items()]
    modules.sort(key=lambda module: (module.title.casefold(), str(module.key)))
    required = [
        (owner, partnership, module_key, narrowed([Asked(None if is_for_all else frozenset(roles[pk]), kinds)], whom))
        for pk, (owner, partnership, module_key, is_for_all, kinds) in versions.items()
    ]
    owners = {owner for owner, *_others in required}
    # Of all organisations of one partnership that require nothing themselves the same is asked.
    asked: dict[int, list[Terms]] = {}
    made: dict[tuple[int, frozenset[int]], list[Terms]] = {}
    for place in places:
        key = place.pk if place.pk in owners else 0, frozenset(place.partnership_ids)
        if key not in made:
            of_module: dict[uuid.UUID, list[Asked]] = defaultdict(list)
            for owner, partnership, module_key, terms in required:
                if place.pk == owner or partnership in place.partnership_ids:
                    of_module[module_key] += terms
            made[key] = [tuple(of_module[module.key]) for module in modules]
        asked[place.pk] = made[key]
    place_of = {module.key: number for number, module in enumerate(modules)}
    return asked, modules, {pk: place_of[key] for pk, (_owner, _partnership, key, *_terms) in versions.items()}


def organisations_in(day: date, *, partnership_ids: Collection[int], own_ids: Collection[int]) -> QuerySet:
    """Organisations of these partnerships on the day, and these organisations themselves; none that had closed."""
    members = PartnershipMembership.objects.active_on(day).filter(partnership__in=partnership_ids)
    return Organisation.objects.open_on(day).filter(Q(pk__in=own_ids) | Q(pk__in=members.values("organisation")))
