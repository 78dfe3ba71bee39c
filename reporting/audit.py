"""What this app writes to Wagtail's log, and how the log reads it."""

from django.utils.translation import gettext_lazy as _

#: Each action that is logged.
ACTIONS = {
    "reporting.prepare": _("Prepare a report"),
    "reporting.share": _("Share a report with its organisations"),
    "reporting.comment": _("Comment on a report"),
    "reporting.publish": _("Publish a report"),
    "reporting.withdraw": _("Withdraw a report"),
}
