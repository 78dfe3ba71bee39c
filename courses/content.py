"""Copies of pages: what a person wrote on them, without what the page tree keeps for itself."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from modelcluster.models import get_field_value, get_serializable_data_for_fields
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from courses.rules import canonical_json
from courses.translated import DEFAULT, TranslatedPage, localised

#: As in courses/blocks/image.html.
IMAGE_SIZE = "width-1000"

PageType = TypeVar("PageType", bound=TranslatedPage)


def authored_fields(model: type[TranslatedPage]) -> list[str]:
    """The names of the fields that editors fill in: one per language where a text is translated."""
    plain = set(model.translated_field_names())
    own = [field.name for field in model._meta.local_fields if field.serialize and not field.primary_key]
    return ["title", "slug", *[name for name in own if name not in plain], *_many_to_many(model)]


def _many_to_many(model: type[TranslatedPage]) -> list[str]:
    return [field.name for field in model._meta.local_many_to_many]


def authored_content(page: TranslatedPage) -> dict[str, Any]:
    """What was written on the page, ready to be stored as JSON."""
    model = type(page)
    related = _many_to_many(model)
    content: dict[str, Any] = {
        name: sorted(row.pk for row in getattr(page, name).all())
        if name in related
        else get_field_value(model._meta.get_field(name), page)
        for name in authored_fields(model)
    }
    for field in model._meta.local_fields:
        if isinstance(field, StreamField) and content.get(field.name):
            # PostgreSQL reorders the keys of the blocks that it stores; one spelling makes the same blocks equal.
            content[field.name] = canonical_json(json.loads(content[field.name]))
    # The tree's own title follows the English one only when a page is saved.
    content["title"] = content[localised("display_title", DEFAULT)] or content["title"]
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def is_as_copied(page: TranslatedPage, content: dict[str, Any]) -> bool:
    """Whether the page says what the copy says.

    A copy that is older than a field says of it what an editor who leaves it alone says.
    """
    return all(
        value == content[name] if name in content else value in ("", None, [], _left_alone(page, name))
        for name, value in authored_content(page).items()
    )


def _left_alone(page: TranslatedPage, name: str) -> Any:
    field = type(page)._meta.get_field(name)
    return field.get_default() if field.concrete and not field.many_to_many else []


def page_from_content(
    model: type[PageType],
    content: dict[str, Any],
    *,
    pk: int | None,
    key: uuid.UUID | str,
    leave_out: tuple[str, ...] = (),
) -> PageType:
    """A page object made of a copy, to be read and never saved; the page itself may be gone.

    Foreign keys are not looked up, and `leave_out` names relations that the reader does not need: this costs no
    query beyond one for each list of related rows that is not empty.
    """
    data = {**content, "pk": pk, **{name: [] for name in leave_out if name in content}}
    page = model.from_serializable_data(data, check_fks=False)
    page.draft_title = page.title
    page.translation_key = uuid.UUID(str(key))
    return page


def with_content(page: PageType, content: dict[str, Any]) -> PageType:
    """The page in the tree with the copy's words on it, ready to be saved."""
    plain = set(page.translated_field_names())
    base = {name: value for name, value in get_serializable_data_for_fields(page).items() if name not in plain}
    return page.with_content_json({**base, **content})


def draft_of(page: Page) -> TranslatedPage:
    """The page as its trainers last saved it, published or not."""
    return page.specific.get_latest_revision_as_object()


def draw_images(lesson: TranslatedPage) -> None:
    """Makes the sizes that templates show, so that reading a lesson writes nothing."""
    for name in authored_fields(type(lesson)):
        value = getattr(lesson, name, None)
        for block in value if isinstance(value, StreamValue) else ():
            if block.block_type == "image" and block.value:
                # A picture whose file is gone shows its alternative text.
                with suppress(SourceImageIOError):
                    block.value.get_rendition(IMAGE_SIZE)
