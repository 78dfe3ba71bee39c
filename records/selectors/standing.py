"""Where people stand with what is required of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.learning_again import to_be_learned_again
from organisations.isolating import isolated
from organisations.models import User
from organisations.prepared import GivenDay
from organisations.querysets import open_on
from records.models import Standing
from records.rules.standing import SEVERITY, State, Stretch, state_on


def standing_on(day: date | GivenDay) -> Q:
    """Standing rows whose stretch holds the day."""
    return open_on(day, start="required_from", end="required_to")


@dataclass(frozen=True)
class Reason:
    """Why a module is required of a person; as text a sentence for the learner."""

    role: str
    organisation: str
    #: The partnership or organisation that requires it.
    required_by: str
    is_for_everyone: bool

    @property
    def text(self) -> str | Promise:
        """The reason in words."""
        if self.is_for_everyone:
            return _("Because everyone in %(required_by)s takes it.") % {"required_by": isolated(self.required_by)}
        return _("Because of your role at %(organisation)s: %(role)s.") % {
            "organisation": isolated(self.organisation),
            "role": isolated(self.role),
        }

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class RequiredModule:
    """A module that is required of a person on a day, over all requirements: the worst state, the earliest days."""

    module_key: uuid.UUID
    title: str
    state: State
    #: The day by which to complete it (the earliest of several); none while it is current.
    due_on: date | None
    #: The last day on which it is current (the earliest of several); none where it has no end or is not current.
    satisfied_to: date | None
    reasons: tuple[Reason, ...]
    #: Whether that day is the one by which an edition must be learned again.
    is_again: bool = False

    @property
    def is_current(self) -> bool:
        """Whether nothing is asked of the person today."""
        return self.state in (State.CURRENT, State.EXPIRING)


def requirements_of(person: User, day: date) -> list[RequiredModule]:
    """What is required of a person on a day, the most pressing first, in one query."""
    rows = (
        Standing.objects.filter(standing_on(day), person=person)
        .annotate(again_on=_refresh_day())
        .select_related(
            "role",
            "organisation",
            "requirement_version__requirement__partnership",
            "requirement_version__requirement__organisation",
        )
        .order_by("requirement_version__requirement__module_title", "pk")
    )
    by_module: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_module[row.module_key].append(row)
    modules = [_required_module(theirs, day) for theirs in by_module.values()]
    return sorted(
        modules, key=lambda each: (-SEVERITY[each.state], each.due_on or each.satisfied_to or date.max, each.title)
    )


def _refresh_day() -> Subquery:
    """The day by which an edition is learned again, where that is what ends a row's validity or made it due."""
    again = to_be_learned_again().filter(module_key=OuterRef("module_key"))
    here = again.filter(Q(refresh_on=OuterRef("satisfied_to")) | Q(refresh_on=OuterRef("due_on")))
    return Subquery(here.order_by("refresh_on").values("refresh_on")[:1])


def state_of(row: Standing, day: date) -> State:
    """The state of one row on a day of its stretch."""
    return state_on(
        Stretch(
            member=row.membership_id,
            version=row.requirement_version_id,
            required_from=row.required_from,
            required_to=row.required_to,
            due_on=row.due_on,
            satisfied_from=row.satisfied_from,
            satisfied_to=row.satisfied_to,
        ),
        day,
    )


def _required_module(rows: list[Any], day: date) -> RequiredModule:
    states = {row.pk: state_of(row, day) for row in rows}
    late = [row for row in rows if states[row.pk] in (State.DUE, State.OVERDUE)]
    ends = [row.satisfied_to for row in rows if row.satisfied_to]
    reasons = []
    for row in rows:
        requirement = row.requirement_version.requirement
        owner = requirement.partnership or requirement.organisation
        assert owner is not None  # the constraint requirement_has_one_owner
        reasons.append(
            Reason(
                role=row.role.name,
                organisation=row.organisation.name,
                required_by=owner.name,
                is_for_everyone=row.requirement_version.is_for_all_roles,
            )
        )
    due_on = min((row.due_on for row in late), default=None)
    satisfied_to = None if late else min(ends, default=None)
    again = {row.again_on for row in rows}
    return RequiredModule(
        module_key=rows[0].module_key,
        title=rows[0].requirement_version.requirement.module_title,
        state=max(states.values(), key=SEVERITY.__getitem__),
        due_on=due_on,
        satisfied_to=satisfied_to,
        reasons=tuple(dict.fromkeys(reasons)),
        is_again=(due_on or satisfied_to) in again - {None},
    )
