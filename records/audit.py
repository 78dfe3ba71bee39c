"""What this app writes to Wagtail's log, and how the log reads it."""

from django.utils.translation import gettext_lazy as _

#: Each action that is logged.
ACTIONS = {
    "records.require": _("Require a module"),
    "records.change_requirement": _("Change a requirement"),
    "records.end_requirement": _("End a requirement"),
    "records.replace_certificate": _("Replace a certificate"),
    "records.revoke_certificate": _("Take a certificate back"),
    "records.void_completion": _("Strike out a completion"),
    "records.waive": _("Waive a module for a person"),
    "records.end_waiver": _("Ask again for a module that was waived"),
}
