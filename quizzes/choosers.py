"""How the quiz editor finds a question of the bank: ready ones only, by words and by tag."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet

from quizzes.access import refuse_bank
from quizzes.kinds.registry import KINDS
from quizzes.models import Question, Tag


class ReadyFilterForm(BaseFilterForm):
    """What to look for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    tag = forms.ModelChoiceField(label=_("Tag"), required=False, queryset=Tag.objects.all(), empty_label=_("Any"))

    def filter(self, objects: QuerySet[Question]) -> QuerySet[Question]:
        """The questions that fit."""
        objects = super().filter(objects)
        if words := self.cleaned_data.get("q"):
            objects = objects.filter(Q(name__icontains=words) | Q(words__icontains=words))
            self.is_searching = True
            self.search_query = words
        if tag := self.cleaned_data.get("tag"):
            objects = objects.filter(tags=tag)
        return objects


class _ReadyOnly:
    """The list of both views of the chooser."""

    filter_form_class = ReadyFilterForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # Wagtail lets everyone who is in the CMS choose; the questions say what is right.
        refuse_bank(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_object_list(self) -> QuerySet[Question]:
        return Question.objects.filter(status=Question.Status.READY).defer("body").prefetch_related("tags")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("kind", label=_("Kind"), accessor=lambda each: KINDS[each.kind].block.meta.label),
            Column("tags", label=_("Tags"), accessor=lambda each: ", ".join(str(tag) for tag in each.tags.all())),
        ]


class ChooseReadyView(_ReadyOnly, ChooseView):
    """The window in which a question is chosen."""


class ChooseReadyResultsView(_ReadyOnly, ChooseResultsView):
    """The list in it, as it is searched."""


class QuestionChooserViewSet(SnippetChooserViewSet):
    """Questions of the bank, for a quiz to ask."""

    choose_view_class = ChooseReadyView
    choose_results_view_class = ChooseReadyResultsView
