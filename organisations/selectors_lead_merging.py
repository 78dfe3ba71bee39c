"""Who may be one person: suggestions for the lead, never more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organisations.models import Membership
from organisations.rules import domain_of
from organisations.rules_names import are_alike

#: More people than this are not looked through for a similar name, nor listed.
MOST = 200


@dataclass(frozen=True)
class Alike:
    """Somebody who may be the same person, and why it seems so."""

    membership: Membership
    reasons: tuple[str, ...] = ()


def people_alike(membership: Membership, organisation_ids: Iterable[int]) -> list[Alike]:
    """Who in these organisations may be the person of a membership: a suggestion, never more; 1 query."""
    person = membership.goes_on_as
    words = [word for word in person.name.split() if len(word) > 2]
    near = Q(person__name__iexact=person.name)
    for word in words[-1:]:
        near |= Q(person__name__icontains=word)
    if membership.staff_number:
        near |= Q(staff_number__iexact=membership.staff_number)
    found = _others(membership, organisation_ids).filter(near)[:MOST]
    alike = [Alike(each, _reasons(membership, each)) for each in found]
    return _once([each for each in alike if each.reasons])


def people_found(membership: Membership, organisation_ids: Iterable[int], name: str) -> list[Alike]:
    """Others in these organisations by name, work address or staff number; 1 query."""
    wanted = Q(person__name__icontains=name) | Q(work_email__icontains=name) | Q(staff_number__iexact=name)
    return _once([Alike(each) for each in _others(membership, organisation_ids).filter(wanted)[:MOST]])


def _others(membership: Membership, organisation_ids: Iterable[int]) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(organisation__in=list(organisation_ids))
        .filter(person__merged_into__isnull=True, person__erased_at__isnull=True)
        .exclude(person=membership.person.human_id)
        .select_related("person", "organisation", "role", "unit")
        .order_by("person__name", "-started_on", "-pk")
    )


def _reasons(one: Membership, other: Membership) -> tuple[str, ...]:
    reasons = []
    if one.staff_number and one.staff_number.casefold() == other.staff_number.casefold():
        reasons.append(_("The same staff number."))
    if one.goes_on_as.name.casefold() == other.person.name.casefold():
        reasons.append(_("The same name."))
    elif are_alike(one.goes_on_as.name, other.person.name):
        is_one_domain = one.work_email and domain_of(one.work_email) == domain_of(other.work_email)
        reasons.append(
            _("A similar name, and an address of the same domain.") if is_one_domain else _("A similar name.")
        )
    return tuple(reasons)


def _once(rows: list[Alike]) -> list[Alike]:
    return list({each.membership.person_id: each for each in reversed(rows)}.values())[::-1]
