"""Forms of the CMS for sources, facts and contacts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from guidance.access import organisations_of_editor, partnerships_of_editor
from guidance.places import all_places, quote_of
from organisations.models import Area


class PlacesPanel(HelpPanel):
    """Where a fact or a contact is quoted: what a change of it touches."""

    def __init__(self, template: str = "guidance/cms/places_panel.html", **kwargs: Any) -> None:
        super().__init__(template=template, **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            if self.instance.pk:
                quote = quote_of(self.instance)
                context |= {"token": quote.token, "places": all_places().get(quote, [])}
            return context


def in_language(field: str, code: str) -> FieldPanel:
    """The field in one language, written in its direction."""
    direction = "rtl" if translation.get_language_info(code)["bidi"] else "ltr"
    widget = AdminAutoHeightTextInput if field == "explanation" else None
    return FieldPanel(localised(field, code), attrs={"lang": code, "dir": direction}, widget=widget)


def english(*fields: str) -> list[FieldPanel]:
    """The fields in English, which everything needs."""
    return [in_language(field, settings.LANGUAGE_CODE) for field in fields]


def other_languages(*fields: str) -> list[MultiFieldPanel]:
    """The same fields once for each further language, folded away."""
    return [
        MultiFieldPanel([in_language(field, code) for field in fields], heading=name, classname="collapsed")
        for code, name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE
    ]


def keep_key(form: WagtailAdminModelForm) -> None:
    """Once saved, a key stays: texts quote by it."""
    if form.instance.pk:
        form.fields["key"].disabled = True


class FactForm(WagtailAdminModelForm):
    """A fact keeps every version it had: which value stood on a day is read from them."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keep_key(self)

    def is_valid(self) -> bool:
        is_valid = super().is_valid()
        if is_valid and any(form.instance.pk for form in self.formsets["versions"].deleted_forms):
            self.add_error(None, _("A version that has been in force stays. Add a new version instead."))
            return False
        return is_valid


class ContactForm(WagtailAdminModelForm):
    """Offers only the partnerships, areas and organisations that the person trains for; a key stays as it is."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keep_key(self)
        self.fields["partnership"].queryset = partnerships_of_editor(self.for_user)
        self.fields["area"].queryset = Area.objects.filter(partnership__in=partnerships_of_editor(self.for_user))
        self.fields["organisation"].queryset = organisations_of_editor(self.for_user)


fact_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                *english("label"),
                FieldPanel("key"),
                HelpPanel(
                    content=_("When what is true changes, add a version. Correct an old one only if it was wrong.")
                ),
                InlinePanel(
                    "versions",
                    heading=_("Versions"),
                    label=_("Version"),
                    min_num=1,
                    panels=[
                        *english("value", "explanation"),
                        FieldPanel("source"),
                        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("checked_on"), FieldPanel("review_by")]),
                        FieldPanel("confidence"),
                        *other_languages("value", "explanation"),
                    ],
                ),
            ],
            heading=_("Fact"),
        ),
        ObjectList(other_languages("label"), heading=_("Other languages")),
        ObjectList([PlacesPanel()], heading=_("Where it is quoted")),
    ],
    base_form_class=FactForm,
)

contact_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                *english("label"),
                FieldPanel("purpose"),
                FieldRowPanel([FieldPanel("number"), FieldPanel("out_of_hours_number"), FieldPanel("url")]),
                *english("when"),
                MultiFieldPanel(
                    [
                        FieldPanel("opening"),
                        InlinePanel(
                            "opening_times",
                            label=_("Opening time"),
                            panels=[FieldRowPanel([FieldPanel("days"), FieldPanel("opens"), FieldPanel("closes")])],
                        ),
                        *english("hours"),
                    ],
                    heading=_("Hours, in London time"),
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("scope"),
                        FieldRowPanel([FieldPanel("partnership"), FieldPanel("area"), FieldPanel("organisation")]),
                    ],
                    heading=_("Whose contact it is"),
                ),
                FieldRowPanel([FieldPanel("is_on_every_page"), FieldPanel("position")]),
                MultiFieldPanel(
                    [
                        FieldPanel("source"),
                        FieldRowPanel([FieldPanel("checked_on"), FieldPanel("review_by")]),
                        FieldPanel("confidence"),
                    ],
                    heading=_("Where it comes from"),
                ),
                FieldPanel("key"),
            ],
            heading=_("Contact"),
        ),
        ObjectList(other_languages("label", "when", "hours"), heading=_("Other languages")),
        ObjectList([PlacesPanel()], heading=_("Where it is quoted")),
    ],
    base_form_class=ContactForm,
)
