"""One Wagtail page is one course, module or lesson in every language.

django-modeltranslation can only translate fields that a model owns. `title` and `search_description` belong to
wagtailcore.Page, so these pages carry their own `display_title` and `summary` and mirror the English ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, TabbedInterface, TitleFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from organisations.groups import write_permission

DEFAULT = settings.LANGUAGE_CODE
LANGUAGE_NAMES = dict(settings.LANGUAGES)
CODES = list(LANGUAGE_NAMES)

#: First parts of the site's own addresses; a page there would never be reached.
RESERVED_SLUGS = frozenset(
    {
        "account", "appointments", "areas", "certificates", "check-in", "cms", "coverage", "documents", "headcounts",
        "healthz", "invitations", "join", "learn", "media", "organisations", "partnerships", "people", "privacy",
        "quiz", "quiz-help", "requirements", "roles", "sessions", "sso", "static", "verify",
    }
)  # fmt: skip


def direction(code: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if translation.get_language_info(code)["bidi"] else "ltr"


def is_empty(value: Any) -> bool:
    """Whether a text, rich text or StreamField value says nothing."""
    if value is None:
        return True
    if hasattr(value, "stream_block"):
        return len(value) == 0
    return not str(value).strip()


class TranslationStatusMixin:
    """For pages and models registered with modeltranslation: which languages are there."""

    #: Fields that must be filled before a language counts as available.
    required_translations: tuple[str, ...] = ()
    #: Fields that must be filled too where English has them: nobody misses a warning because of their language.
    matching_translations: tuple[str, ...] = ()

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # modeltranslation copies the active language's text into the plain column: pin it to English.
        with translation.override(DEFAULT):
            return super().save(*args, **kwargs)  # type: ignore[misc]

    @classmethod
    def translated_field_names(cls) -> tuple[str, ...]:
        """The names without language suffix."""
        return tuple(translator.get_options_for_model(cls).all_fields)

    def has_language(self, code: str) -> bool:
        """Whether every required field is there in the language."""

        def says(name: str, language: str) -> bool:
            return not is_empty(getattr(self, localised(name, language)))

        return code == DEFAULT or (
            all(says(name, code) for name in self.required_translations)
            and all(says(name, code) for name in self.matching_translations if says(name, DEFAULT))
        )


class TranslatedPage(TranslationStatusMixin, Page):
    """A page whose own texts exist in seven languages under one address and one identity."""

    display_title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True)

    required_translations: tuple[str, ...] = ("display_title",)

    if TYPE_CHECKING:
        title: str

    class Meta:
        abstract = True

    def _mirror(self) -> None:
        attribute = localised("display_title", DEFAULT)
        english = getattr(self, attribute)
        # A copy or an import arrives unsaved with its own Page.title, which wins; otherwise English is the source.
        if self.title and (not english or (self.pk is None and self.title != english)):
            setattr(self, attribute, self.title)
        elif english:
            self.title = english
        self.search_description = getattr(self, localised("summary", DEFAULT)) or ""

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self._mirror()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        # Asked instead of full_clean when a page is saved that is not live.
        self._mirror()
        super().minimal_clean()

    def clean(self) -> None:
        super().clean()
        if self.depth is not None and self.depth <= 3 and self.slug in RESERVED_SLUGS:
            message = _("“%(slug)s” is used by the site itself. Please choose another.")
            raise ValidationError({"slug": message % {"slug": self.slug}})

    def with_content_json(self, content: dict[str, Any]) -> Page:
        # Copying a page rewrites only "title" in the copied revision.
        attribute = localised("display_title", DEFAULT)
        if content.get("title") and content.get(attribute) != content["title"]:
            content = {**content, attribute: content["title"]}
        return super().with_content_json(content)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if path_components and (page := self._page_below(path_components)):
            return page.route(request, [])
        return super().route(request, path_components)

    def _page_below(self, path_components: list[str]) -> Page | None:
        """The page at the address below this one, in one query: Wagtail asks twice for every level of the tree.

        Each kind of page holds one other kind, so the depth says which it is.
        """
        model = type(self)
        for _component in path_components:
            allowed = model.allowed_subpage_models()
            if len(allowed) != 1:
                return None
            model = allowed[0]
        return model.objects.filter(url_path=f"{self.url_path}{'/'.join(path_components)}/").first()

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """None: what is open and what is closed follows from the product's rules, not from a page's privacy."""
        return PageViewRestriction.objects.none()

    @property
    def languages(self) -> list[str]:
        """The languages in which the page is there."""
        return [code for code in CODES if self.has_language(code)]

    @property
    def served_language(self) -> str:
        """The language the reader gets: the one asked for, or English for the whole page."""
        code = translation.get_language() or DEFAULT
        return code if self.has_language(code) else DEFAULT

    @property
    def served_direction(self) -> str:
        """The writing direction of the language the reader gets."""
        return direction(self.served_language)

    def in_served_language(self, field: str) -> Any:
        """A field's value in the one language of the whole page: never a half-translated mixture."""
        return getattr(self, localised(field, self.served_language))

    @property
    def text(self) -> dict[str, Any]:
        """Every translated field in the served language, for templates."""
        return {name: self.in_served_language(name) for name in self.translated_field_names()}

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "text": self.text}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        code = mode_name if mode_name in CODES else DEFAULT
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()
            return response


def language_tabs(
    fields: list[str],
    *,
    common: list[Panel] | tuple = (),
    settings_panels: list[Panel] | tuple = (),
    more: list[ObjectList] | tuple = (),
    plain_texts: tuple[str, ...] = ("summary",),
) -> TabbedInterface:
    """An editor with one tab per language, then what all languages share, page settings and further tabs.

    `plain_texts` are the longer fields without formatting: their boxes grow with what is written.
    """
    tabs = []
    for code, name in settings.LANGUAGES:
        panels: list[Panel] = []
        for field in fields:
            attribute = localised(field, code)
            attrs = {"lang": code, "dir": direction(code)}
            if field == "display_title" and code == DEFAULT:
                panels.append(
                    TitleFieldPanel(
                        attribute,
                        targets=["slug"],
                        required_on_save=True,
                        attrs=attrs,
                        permission=write_permission(code),
                    )
                )
            else:
                widget = AdminAutoHeightTextInput if field in plain_texts else None
                # On the field: a tab that is only hidden would come back empty and blank what is there.
                panels.append(FieldPanel(attribute, attrs=attrs, widget=widget, permission=write_permission(code)))
        tabs.append(ObjectList(panels, heading=name, classname=f"lang-{code}"))
    if common:
        tabs.append(ObjectList(list(common), heading=_("All languages")))
    if settings_panels:
        tabs.append(ObjectList(list(settings_panels), heading=_("Settings")))
    return TabbedInterface([*tabs, *more])
