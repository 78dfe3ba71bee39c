"""The terms of a requirement while they are being chosen: of whom, by when and for how long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypedDict

from organisations.models import Role
from records.models import RequirementVersion


class TermsValues(TypedDict, total=False):
    """The same as keywords; what is left out stands as in Terms."""

    roles: Collection[Role]
    is_for_all_roles: bool
    kinds: Collection[str]
    due_days: int
    due_by: date | None
    valid_for_months: int | None
    window_days: int
    base: str
    fixed_on: date | None


@dataclass(frozen=True)
class Terms:
    """Of whom, by when and for how long."""

    roles: Collection[Role] = ()
    is_for_all_roles: bool = False
    kinds: Collection[str] = ()
    due_days: int = 30
    due_by: date | None = None
    valid_for_months: int | None = None
    window_days: int = 60
    base: str = RequirementVersion.Base.EXPIRY
    fixed_on: date | None = None

    @classmethod
    def of(cls, version: RequirementVersion) -> Terms:
        """Those of a version."""
        return cls(
            roles=tuple(version.roles.all()),
            is_for_all_roles=version.is_for_all_roles,
            kinds=tuple(version.kinds),
            due_days=version.due_days,
            due_by=version.due_by,
            valid_for_months=version.valid_for_months,
            window_days=version.window_days,
            base=version.base,
            fixed_on=version.fixed_on,
        )

    def as_json(self) -> dict[str, Any]:
        """The same as JSON takes it."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)},
            "roles": [role.pk for role in self.roles],
            "kinds": list(self.kinds),
            **{name: day.isoformat() if (day := getattr(self, name)) else None for name in ("due_by", "fixed_on")},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Terms:
        """Terms from how they were kept; roles that are gone are left out: 1 query."""
        days = {name: date.fromisoformat(values[name]) if values[name] else None for name in ("due_by", "fixed_on")}
        roles = tuple(Role.objects.filter(pk__in=values["roles"]))
        return cls(**{**values, **days, "kinds": tuple(values["kinds"]), "roles": roles})
