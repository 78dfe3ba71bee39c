"""What this app registers with Wagtail."""

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from reporting.audit import ACTIONS


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Names our entries in the log."""
    for action, label in ACTIONS.items():
        actions.register_action(action, label, label)
