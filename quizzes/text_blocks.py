"""One text in seven languages, as a part of a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.showing import refuse_unshowable

DEFAULT = settings.LANGUAGE_CODE
OTHERS = [code for code, _name in settings.LANGUAGES if code != DEFAULT]


class LanguageTextBlock(blocks.TextBlock):
    """A text in one language: its input says which, so that a screen reader and the keyboard follow."""

    def __init__(self, code: str, required: bool) -> None:
        self.code = code
        super().__init__(required=required, label=dict(settings.LANGUAGES)[code])

    def clean(self, value: str) -> str:
        cleaned = super().clean(value)
        refuse_unshowable(cleaned or "")
        return cleaned

    @cached_property
    def field(self) -> forms.CharField:
        is_rtl = translation.get_language_info(self.code)["bidi"]
        attrs = {"lang": self.code, "dir": "rtl" if is_rtl else "ltr", "rows": 1}
        return forms.CharField(
            required=self.field_options["required"],
            widget=AdminAutoHeightTextInput(attrs=attrs),
            error_messages={"required": _("Please write this in English. The other languages can follow later.")},
        )

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        # A migration needs the shape of the data, not our class nor what has to be written.
        return "wagtail.blocks.TextBlock", (), {"required": False}


class TranslatedTextBlock(blocks.StructBlock):
    """One text: English in sight, the other six languages folded away below it."""

    def __init__(self, local_blocks: tuple = (), *, required: bool = True, **kwargs: Any) -> None:
        languages = [(code, LanguageTextBlock(code, required and code == DEFAULT)) for code, _n in settings.LANGUAGES]
        super().__init__(list(local_blocks) or languages, **kwargs)
        # Migrations keep the shape only: a new label needs none.
        self._constructor_kwargs: dict[str, Any] = {}

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        for code in cleaned:
            cleaned[code] = (cleaned[code] or "").strip()
        if not self.is_deferred_validation and not cleaned[DEFAULT] and any(cleaned.values()):
            message = _("Please write this in English too: it is what readers see where a language is missing.")
            raise StructBlockValidationError({DEFAULT: ValidationError(message)})
        return cleaned

    class Meta:
        form_layout = blocks.BlockGroup(
            [DEFAULT, blocks.BlockGroup(OTHERS, heading=_("Other languages"), classname="collapsed", icon="globe")]
        )
        label_format = "{en}"


def texts_of(value: Any) -> dict[str, str]:
    """The languages of a text that say something."""
    return {code: value[code].strip() for code in value if (value[code] or "").strip()}
