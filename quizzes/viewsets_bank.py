"""The editor of a question in the bank: form, reading view, preview; every write goes through the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views.generic import RevisionsRevertMixin
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    InspectView,
    SnippetViewSet,
)

from organisations.groups import write_permission
from quizzes.actions import delete_question, save_question
from quizzes.choosers import QuestionChooserViewSet
from quizzes.drafts import bank_draft
from quizzes.kinds.base_editor import refuse_tags
from quizzes.leaving import refuse_leaving
from quizzes.models import Question
from quizzes.questions import tags_in
from quizzes.showing import as_shown
from quizzes.viewsets import RefusingDeleteView, SaveThroughAction, ways_from


class QuestionForm(WagtailAdminModelForm):
    """A question, its name and status, and its tags as words."""

    tag_names = forms.CharField(
        label=_("Tags"), required=False, max_length=500, help_text=_("What it is about, separated by commas.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "tag_names" in self.fields:
            self.fields["tag_names"].initial = ", ".join(str(tag) for tag in self.instance.tags.all())

    def clean_tag_names(self) -> list[str]:
        """The tags, each at most as long as one may be."""
        tags = tags_in(self.cleaned_data["tag_names"])
        refuse_tags(tags)
        return list(tags)

    def clean(self) -> dict[str, Any]:
        """Refuses to leave quizzes without a question that they ask."""
        cleaned = super().clean()
        if self.instance.pk and "status" in cleaned:
            kind = next((child.block_type for child in cleaned.get("body") or ()), "")
            refuse_leaving(self.instance, cleaned["status"], cleaned.get("tag_names"), kind=kind)
        return cleaned


class SaveQuestion(SaveThroughAction):
    """Keeps a question of the bank; whoever translates only leaves the tags alone."""

    stream = "body"

    def keep(self, quiz: Any) -> Question:
        return save_question(question=quiz, by=self.request.user, tags=self.form.cleaned_data.get("tag_names"))


class ToTheBank(IndexView):
    """The list of questions is the bank's own page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("bank:list")


class QuestionCreateView(SaveQuestion, CreateView):
    """Writing a new question."""


class LeadsOn:
    """The header's menu leads on to where apps above lead from a question."""

    @property
    def header_more_buttons(self) -> list[Any]:
        """What Wagtail offers, and these."""
        own: list[Any] = super().header_more_buttons  # type: ignore[misc]
        return [*own, *ways_from(self.object, self.request)]  # type: ignore[attr-defined]


class QuestionEditView(LeadsOn, SaveQuestion, EditView):
    """Changing a question."""


class QuestionRevertView(SaveQuestion, RevisionsRevertMixin, EditView):
    """Going back to an earlier text of a question."""

    view_name = "revisions_revert"


class QuestionDeleteView(RefusingDeleteView):
    """Taking a question out of the bank that no quiz asks."""

    def delete_action(self) -> None:
        delete_question(question=self.object, by=self.request.user)


class QuestionInspectView(LeadsOn, InspectView):
    """The question to read, with what is right and all feedback: for reviewers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = bank_draft(self.object)
        asked = [draft.as_question()] if draft else []
        said = {code for question in asked for text in question.texts for code in text}
        languages = [(code, name) for code, name in settings.LANGUAGES if code in said]
        wanted = self.request.GET.get("language", "")
        language = wanted if wanted in said else settings.LANGUAGE_CODE
        context = super().get_context_data(**kwargs)
        return {**context, "questions": as_shown(asked, language), "languages": languages, "language": language}


class QuestionViewSet(SnippetViewSet):
    """Questions of the bank in the CMS."""

    model = Question
    icon = "list-ul"
    url_namespace = "questions"
    url_prefix = "questions"
    add_to_admin_menu = True
    menu_label = _("Question bank")
    menu_order = 211
    copy_view_enabled = False
    inspect_view_enabled = True
    chooser_viewset_class = QuestionChooserViewSet
    inspect_template_name = "quizzes/cms/read_question.html"
    index_view_class = ToTheBank
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    delete_view_class = QuestionDeleteView
    inspect_view_class = QuestionInspectView
    revisions_revert_view_class = QuestionRevertView
    search_fields = ("name", "words")
    list_display = ("__str__", "kind", "status")

    def get_edit_handler(self) -> Any:
        common = write_permission(settings.LANGUAGE_CODE)
        panels = [
            FieldPanel("body"),
            FieldRowPanel([FieldPanel("name", permission=common), FieldPanel("status", permission=common)]),
            FieldPanel("tag_names", permission=common),
        ]
        return ObjectList(panels, base_form_class=QuestionForm).bind_to_model(self.model)

    @property
    def menu_url(self) -> str:
        return reverse("bank:list")
