"""Writes about areas: the parts of a partnership's ground."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.clock import today
from organisations.models import Area, Organisation, Partnership, User
from organisations.selectors import areas_for


@transaction.atomic
def create_area(*, partnership: Partnership, name: str, by: User | None) -> Area:
    """Makes an area of the partnership; refuses a name that it has already."""
    area = Area(partnership=partnership)
    _name(area, name)
    write_log(area, "organisations.create", by)
    return area


@transaction.atomic
def rename_area(*, area: Area, name: str, by: User | None) -> Area:
    """Changes the name; refuses one that the partnership has already."""
    _name(area, name)
    write_log(area, "organisations.change", by)
    return area


@transaction.atomic
def remove_area(*, area: Area, by: User | None) -> None:
    """Removes an area, also from its organisations; refuses one that something above, such as a contact, rests on."""
    for relation in area._meta.related_objects:
        if relation.many_to_many:
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: area})
        if number := rows.count():
            words = _("%(area)s is kept, because it is still used: %(things)s (%(number)s). Change that first.")
            things = relation.related_model._meta.verbose_name_plural
            raise ValidationError(words % {"area": area.name, "things": things, "number": number})
    write_log(area, "organisations.remove", by)
    area.delete()


@transaction.atomic
def set_areas(*, organisation: Organisation, areas: Iterable[Area], by: User | None) -> None:
    """Says in which areas the organisation works; refuses areas of partnerships that it does not belong to today."""
    wanted, offered = set(areas), set(areas_for(organisation, today()))
    if wanted - offered:
        raise ValidationError({"areas": _("Choose areas of the organisation's own partnership.")})
    if wanted != set(organisation.areas.all()):
        organisation.areas.set(wanted)
        write_log(organisation, "organisations.change", by, fields=["areas"])


def _name(area: Area, name: str) -> None:
    area.name = " ".join(name.split())
    others = Area.objects.filter(partnership=area.partnership).exclude(pk=area.pk)
    if others.filter(name__iexact=area.name).exists():
        raise ValidationError({"name": _("There is already an area of this name.")})
    if not area.slug:
        stem = slugify(area.name)[:70] or "area"
        taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        area.slug = next(slug for slug in (stem, *numbered) if slug not in taken)
    area.full_clean()
    area.save()
