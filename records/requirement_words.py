"""The terms of a requirement in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Membership
from records.models import RequirementVersion


@dataclass(frozen=True)
class Words:
    """Of whom, by when and for how long."""

    whom: str
    due: str
    validity: str


def words_of(version: RequirementVersion) -> Words:
    """A version in words; its roles are read."""
    return words_for(
        roles=[role.name for role in version.roles.all()],
        is_for_all_roles=version.is_for_all_roles,
        kinds=version.kinds,
        due_days=version.due_days,
        valid_for_months=version.valid_for_months,
    )


def words_for(
    *,
    roles: Collection[str],
    is_for_all_roles: bool,
    kinds: Collection[str],
    due_days: int,
    valid_for_months: int | None,
) -> Words:
    """Terms in words, in the reader's language."""
    whom = _("Everyone") if is_for_all_roles else ", ".join(roles)
    if of_kinds := ", ".join(str(Membership.Kind(kind).label) for kind in kinds):
        whom = _("%(whom)s, only: %(kinds)s") % {"whom": whom, "kinds": of_kinds}
    due = ngettext("Within %(days)s day", "Within %(days)s days", due_days) % {"days": due_days}
    if not due_days:
        due = _("On the first day")
    validity = _("Once; it does not expire")
    if valid_for_months:
        validity = ngettext("For %(months)s month", "For %(months)s months", valid_for_months) % {
            "months": valid_for_months
        }
    return Words(whom, due, validity)
