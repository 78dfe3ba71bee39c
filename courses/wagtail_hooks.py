"""The CMS face of courses: only registration."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_log_actions(actions):
    """Plain words for the history of a module; a reviewer is called a reviewer and nothing more."""
    actions.register_action("courses.submit", _("Hand in for review"), _("Handed in for review"))
    actions.register_action("courses.withdraw", _("Withdraw from review"), _("Withdrawn from review"))
    actions.register_action("courses.return", _("Return to the trainers"), _("Returned to the trainers"))
    actions.register_action("courses.retire", _("Take out of use"), _("Taken out of use"))
    actions.register_action("courses.edition", _("Put an edition live"), _("An edition went live"))
