"""What this app writes to Wagtail's log, and how the log reads it."""

from django.utils.translation import gettext_lazy as _

#: Each action that is logged; numbers only, never a name.
ACTIONS = {
    "privacy.ask": _("Ask to remove details"),
    "privacy.cancel": _("Take back a request to remove details"),
    "privacy.refuse": _("Refuse to remove details"),
    "privacy.erase": _("Remove details"),
    "privacy.period": _("Change how long records are kept"),
    "privacy.run": _("Start a deletion run"),
    "privacy.notice": _("Change the privacy notice"),
    "privacy.export": _("Take away everything held about oneself"),
}
