"""What is missing before coverage can be trusted, or be better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from guidance.selectors_gaps import gaps_in_contacts_of
from organisations.models import Appointment, Membership, Organisation, PartnershipMembership
from organisations.querysets import open_on
from records.models import RequirementVersion
from records.rules.days import add_months
from reporting.gaps import Gap, Lack
from reporting.selectors.choices import role_name
from reporting.selectors.coverage import coverage_on
from reporting.tables import Row

#: A headcount older than so many months is asked for anew.
OLD_AFTER_MONTHS = 12


def gaps_of(organisations: QuerySet[Organisation], day: date) -> list[Gap]:
    """What these organisations lack on the day, in the order of their names: 11 queries at any size."""
    table = coverage_on(organisations, day)
    ids = [row.organisation_id for row in table.rows]
    led, without = _led(ids, day), _roles_without_requirement(ids, day)
    contacts: dict[int, list[Gap]] = defaultdict(list)
    names = {row.organisation_id: row for row in table.rows}
    for each in gaps_in_contacts_of(list(Organisation.objects.filter(pk__in=ids)), day):
        row = names[each.organisation.pk]
        contacts[row.organisation_id].append(_gap(row, Lack.CONTACT, about=each.sentence))
    found: list[Gap] = []
    for row in table.rows:
        if row.organisation_id not in led:
            found.append(_gap(row, Lack.LEAD))
        found += _gaps_in_people(row, day)
        found += [_gap(row, Lack.REQUIREMENT, about=role) for role in without[row.organisation_id]]
        found += contacts[row.organisation_id]
    return found


def _gap(row: Row, lack: Lack, about: str = "", on: date | None = None) -> Gap:
    return Gap(row.organisation_id, row.name, row.slug, lack, about, on)


def _gaps_in_people(row: Row, day: date) -> list[Gap]:
    """Headcounts, and people who are there."""
    found, known = [], row.known
    if known.headcount is None:
        found.append(_gap(row, Lack.HEADCOUNT))
    else:
        counted_on = min(each.counted_on for each in known.figures)
        if counted_on < add_months(day, -OLD_AFTER_MONTHS):
            found.append(_gap(row, Lack.NEW_HEADCOUNT, on=counted_on))
        if known.has_leavers:
            found.append(_gap(row, Lack.LEAVERS))
    if not known.registered:
        found.append(_gap(row, Lack.PEOPLE))
    elif any(cell.counts.required for cell in row.cells) and not any(cell.counts.current for cell in row.cells):
        found.append(_gap(row, Lack.TRAINING))
    return found


def _led(organisation_ids: Sequence[int], day: date) -> set[int]:
    """Those that have a lead of their own: 1 query."""
    leads = Appointment.objects.active_on(day).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation__in=organisation_ids
    )
    return set(leads.values_list("organisation_id", flat=True))


def _roles_without_requirement(organisation_ids: Sequence[int], day: date) -> dict[int, list[str]]:
    """Roles in which people work and of which nothing is required on the day, by organisation: 3 queries."""
    belongs: dict[int, set[int]] = defaultdict(set)
    held = PartnershipMembership.objects.active_on(day).filter(organisation__in=organisation_ids)
    for organisation, partnership in held.values_list("organisation_id", "partnership_id"):
        belongs[organisation].add(partnership)
    partnerships = set().union(*belongs.values())
    in_force = RequirementVersion.objects.filter(
        open_on(day, start="effective_from", end="effective_to"),
        Q(requirement__organisation__in=organisation_ids) | Q(requirement__partnership__in=partnerships),
    )
    # Roles of whom something is required, by owner; None among them is everyone.
    asked: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    rows = in_force.values_list(
        "requirement__organisation_id", "requirement__partnership_id", "is_for_all_roles", "roles"
    )
    for organisation, partnership, is_for_all, role in rows:
        owner = ("organisation", organisation) if organisation else ("partnership", partnership)
        asked[owner].add(None if is_for_all else role or 0)
    found: dict[int, list[str]] = defaultdict(list)
    there = (
        Membership.objects.active_on(day)
        .filter(organisation__in=organisation_ids)
        .annotate(label=role_name("role__"))
        .order_by("label", "role_id")
        .values_list("organisation_id", "role_id", "label")
        .distinct()
    )
    for organisation, role, label in there:
        of_role = asked["organisation", organisation].union(
            *(asked["partnership", each] for each in belongs[organisation])
        )
        if None not in of_role and role not in of_role:
            found[organisation].append(label)
    return found
