"""Loading the starter content: new things come, untouched ones are brought up to date, the rest is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from courses.actions.starter_kinds import (
    ContactKind,
    CourseKind,
    FactKind,
    ModuleKind,
    RoleKind,
    SourceKind,
    StarterKind,
)
from courses.models import StarterItem
from courses.rules import content_hash
from courses.starter_blocks import fingerprint
from courses.starter_content import Item, StarterContent, StarterContentError
from courses.translated import DEFAULT
from organisations.models import User

KINDS: tuple[type[StarterKind], ...] = (SourceKind, ContactKind, FactKind, RoleKind, CourseKind, ModuleKind)


class Fate(StrEnum):
    """What became of one thing in the files."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CHANGED_HERE = "changed here"
    REMOVED_HERE = "removed here"
    TAKEN = "taken"


@dataclass(frozen=True)
class Outcome:
    """One thing in the files and what became of it."""

    kind: str
    name: str
    fate: Fate


def load_starter_content(*, content: StarterContent, by: User | None, at: datetime) -> list[Outcome]:
    """Loads everything that is new or untouched, each thing in a transaction of its own, modules live as editions.

    Never overwrites what a person changed and never brings back what a person removed. Raises StarterContentError
    when a thing cannot be stored; what came before it stays, and loading again goes on from there.
    """
    # Plain columns of translated fields hold English, whatever language is active.
    with translation.override(DEFAULT):
        return list(_load_all(content, by, at))


def _load_all(content: StarterContent, by: User | None, at: datetime) -> Iterator[Outcome]:
    here: dict[str, dict[str, Any]] = {kind.name: {} for kind in KINDS}
    for make in (SourceKind, ContactKind, FactKind, RoleKind):
        for item in getattr(content, f"{make.name}s"):
            yield _load(make(by, at, here), item, here)
    for course in sorted(content.courses, key=lambda item: item["order"]):
        outcome = _load(CourseKind(by, at, here), course, here)
        yield outcome
        for module in content.modules_of(course):
            if course["slug"] in here[CourseKind.name]:
                yield _load(ModuleKind(by, at, here), module, here)
            else:
                yield Outcome(ModuleKind.name, module["title"], outcome.fate)


@transaction.atomic
def _load(kind: StarterKind, item: Item, here: dict[str, dict[str, Any]]) -> Outcome:
    remembered = StarterItem.objects.select_for_update().filter(key=kind.key_of(item)).first()
    fate, found = _fate(kind, item, remembered)
    if fate in (Fate.NEW, Fate.UPDATED):
        found = _write(kind, item, found)
    if found is not None:
        here[kind.name][item.get("key") or item["slug"]] = found
    return Outcome(kind.name, kind.label_of(item), fate)


def _write(kind: StarterKind, item: Item, found: Any) -> Any:
    try:
        found = kind.write(found, item)
    except ValidationError as error:
        points = [f"{kind.name} “{kind.label_of(item)}”: {point}" for point in points_of(error)]
        raise StarterContentError(points) from error
    StarterItem.objects.update_or_create(
        key=kind.key_of(item),
        defaults={
            "shipped_hash": content_hash(kind.shipped(item)),
            "content_hash": fingerprint(kind.present(kind.find(found.pk), item)),
            "object_id": found.pk,
            "loaded_at": kind.at,
        },
    )
    return found


def _fate(kind: StarterKind, item: Item, remembered: StarterItem | None) -> tuple[Fate, Any]:
    """What is to become of a thing, and what stands here for it."""
    if remembered is None:
        twin = kind.twin(item)
        return (Fate.NEW, None) if twin is None else (Fate.TAKEN, twin if kind.is_shared else None)
    found = kind.find(remembered.object_id)
    if found is None:
        return Fate.REMOVED_HERE, None
    if content_hash(kind.shipped(item)) == remembered.shipped_hash:
        return Fate.UNCHANGED, found
    is_untouched = fingerprint(kind.present(found, item)) == remembered.content_hash
    return (Fate.UPDATED if is_untouched else Fate.CHANGED_HERE), found


def points_of(error: ValidationError) -> list[str]:
    """What is wrong, each with its field where that is known."""
    if hasattr(error, "error_dict"):
        return [f"{name}: {words}" for name, messages in error.message_dict.items() for words in messages]
    return error.messages
