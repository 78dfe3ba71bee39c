"""Of whom and of what a report speaks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.functional import Promise

from organisations.bulk import Among
from reporting.rules import EVERYBODY, Asked


@dataclass(frozen=True)
class Said:
    """One choice in words."""

    label: str | Promise
    value: str


@dataclass(frozen=True)
class Chosen:
    """What a lead chose to look at; nothing chosen is everything."""

    role_id: int | None = None
    #: Kind of membership.
    kind: str = ""
    #: Kind of organisation.
    sort: str = ""
    area_id: int | None = None
    #: A unit with all units below it.
    unit_ids: frozenset[int] = frozenset()
    #: People whose membership names no unit.
    is_without_unit: bool = False
    #: Modules of one course; None for all.
    module_keys: frozenset[uuid.UUID] | None = None
    requirement_id: int | None = None
    said: tuple[Said, ...] = ()
    #: The choices as they stand in an address, without the day.
    query: str = ""

    @property
    def alone(self) -> Chosen:
        """The choices without their words: the same for everybody who chose the same."""
        return replace(self, said=(), query="")

    @property
    def whom(self) -> Asked:
        """The roles and kinds of membership."""
        if self.role_id is None and not self.kind:
            return EVERYBODY
        roles = None if self.role_id is None else frozenset({self.role_id})
        return Asked(roles, frozenset({self.kind}) if self.kind else frozenset())

    @property
    def is_by_unit(self) -> bool:
        """Whether it is a part of one organisation for which nobody gives a headcount."""
        return bool(self.unit_ids) or self.is_without_unit

    @property
    def organisations(self) -> Q:
        """Of organisations."""
        found = Q(kind=self.sort) if self.sort else Q()
        return found & Q(areas=self.area_id) if self.area_id else found

    @property
    def memberships(self) -> Q:
        """Of memberships."""
        return self._members("")

    @property
    def standing(self) -> Q:
        """Of standing."""
        found = self._members("membership__")
        if self.module_keys is not None:
            # A course may have no module yet: then nobody stands anywhere, which is an answer too.
            found &= Q(Among("module_key", self.module_keys))
        if self.requirement_id:
            found &= Q(requirement_version__requirement=self.requirement_id)
        return found

    @property
    def versions(self) -> Q:
        """Of versions of requirements."""
        found = Q() if self.module_keys is None else Q(requirement__module_key__in=self.module_keys)
        return found & Q(requirement=self.requirement_id) if self.requirement_id else found

    def _members(self, path: str) -> Q:
        found = Q()
        if self.role_id is not None:
            found &= Q(role=self.role_id)
        if self.kind:
            found &= Q(**{f"{path}kind": self.kind})
        if self.unit_ids:
            found &= Q(**{f"{path}unit__in": self.unit_ids})
        if self.is_without_unit:
            found &= Q(**{f"{path}unit__isnull": True})
        return found


EVERYTHING = Chosen()
