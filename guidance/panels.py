"""Forms of the CMS for sources, facts and contacts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.forms import ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
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
from organisations.groups import write_permission
from organisations.models import Area, User


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
    attrs = {"lang": code, "dir": direction}
    return FieldPanel(localised(field, code), attrs=attrs, widget=widget, permission=write_permission(code))


def common(field: str) -> FieldPanel:
    """A field that is the same in every language: it goes with English."""
    return FieldPanel(field, permission=write_permission(settings.LANGUAGE_CODE))


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
    if form.instance.pk and "key" in form.fields:
        form.fields["key"].disabled = True


def leave_own_languages(form: ModelForm, person: User) -> None:
    """Takes everything out of a version's form that the person may not write: Wagtail only hides it there."""
    own = {code for code, _name in settings.LANGUAGES if person.has_perm(write_permission(code))}
    kept = {localised(field, code) for field in ("value", "explanation") for code in own}
    kept |= {form._meta.model._meta.pk.name, DELETION_FIELD_NAME}
    for name in [name for name in form.fields if name not in kept]:
        del form.fields[name]


class FactForm(WagtailAdminModelForm):
    """A fact keeps every version it had: which value stood on a day is read from them."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keep_key(self)
        self.may_write_english = self.for_user.has_perm(write_permission(settings.LANGUAGE_CODE))
        if not self.may_write_english:
            for version in self.formsets["versions"].forms:
                leave_own_languages(version, self.for_user)

    def is_valid(self) -> bool:
        is_valid = super().is_valid()
        versions = self.formsets["versions"]
        if is_valid and not self.may_write_english and any(not form.instance.pk for form in versions.forms):
            self.add_error(None, _("Somebody who writes in English adds a version. You can translate it then."))
            return False
        if is_valid and any(form.instance.pk for form in self.formsets["versions"].deleted_forms):
            self.add_error(None, _("A version that has been in force stays. Add a new version instead."))
            return False
        return is_valid


class ContactForm(WagtailAdminModelForm):
    """Offers only the partnerships, areas and organisations that the person trains for; a key stays as it is."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keep_key(self)
        if "partnership" not in self.fields:
            # Who only translates leaves the place of a contact as it is.
            return
        self.fields["partnership"].queryset = partnerships_of_editor(self.for_user)
        self.fields["area"].queryset = Area.objects.filter(partnership__in=partnerships_of_editor(self.for_user))
        self.fields["organisation"].queryset = organisations_of_editor(self.for_user)


fact_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                *english("label"),
                common("key"),
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
                        common("source"),
                        FieldRowPanel([common("starts_on"), common("checked_on"), common("review_by")]),
                        common("confidence"),
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
                common("purpose"),
                FieldRowPanel([common("number"), common("out_of_hours_number"), common("url")]),
                *english("when"),
                MultiFieldPanel(
                    [
                        common("opening"),
                        InlinePanel(
                            "opening_times",
                            label=_("Opening time"),
                            panels=[FieldRowPanel([common("days"), common("opens"), common("closes")])],
                        ),
                        *english("hours"),
                    ],
                    heading=_("Hours, in London time"),
                ),
                MultiFieldPanel(
                    [
                        common("scope"),
                        FieldRowPanel([common("partnership"), common("area"), common("organisation")]),
                    ],
                    heading=_("Whose contact it is"),
                ),
                FieldRowPanel([common("is_on_every_page"), common("position")]),
                MultiFieldPanel(
                    [
                        common("source"),
                        FieldRowPanel([common("checked_on"), common("review_by")]),
                        common("confidence"),
                    ],
                    heading=_("Where it comes from"),
                ),
                common("key"),
            ],
            heading=_("Contact"),
        ),
        ObjectList(other_languages("label", "when", "hours"), heading=_("Other languages")),
        ObjectList([PlacesPanel()], heading=_("Where it is quoted")),
    ],
    base_form_class=ContactForm,
)
