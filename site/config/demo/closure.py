"""Every row that cannot stay when some rows go, found through the models' own links, whatever apps there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeAlias

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

Model: TypeAlias = type[models.Model]
#: Few enough for one statement's parameters.
BATCH = 500
#: What Django does with a row that points at one that goes.
IS_FORGOTTEN = (models.SET_NULL,)


def in_batches(pks: Iterable[Any]) -> Iterator[list[Any]]:
    """The same keys, a batch at a time."""
    ordered = sorted(pks, key=str)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


class Closure:
    """Rows to be removed, by model. A row that points at one of them goes with it, unless its link may be empty."""

    def __init__(self) -> None:
        self.rows: dict[Model, set[Any]] = defaultdict(set)
        #: Links to be emptied: the model, the field, and the keys that it may point at.
        self._forgotten: dict[tuple[Model, str], set[Any]] = defaultdict(set)

    def add(self, model: Model, pks: Iterable[Any]) -> None:
        """Takes rows in, with all that rest on them."""
        waiting = [(model, set(pks))]
        while waiting:
            model, found = waiting.pop()
            found -= self.rows[model]
            if not found:
                continue
            self.rows[model] |= found
            waiting += [(each, keys) for each, keys in self._resting_on(model, found)]

    def _resting_on(self, model: Model, pks: Collection[Any]) -> Iterator[tuple[Model, set[Any]]]:
        relations: list[Any] = model._meta.get_fields(include_hidden=True)
        for relation in relations:
            if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
                continue
            other, field = relation.related_model, relation.field
            if relation.on_delete in IS_FORGOTTEN:
                self._forgotten[other, field.name] |= set(pks)
            else:
                yield other, self._keys(other, field.name, pks)
        yield from self._pointing_at(model, pks)

    def _pointing_at(self, model: Model, pks: Collection[Any]) -> Iterator[tuple[Model, set[Any]]]:
        """Rows that name another row by its type and number: history, search, references."""
        try:
            kind = ContentType.objects.get_by_natural_key(model._meta.app_label, str(model._meta.model_name))
        except ContentType.DoesNotExist:
            # Nothing has ever named a row of this model.
            return
        for other in apps.get_models(include_auto_created=True):
            names = {field.name for field in other._meta.concrete_fields}
            for type_name, key_name in (("content_type", "object_id"), ("to_content_type", "to_object_id")):
                if {type_name, key_name} <= names:
                    yield other, self._keys(other, key_name, map(str, pks), **{type_name: kind})

    @staticmethod
    def _keys(model: Model, name: str, pks: Iterable[Any], **filters: Any) -> set[Any]:
        rows = model._base_manager.filter(**filters)
        return {
            pk
            for batch in in_batches(pks)
            for pk in rows.filter(**{f"{name}__in": batch}).values_list("pk", flat=True)
        }

    def remove(self) -> int:
        """Removes every row and empties the links of those that stay; says how many went.

        For inside a transaction: the database looks at its foreign keys when that ends, so the order is free.
        """
        for (model, name), pks in self._forgotten.items():
            for batch in in_batches(pks):
                models.QuerySet(model).filter(**{f"{name}__in": batch}).update(**{name: None})
        return sum(
            models.QuerySet(model).filter(pk__in=batch)._raw_delete(using="default")
            for model, pks in self.rows.items()
            for batch in in_batches(pks)
        )
