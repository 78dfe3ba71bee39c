"""What somebody is about to require, as the page before saving shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from organisations.models import Organisation, Partnership
from records.models import Requirement
from records.selectors.requirement_effect import Draft, Effect, effect_of, last_in_time
from records.selectors.requirements import Touched, required_already, touched_by
from records.terms import Terms

#: A module's title, and what it does to coverage on each day; nothing yet while the worker counts it.
ModuleEffects = tuple[str, list[Effect] | None]


@dataclass(frozen=True)
class Plan:
    """Modules that would be required in somebody's name, or one requirement as it would change."""

    owner: Partnership | Organisation
    #: The key and title of each.
    modules: Sequence[tuple[UUID, str]]
    terms: Terms
    effective_from: date
    asked_on: date
    requirement: Requirement | None = None

    def draft(self, number: int) -> Draft:
        """One of its modules by its place, to be counted."""
        pk = self.requirement.pk if self.requirement else None
        key, _title = self.modules[number]
        return Draft(self.owner, key, self.terms, self.effective_from, self.asked_on, pk)

    @property
    def title(self) -> str:
        """All that would be required."""
        return ", ".join(title for _key, title in self.modules)

    @property
    def last_in_time(self) -> date:
        """The day by which those must be done who are there from the first day."""
        return last_in_time(self.terms, self.effective_from)


def effects_of(plan: Plan) -> list[ModuleEffects] | None:
    """What it does to coverage, module by module; none where that is too much to count while somebody waits."""
    found: list[ModuleEffects] = []
    for number, (_key, title) in enumerate(plan.modules):
        effects = effect_of(plan.draft(number), modules=len(plan.modules))
        if effects is None:
            return None
        found.append((title, effects))
    return found


def touched_by_plan(plan: Plan, day: date) -> Touched:
    """Whom it would mean on the day: 1 query."""
    return touched_by(plan.owner, plan.terms, day=day)


def repeated_in(plan: Plan, day: date) -> list[str]:
    """Titles of what the same owner requires already, where it would be new: 1 query."""
    if plan.requirement is not None:
        return []
    already = required_already(plan.owner, [key for key, _title in plan.modules], day)
    return [title for key, title in plan.modules if key in already]
