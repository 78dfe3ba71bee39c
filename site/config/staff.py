"""Pages for leads, trainers and operators: they are in English so far, and so is everything on them."""

from __future__ import annotations

import re
from typing import Any

#: Files whose texts only they read: their screens, and labels that only the CMS shows. A learner may read all others.
FOR_STAFF = re.compile(
    "|".join(
        (
            r"site/templates/(organisations|records|privacy)/lead/",
            r"site/templates/records/requirements/",
            r"site/templates/reporting/",
            r"site/templates/(courses|quizzes|guidance|records)/cms/",
            r"site/home/(models|wagtail_hooks)",
            r"organisations/(access|audit|forms_lead|import_kinds|imports/|models/|selectors_import|selectors_lead)",
            r"organisations/actions/(appointments|history|imports|names|partnerships|places|staff_codes)",
            r"organisations/views/(appoint|areas|head|history|imports|invitations|merging|names|organisations|people|roles|staff\.|units)",
            r"courses/(?!selectors|rules)",
            r"guidance/(?!quoting|cards|opening_days)",
            r"quizzes/(?!marking|selectors|kinds/(base|choice)_form|kinds/\w+/form)",
            r"records/(access_(answers|completion_files|deleting|people|quiz_help|regrades|requirements|sessions)|audit|import_kind|models/|requirement_words|wagtail_hooks)",
            r"records/actions/(allowances|attendance|briefing_requests|completion_files|recognition|regrading|reminders|requirements|sessions|waivers)",
            r"records/mail_briefings",
            r"records/(forms_answers|templatetags/answer_figures)",
            r"records/forms_(modules|people|quiz_help|register|regrades|requirements|sessions)",
            r"records/selectors/(answers|missed_tags|completion_files|merging)",
            r"records/views/(answers|completion_files|people|quiz_help|recognition|regrades|requirements|sessions|waivers)",
            r"reporting/",
            r"privacy/(access|audit|forms|selectors/names)",
            r"privacy/views/(names|requests|retention)",
        )
    )
)


def is_for_staff(view: Any) -> bool:
    """Whether a view draws one of their pages."""
    return bool(FOR_STAFF.match(view.__module__.replace(".", "/") + ".py"))
