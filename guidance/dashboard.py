"""What must be looked at again, on the CMS's first page."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from guidance.access import contacts_of_editor, may_check
from guidance.selectors_checks import checks_due
from organisations.clock import today


class ChecksPanel(Component):
    """How many facts and contacts wait to be looked at, for those who keep them."""

    name = "guidance_checks"
    template_name = "guidance/cms/checks_panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        person = parent_context["request"].user
        context["checks"] = checks_due(contacts_of_editor(person), today()) if may_check(person) else None
        return context
