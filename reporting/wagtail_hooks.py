"""What this app registers with Wagtail."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from reporting.access import may_read_of_everybody
from reporting.audit import ACTIONS


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Names our entries in the log."""
    for action, label in ACTIONS.items():
        actions.register_action(action, label, label)


class BeforeAfterMenuItem(MenuItem):
    """Shown to those who write or review."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_read_of_everybody(request.user, is_asked=True)


@hooks.register("register_reports_menu_item")
def register_before_and_after() -> MenuItem:
    """The way to what modules change, over everybody."""
    url = reverse("reporting:before_after") + "?everyone"
    return BeforeAfterMenuItem(_("Before and after"), url, name="before-after", icon_name="history", order=900)
