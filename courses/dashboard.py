"""What waits, on the CMS's first page."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from courses.access import may_review, may_see_submissions
from courses.models import CourseIndexPage
from courses.states import submissions_for_list, waiting_modules


class WhatWaitsPanel(Component):
    """For trainers: drafts to hand in, what is in review, what came back. For reviewers: what waits for them."""

    name = "what_waits"
    template_name = "courses/cms/what_waits.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        person = parent_context["request"].user
        context["is_shown"] = may_see_submissions(person)
        if context["is_shown"]:
            index = CourseIndexPage.objects.first()
            is_trainer = index is not None and index.permissions_for_user(person).can_edit()
            context["modules"] = waiting_modules() if is_trainer else []
            context["is_trainer"] = is_trainer
            context["waiting"] = submissions_for_list()["waiting"] if may_review(person) else None
        return context
