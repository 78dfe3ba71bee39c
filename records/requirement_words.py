"""The terms of a requirement in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Membership
from records.models import RequirementVersion
from records.rules.days import ONE_DAY
from records.selectors.requirement_effect import Effect
from records.selectors.requirement_plans import Plan
from records.terms import Terms


@dataclass(frozen=True)
class Words:
    """Of whom, by when and for how long."""

    whom: str
    due: str
    validity: str


def words_of(version: RequirementVersion) -> Words:
    """A version in words; its roles are read."""
    return words_for(Terms.of(version))


def words_for(terms: Terms) -> Words:
    """Terms in words, in the reader's language."""
    whom = _("Everyone") if terms.is_for_all_roles else ", ".join(role.name for role in terms.roles)
    if of_kinds := ", ".join(str(Membership.Kind(kind).label) for kind in terms.kinds):
        whom = _("%(whom)s, only: %(kinds)s") % {"whom": whom, "kinds": of_kinds}
    return Words(whom, _due(terms), _validity(terms))


def with_names(effects: Iterable[Effect], plan: Plan, today: date) -> list[tuple[str, Effect]]:
    """Each day of what it does, with what the day is."""
    return [(_day(each.day, plan, today), each) for each in effects]


def _day(day: date, plan: Plan, today: date) -> str:
    names = []
    if day == plan.asked_on:
        names.append(_("today") if day == today else _("when you asked"))
    if day == plan.effective_from:
        names.append(_("first day"))
    if day == plan.last_in_time:
        names.append(_("last day in time"))
    if day == plan.last_in_time + ONE_DAY:
        names.append(_("the day after it is due"))
    written = date_format(day)
    return _("%(day)s: %(names)s") % {"day": written, "names": ", ".join(names)} if names else written


def _due(terms: Terms) -> str:
    due = ngettext("Within %(days)s day", "Within %(days)s days", terms.due_days) % {"days": terms.due_days}
    if not terms.due_days:
        due = _("On the first day")
    if terms.due_by is None:
        return due
    words = _("By %(day)s. Who starts later: %(due)s, and not before that day.")
    return words % {"day": date_format(terms.due_by), "due": due[:1].lower() + due[1:]}


def _validity(terms: Terms) -> str:
    months = terms.valid_for_months
    if not months:
        return _("Once; it does not expire")
    length = ngettext("For %(months)s month", "For %(months)s months", months) % {"months": months}
    window = ngettext("%(days)s day", "%(days)s days", terms.window_days) % {"days": terms.window_days}
    if terms.base == RequirementVersion.Base.FIXED and terms.fixed_on:
        words = ngettext(
            "For everybody until %(day)s, then again every %(months)s month. Taken in the last %(window)s before "
            "that day, it counts for the time after it.",
            "For everybody until %(day)s, then again every %(months)s months. Taken in the last %(window)s before "
            "that day, it counts for the time after it.",
            months,
        )
        return words % {"day": date_format(terms.fixed_on), "months": months, "window": window}
    if terms.base == RequirementVersion.Base.EXPIRY and terms.window_days:
        words = _("%(length)s. Renewed in the last %(window)s, it counts on from the old end.")
        return words % {"length": length, "window": window}
    return length
