"""The quiz editor of the CMS: list, one-screen editor, reading view; every write goes through the actions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, NumberColumn, UpdatedAtColumn
from wagtail.admin.views.generic import RevisionsRevertMixin
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    InspectView,
    SnippetViewSet,
)

from organisations.groups import LANGUAGES, write_permission
from quizzes.actions import delete_quiz, save_quiz
from quizzes.drafts import draft_lines, texts_of_field, with_languages
from quizzes.models import Quiz
from quizzes.panels import LanguageTab, MissingTextsPanel
from quizzes.selectors import DrawOfVersion, places_using
from quizzes.showing import as_question, as_shown
from quizzes.views_more import MoreQuestions


def language_panels(code: str) -> list[FieldPanel]:
    """The quiz's own texts in one language."""
    direction = "rtl" if translation.get_language_info(code)["bidi"] else "ltr"
    attrs = {"lang": code, "dir": direction}
    text = AdminAutoHeightTextInput(attrs={"rows": 2})
    return [
        FieldPanel(localised("title", code), heading=_("Title"), attrs=attrs, permission=write_permission(code)),
        FieldPanel(
            localised("introduction", code),
            heading=_("Introduction"),
            widget=text,
            attrs=attrs,
            permission=write_permission(code),
        ),
    ]


def editor() -> TabbedInterface:
    """The whole quiz on the first tab; its title and introduction in the other languages on the next ones."""
    default = settings.LANGUAGE_CODE
    common = write_permission(default)
    rules = MultiFieldPanel(
        [FieldPanel(name, permission=common) for name in ("pass_mark", "is_shuffled", *Quiz.RULES)],
        heading=_("Rules"),
    )
    more = HelpPanel(template="quizzes/cms/more_panel.html")
    quiz = ObjectList([*language_panels(default), more, FieldPanel("questions"), rules], heading=_("Quiz"))
    where = HelpPanel(
        _(
            "Write the questions in this language on the first tab: below each English text, open “Other languages”. "
            "Learners get the quiz in this language once everything in it is translated."
        )
    )
    others = [
        LanguageTab([where, MissingTextsPanel(code=code), *language_panels(code)], code=code, heading=name)
        for code, name in settings.LANGUAGES
        if code != default
    ]
    return TabbedInterface([quiz, *others])


class SaveThroughAction:
    """Keeps what the form holds by the same action as everything else."""

    form: Any
    request: Any
    model: Any
    #: The field that holds the questions.
    stream = "questions"

    def form_valid(self, form: Any) -> HttpResponse:
        """Saves, or shows what was typed again with the reason why the action refuses it."""
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]

    def save_instance(self) -> Any:
        written = self.form.save(commit=False)
        codes = [code for code in LANGUAGES if self.request.user.has_perm(write_permission(code))]
        if written.pk and len(codes) < len(LANGUAGES):
            # All languages of a question are in one form: of what comes back only the person's own ones are taken.
            stored = getattr(self.model.objects.get(pk=written.pk), self.stream).get_prep_value()
            posted = getattr(written, self.stream).get_prep_value()
            setattr(written, self.stream, with_languages(stored, posted, codes))
        written = self.keep(written)
        self.has_content_changes = True
        self.new_revision = written.latest_revision
        return written

    def keep(self, quiz: Quiz) -> Any:
        """Hands what was written to its action."""
        return save_quiz(quiz=quiz, by=self.request.user)


class QuizIndexView(IndexView):
    """The list: title, how many questions, which lessons ask it."""

    @cached_property
    def columns(self) -> list[Column]:
        # Deleting goes one by one, because each may be in use.
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_table(self, object_list: QuerySet[Quiz], **kwargs: Any) -> Any:
        places = places_using(object_list)
        for quiz in object_list:
            quiz.asked_in = "; ".join(places[quiz.pk])
        return super().get_table(object_list, **kwargs)


class QuizCreateView(SaveThroughAction, CreateView):
    """Writing a new quiz."""


class QuizEditView(SaveThroughAction, EditView):
    """Changing a quiz."""


class QuizMoreView(MoreQuestions, QuizEditView):
    """Adding several questions at once; they are kept by the editor, as all others."""

    view_name = "more"


class QuizRevertView(SaveThroughAction, RevisionsRevertMixin, EditView):
    """Going back to an earlier text of a quiz."""

    view_name = "revisions_revert"


class RefusingDeleteView(DeleteView):
    """Removing what nothing uses; where something does, back to the list with the reason."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as refusal:
            return refused(self.request, refusal, self.index_url_name)


class QuizDeleteView(RefusingDeleteView):
    """Removing a quiz that nothing uses."""

    def delete_action(self) -> None:
        delete_quiz(quiz=self.object, by=self.request.user)


class QuizInspectView(InspectView):
    """The whole quiz to read, with what is right and all feedback: for reviewers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = draft_lines(self.object)
        questions = [question.as_question() for line in lines for question in line.questions]
        draws = {
            line.questions[0].key: DrawOfVersion(line.asks, line.tag, tuple(each.key for each in line.questions))
            for line in lines
            if line.count is not None and line.questions
        }
        titles = texts_of_field(self.object, "title")
        languages = [(code, name) for code, name in settings.LANGUAGES if code in titles]
        asked_for = self.request.GET.get("language", "")
        language = asked_for if asked_for in titles else settings.LANGUAGE_CODE
        return {
            **context,
            "quiz": self.object,
            "questions": as_shown(questions, language),
            "draws": draws,
            "titles": titles,
            "introductions": as_shown([as_question(texts_of_field(self.object, "introduction"))], language)[0].text,
            "languages": languages,
            "language": language,
            # What apps above lead to from a quiz of the list, they lead to from here.
            "ways": ways_from(self.object, self.request),
        }


def ways_from(snippet: Any, request: HttpRequest) -> list[Any]:
    """Where apps above lead to from a quiz or a question, as they do from the list."""
    found = [hook(snippet, request.user, request.path) for hook in hooks.get_hooks("register_snippet_listing_buttons")]
    return [way for ways in found for way in ways]


def refused(request: HttpRequest, refusal: ValidationError, list_name: str = "quizzes:list") -> HttpResponse:
    """Back to the list with the reason."""
    for message in refusal.messages:
        messages.error(request, message)
    return redirect(list_name)


class QuizViewSet(SnippetViewSet):
    """Quizzes in the CMS."""

    model = Quiz
    icon = "help"
    url_namespace = "quizzes"
    url_prefix = "quizzes"
    add_to_admin_menu = True
    menu_label = _("Quizzes")
    menu_order = 210
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_template_name = "quizzes/cms/read.html"
    index_view_class = QuizIndexView
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    delete_view_class = QuizDeleteView
    inspect_view_class = QuizInspectView
    revisions_revert_view_class = QuizRevertView
    ordering = ("title_en", "pk")
    search_fields = tuple(localised("title", code) for code, _name in settings.LANGUAGES)
    list_display = (
        "title",
        NumberColumn("question_count", label=_("Questions")),
        Column("asked_in", label=_("Where used")),
        UpdatedAtColumn(),
    )
    edit_handler = editor()

    def get_urlpatterns(self) -> list[Any]:
        """Those of every snippet, and the page for several questions at once."""
        more = self.construct_view(QuizMoreView, **self.get_edit_view_kwargs())
        return [*super().get_urlpatterns(), path(f"more/<{self.pk_path_converter}:pk>/", more, name="more")]
