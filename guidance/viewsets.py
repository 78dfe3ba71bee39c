"""Where trainers keep sources, facts and contacts in the CMS."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import SnippetChooserViewSet, SnippetChosenView
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from guidance.access import contacts_of_editor, get_contact_for
from guidance.models import Confidence, Contact, Fact, Source
from guidance.notation import Quote
from guidance.panels import contact_edit_handler, fact_edit_handler
from guidance.quoting import load, quote_words
from guidance.selectors import facts_with_current
from organisations.clock import today


def confidence_of(row: Any) -> str:
    """How sure the checker was, in words."""
    return str(Confidence(row.confidence).label) if row.confidence else ""


class SourceViewSet(SnippetViewSet):
    """Documents."""

    model = Source
    icon = "doc-full"
    list_display = ["title", "publisher", "version", "published_on"]
    search_fields = ["title", "publisher"]
    ordering = ["title"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("key"),
            FieldRowPanel([FieldPanel("publisher"), FieldPanel("version"), FieldPanel("published_on")]),
            FieldRowPanel([FieldPanel("licence"), FieldPanel("url")]),
            FieldPanel("note"),
        ]
    )


class QuoteChosenView(SnippetChosenView):
    """What the editor gets of a chosen fact or contact: its key, which is stored, and its words, which are not."""

    def get_chosen_response_data(self, item: Fact | Contact) -> dict[str, str]:
        quote = Quote(item._meta.model_name or "", item.key)
        return {
            **super().get_chosen_response_data(item),
            "key": quote.key,
            "words": quote_words(quote, load([quote])),
            "token": quote.token,
        }


class QuoteChooserViewSet(SnippetChooserViewSet):
    """The chooser of facts and contacts, in blocks and inside texts."""

    chosen_view_class = QuoteChosenView


class FactViewSet(SnippetViewSet):
    """Facts with what they say today and when they must be looked at again."""

    model = Fact
    chooser_viewset_class = QuoteChooserViewSet
    chooser_per_page = 25
    icon = "info-circle"
    list_display = [
        "label",
        Column("current_value", label=_("Says today"), accessor="current_value"),
        Column("review_by", label=_("Review by"), accessor="review_by", sort_key="review_by"),
        Column("confidence", label=_("Confidence"), accessor=confidence_of),
    ]
    search_fields = ["label_en"]
    edit_handler = fact_edit_handler

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        return facts_with_current(today()).order_by("review_by", "label_en")


class ContactEditView(EditView):
    """Opens a contact only to those who train where it belongs."""

    def get_object(self, queryset: QuerySet[Contact] | None = None) -> Contact:
        get_contact_for(self.request.user, self.kwargs["pk"])
        return super().get_object(queryset)


class ContactViewSet(SnippetViewSet):
    """Numbers and addresses, nearest review first."""

    model = Contact
    chooser_viewset_class = QuoteChooserViewSet
    chooser_per_page = 25
    icon = "mail"
    list_display = [
        "label",
        "number",
        Column("scope", label=_("Scope"), accessor="get_scope_display"),
        Column("review_by", label=_("Review by"), accessor="review_by", sort_key="review_by"),
        Column("confidence", label=_("Confidence"), accessor=confidence_of),
    ]
    list_filter = ["scope", "confidence"]
    search_fields = ["label_en", "number"]
    edit_view_class = ContactEditView
    # A copy would begin by showing a contact that is another partnership's.
    copy_view_enabled = False
    edit_handler = contact_edit_handler

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        return contacts_of_editor(request.user).order_by("review_by", "label_en")


class GuidanceViewSetGroup(SnippetViewSetGroup):
    """One entry of the CMS menu."""

    items = (FactViewSet, ContactViewSet, SourceViewSet)
    menu_label = _("Facts and contacts")
    menu_icon = "info-circle"
    menu_order = 250
