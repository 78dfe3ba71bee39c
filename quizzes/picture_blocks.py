"""The part of the editor for a question's picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from quizzes.text_blocks import TranslatedTextBlock


class PictureChooserBlock(ImageChooserBlock):
    """A picture of the site. Its row is read when somebody looks at it: what a quiz draws from may be hundreds of
    questions, of which only the number of the picture is asked."""

    def to_python(self, value: Any) -> Any:
        return None if value is None else self.model_class.from_db(DEFAULT_DB_ALIAS, ["id"], [value])

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        return [self.to_python(value) for value in values]

    def get_form_state(self, value: Any) -> Any:
        # One that is gone is shown as none.
        return super().get_form_state(self.model_class.objects.filter(pk=value.pk).first() if value else None)

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        # A migration needs the shape of the data, not our class.
        return "wagtail.images.blocks.ImageChooserBlock", (), {"required": False}


class PictureBlock(blocks.StructBlock):
    """A picture that stands above the words of a question, and what it shows."""

    image = PictureChooserBlock(required=False, label=_("Picture"))
    alt = TranslatedTextBlock(
        required=False,
        label=_("What it shows, in words"),
        help_text=_("Read out to those who do not see it. Say what matters for the question, and not what is right."),
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        collapsed = True
