"""Coverage on a day, in three queries whatever the number of people, organisations and modules."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
)
from django.db.models import Value as V
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import get_language

from organisations.models import Membership, Organisation, PartnershipMembership
from organisations.querysets import open_on
from organisations.rules import Figure, Place, everybody, together
from records.models import RequirementVersion, Standing
from records.rules.standing import EXPIRING_DAYS
from records.selectors.standing import standing_on
from reporting.rules import Asked, Counts, concerns, known_people
from reporting.tables import Cell, Coverage, Module, NamedFigure, Row


class _Somewhere(NamedTuple):
    """One organisation as read."""

    pk: int
    name: str
    slug: str
    kind: str
    partnership_ids: set[int]
    figures: dict[tuple[int | None, str], NamedFigure]


class _CountRow(NamedTuple):
    """A line of numbers: what standing says (with a module, or of all), or who is registered (with a kind)."""

    source: str
    organisation_id: int | None
    module_key: uuid.UUID | None
    role_id: int | None
    kind: str
    people: int
    not_settled: int
    late: int
    overdue: int
    away: int


def coverage_on(organisations: QuerySet[Organisation], day: date) -> Coverage:
    """The coverage of these organisations on a day, as known now."""
    places = _places(organisations, day)
    asked, modules = _asked(places, day)
    standing: dict[tuple[int | None, uuid.UUID | None], Counts] = {}
    registered: dict[int, dict[tuple[int | None, str], int]] = defaultdict(dict)
    away: dict[int, int] = {}
    for row in _counts([place.pk for place in places], day):
        if row.source == "standing":
            standing[row.organisation_id, row.module_key] = _counted(row)
        else:
            assert row.organisation_id is not None
            registered[row.organisation_id][row.role_id, row.kind] = row.people
            if row.role_id is None and not row.kind:
                away[row.organisation_id] = row.away
    rows = []
    for place in places:
        known = Place(
            {key: Figure(each.people, each.counted_on, each.source) for key, each in place.figures.items()},
            registered[place.pk],
        )
        rows.append(
            Row(
                organisation_id=place.pk,
                name=place.name,
                slug=place.slug,
                kind=place.kind,
                cells=[
                    Cell(
                        module=module,
                        counts=standing.get((place.pk, module.key), Counts()),
                        known=known_people(asked[place.pk][module.key], known),
                        is_asked=concerns(asked[place.pk][module.key], known),
                    )
                    for module in modules
                ],
                known=everybody(known),
                away=away.get(place.pk, 0),
                figures=list(place.figures.values()),
            )
        )
    totals = []
    for number, module in enumerate(modules):
        cells = [row.cells[number] for row in rows if row.cells[number].is_asked]
        known_together = together(cell.known for cell in cells)
        totals.append(Cell(module, standing.get((None, module.key), Counts()), known_together, bool(cells)))
    return Coverage(
        day=day,
        modules=modules,
        rows=rows,
        totals=totals,
        people=standing.get((None, None), Counts()),
        everybody=together(row.known for row in rows),
    )


def _counted(row: _CountRow) -> Counts:
    """People by the worst of their states: each number read counts those as badly off or worse."""
    return Counts(
        required=row.people,
        current=row.people - row.late,
        expiring=row.not_settled - row.late,
        due=row.late - row.overdue,
        overdue=row.overdue,
    )


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
        organisations.annotate(
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
            "name",
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
    for pk, name, slug, kind, partnership, role, of_kind, role_label, people, counted_on, source in rows:
        place = found.setdefault(pk, _Somewhere(pk, name, slug, kind, set(), {}))
        if partnership:
            place.partnership_ids.add(partnership)
        if counted_on:
            # The rows come oldest first: the newest stays.
            place.figures[role, of_kind] = NamedFigure(role_label, of_kind, people, counted_on, source)
    return list(found.values())


def _asked(places: Collection[_Somewhere], day: date) -> tuple[dict[int, dict[uuid.UUID, list[Asked]]], list[Module]]:
    """What is required where on the day, and of which modules: one query."""
    partnerships = {partnership for place in places for partnership in place.partnership_ids}
    rows = (
        RequirementVersion.objects.filter(open_on(day, start="effective_from", end="effective_to"))
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
    for pk, organisation, partnership, module_key, title, is_for_all, kinds, role in rows:
        titles[module_key] = title
        versions[pk] = organisation, partnership, module_key, is_for_all, frozenset(kinds)
        if role:
            roles[pk].add(role)
    asked: dict[int, dict[uuid.UUID, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for pk, (organisation, partnership, module_key, is_for_all, kinds) in versions.items():
        terms = Asked(None if is_for_all else frozenset(roles[pk]), kinds)
        for place in places:
            if place.pk == organisation or partnership in place.partnership_ids:
                asked[place.pk][module_key].append(terms)
    modules = [Module(key, title) for key, title in titles.items()]
    return asked, sorted(modules, key=lambda module: (module.title.casefold(), str(module.key)))


def _counts(organisation_ids: Sequence[int], day: date) -> Iterable[_CountRow]:
    """Every number of the table that is counted from people, as one query of six parts."""
    standing = Standing.objects.filter(standing_on(day), organisation__in=organisation_ids)
    late = Q(satisfied_from__isnull=True) | Q(satisfied_from__gt=day) | Q(satisfied_to__lt=day)
    soon = Q(satisfied_to__lte=day + timedelta(days=EXPIRING_DAYS))
    stand = {
        "people": Count("person_id", distinct=True),
        "not_settled": Count("person_id", distinct=True, filter=late | soon),
        "late": Count("person_id", distinct=True, filter=late),
        "overdue": Count("person_id", distinct=True, filter=late & Q(due_on__lt=day)),
        "of_them_away": Cast(V(0), IntegerField()),
    }
    members = (
        Membership.objects.active_on(day)
        .filter(organisation__in=organisation_ids)
        .annotate(human=Coalesce("person__merged_into_id", "person_id"))
    )
    nothing = {name: Cast(V(0), IntegerField()) for name in ("not_settled", "late", "overdue")}
    people = {
        "people": Count("human", distinct=True),
        **nothing,
        "of_them_away": Count(
            "human", distinct=True, filter=open_on(day, start="away__started_on", end="away__ended_on")
        ),
    }
    parts = [
        _part(standing, "standing", stand, organisation="organisation_id", module="module_key"),
        _part(standing, "standing", stand, module="module_key"),
        _part(standing, "standing", stand),
        _part(members, "registered", people, organisation="organisation_id", role="role_id", kind="kind"),
        _part(members, "registered", people, organisation="organisation_id", kind="kind"),
        _part(members, "registered", people, organisation="organisation_id"),
    ]
    return (_CountRow(*row) for row in parts[0].union(*parts[1:], all=True))


def _part(rows: QuerySet, source: str, numbers: Mapping[str, Any], **by: str) -> QuerySet[Any, tuple[Any, ...]]:
    """One grouping of the rows; what it is not grouped by is typed, so that the parts fit together."""
    columns = {
        "of": Cast(V(source), CharField()),
        "where": F(by["organisation"]) if "organisation" in by else Cast(V(None), BigIntegerField()),
        "what": F(by["module"]) if "module" in by else Cast(V(None), UUIDField()),
        "job": F(by["role"]) if "role" in by else Cast(V(None), BigIntegerField()),
        "sort": F(by["kind"]) if "kind" in by else Cast(V(""), CharField()),
    }
    return rows.order_by().values(**columns).annotate(**numbers).values_list(*columns, *numbers)


def organisations_in(day: date, *, partnership_ids: Collection[int], own_ids: Collection[int]) -> QuerySet:
    """Organisations of these partnerships on the day, and these organisations themselves; none that had closed."""
    members = PartnershipMembership.objects.active_on(day).filter(partnership__in=partnership_ids)
    return Organisation.objects.open_on(day).filter(Q(pk__in=own_ids) | Q(pk__in=members.values("organisation")))
