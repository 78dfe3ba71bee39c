"""What this app writes to Wagtail's log, and how the log reads it."""

from django.utils.translation import gettext_lazy as _

#: Each action that is logged.
ACTIONS = {
    "records.require": _("Require a module"),
    "records.change_requirement": _("Change a requirement"),
    "records.end_requirement": _("End a requirement"),
}
