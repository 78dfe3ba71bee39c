"""The editors of course, module and lesson in the CMS."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList

from courses.rules_tags import Obstacle, folded_tags_in, obstacle_to_leaving_out
from courses.translated import DEFAULT, language_tabs
from organisations.groups import write_permission

#: What is the same in every language goes with English.
COMMON = write_permission(DEFAULT)
SLUG = [FieldPanel("slug", permission=COMMON)]


#: Why a lesson is never left out.
WHY_NOT = {
    Obstacle.NO_TAGS: _("It names no tag."),
    Obstacle.COUNTING_QUIZ: _("It ends with a quiz that counts."),
    Obstacle.NEVER: _(
        "It is about danger, do no harm, consent, the referral of children or the Duty to Notify. Everyone takes it."
    ),
}


class ReviewPanel(HelpPanel):
    """Where the module stands: what learners have, what changed since, and the way to a review."""

    def __init__(self, template: str = "courses/cms/review_panel.html", **kwargs: Any) -> None:
        super().__init__(template=template, **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            from courses.states import module_state

            context = super().get_context_data(parent_context)
            if self.instance.pk:
                context["state"] = module_state(self.instance)
            return context


class TestOutPanel(HelpPanel):
    """Whether those who know what the lesson teaches may leave it out, and why not."""

    def __init__(self, template: str = "courses/cms/test_out_panel.html", **kwargs: Any) -> None:
        super().__init__(template=template, **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            lesson = self.instance
            obstacle = obstacle_to_leaving_out(
                folded_tags_in(lesson.teaches), has_counting_quiz=lesson.has_counting_quiz
            )
            context = super().get_context_data(parent_context)
            return {**context, "obstacle": obstacle, "why": WHY_NOT.get(obstacle) if obstacle else ""}


def index_editor() -> Any:
    """The editor of the list of courses."""
    fields = ["display_title", "summary", "introduction"]
    return language_tabs(fields, settings_panels=SLUG, plain_texts=("summary", "introduction"))


def course_editor() -> Any:
    """The editor of a course."""
    return language_tabs(["display_title", "summary", "introduction"], settings_panels=SLUG)


def module_editor() -> Any:
    """The editor of a module."""
    return language_tabs(
        ["display_title", "summary", "introduction", "provenance"],
        common=[
            FieldRowPanel(
                [FieldPanel("minutes", permission=COMMON), FieldPanel("certificate_months", permission=COMMON)]
            ),
            FieldRowPanel([FieldPanel("briefing", permission=COMMON), FieldPanel("recognised", permission=COMMON)]),
            FieldPanel("check_quiz", permission=COMMON),
            FieldPanel("may_test_out", permission=COMMON),
            FieldPanel("is_matched_to_roles", permission=COMMON),
            FieldPanel("sources", widget=forms.CheckboxSelectMultiple, permission=COMMON),
        ],
        settings_panels=SLUG,
        plain_texts=("summary", "provenance"),
        more=[ObjectList([ReviewPanel()], heading=_("Review"))],
    )


def lesson_editor() -> Any:
    """The editor of a lesson."""
    return language_tabs(
        ["display_title", "summary", "content_note", "body", "gentle_body"],
        common=[
            FieldPanel("minutes", permission=COMMON),
            FieldPanel("quiz", permission=COMMON),
            FieldPanel("is_counting", permission=COMMON),
            FieldPanel("teaches", permission=COMMON),
            TestOutPanel(),
            # The long lists last.
            FieldPanel("roles", widget=forms.CheckboxSelectMultiple, permission=COMMON),
            FieldPanel("sources", widget=forms.CheckboxSelectMultiple, permission=COMMON),
        ],
        settings_panels=SLUG,
        plain_texts=("summary", "content_note"),
    )
