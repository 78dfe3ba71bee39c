"""Several questions at once into a quiz: chosen in the bank, or pasted. The editor opens with them, not saved yet."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quizzes.access import refuse_adding
from quizzes.blocks import FROM_BANK
from quizzes.choosers import ReadyFilterForm
from quizzes.drafts import named_in_bank, stored_block
from quizzes.formats.items import Result
from quizzes.forms_bank import BringForm, kind_names
from quizzes.models import Question, Quiz
from quizzes.pictures import without_picture

PER_PAGE = 50
#: So many refusals are said one by one.
SAID = 10


class PasteForm(BringForm):
    """Questions as a text, to stand in the quiz itself."""

    file = None  # type: ignore[assignment]


class PickForm(forms.Form):
    """Questions of the bank."""

    questions = forms.ModelMultipleChoiceField(
        queryset=Question.objects.filter(status=Question.Status.READY).only("pk"),
        error_messages={
            "required": gettext_lazy("Tick at least one question."),
            "invalid_choice": gettext_lazy("A question you ticked is not ready any more. Nothing was added."),
        },
    )


class MoreQuestions:
    """For the editor: first the page on which questions are chosen or pasted, then the quiz with them at its end."""

    object: Quiz
    lines: list[dict[str, Any]]
    result: Result | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        refuse_adding(request.user)
        self.read(request)
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    def read(self, request: HttpRequest) -> None:
        """What was pasted or ticked, as lines for the quiz."""
        self.lines = []
        is_pasted = request.POST.get("from") == "text"
        self.paste_form = PasteForm(request.POST if is_pasted else None)
        self.pick_form = PickForm(request.POST if request.method == "POST" and not is_pasted else None)
        if self.paste_form.is_valid():
            self.result = self.paste_form.result
            self.lines = [
                stored_block(each.kind, without_picture(each.content), str(uuid4()), each.tags)
                for each in self.result.items
            ]
        elif self.pick_form.is_valid():
            self.lines = [
                {"type": FROM_BANK, "id": str(uuid4()), "value": {"question": question.pk}}
                for question in self.pick_form.cleaned_data["questions"]
            ]

    def get_object(self, queryset: Any = None) -> Quiz:
        quiz: Quiz = super().get_object(queryset)  # type: ignore[misc]
        self.named = named_in_bank(quiz)[0]
        if self.lines:
            quiz.questions = [*quiz.questions.get_prep_value(), *self.lines]
        return quiz

    def get_form_kwargs(self) -> dict[str, Any]:
        # What was posted are the questions, not the editor's own fields.
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        return {name: value for name, value in kwargs.items() if name not in ("data", "files")}

    @property
    def has_unsaved_changes(self) -> bool:
        """Whether leaving the editor loses anything: the questions that came in."""
        return bool(self.lines)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.choose(request)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.lines:
            return self.choose(request)
        self.say(request)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Draws the page on which questions are chosen or pasted."""
        filter_form = ReadyFilterForm(request.GET)
        ready = Question.objects.filter(status=Question.Status.READY).exclude(pk__in=self.named)
        found = filter_form.filter(ready) if filter_form.is_valid() else ready
        page = Paginator(found.defer("body").prefetch_related("tags"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "quiz": self.object,
            "filter_form": filter_form,
            "page": page,
            "kinds": dict(kind_names()),
            "pick_form": self.pick_form,
            "paste_form": self.paste_form,
            "result": self.result,
        }
        return render(request, "quizzes/cms/more.html", context)

    def say(self, request: HttpRequest) -> None:
        """Says how many questions the editor holds now, and which could not be read."""
        words = ngettext(
            "%(count)s question stands at the end of the quiz. It is not saved yet: read it, then press Save.",
            "%(count)s questions stand at the end of the quiz. They are not saved yet: read them, then press Save.",
            len(self.lines),
        )
        messages.info(request, words % {"count": len(self.lines)})
        if self.result and any(each.content.get("picture") for each in self.result.items):
            # A picture becomes one of the site, which the editor cannot take back when nobody presses Save.
            messages.warning(request, _("Their pictures were left out. They come with a file into the question bank."))
        refusals = self.result.refusals if self.result else []
        for refusal in refusals[:SAID]:
            said = {"where": refusal.where, "problem": refusal.message}
            messages.warning(request, _("Left out – %(where)s: %(problem)s") % said)
        if len(refusals) > SAID:
            messages.warning(request, _("%(count)s more were left out.") % {"count": len(refusals) - SAID})
