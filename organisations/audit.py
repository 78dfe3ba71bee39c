"""The log of who changed what among people and places: Wagtail's, with numbers instead of names."""

from __future__ import annotations

import logging

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from organisations.models import Organisation, User

#: Who looked at names. Reading a page writes nothing into the database, so this is a line of the server's log.
names_log = logging.getLogger("organisations.names")

#: Each action that is logged, and how the log reads it.
ACTIONS = {
    "organisations.create": _("Create"),
    "organisations.change": _("Change"),
    "organisations.join_partnership": _("Join a partnership"),
    "organisations.leave_partnership": _("Leave a partnership"),
    "organisations.add_domain": _("Add an e-mail domain"),
    "organisations.remove_domain": _("Remove an e-mail domain"),
    "organisations.invite": _("Invite"),
    "organisations.withdraw_invitation": _("Withdraw an invitation"),
    "organisations.accept_invitation": _("Accept an invitation"),
    "organisations.request_to_join": _("Ask to join"),
    "organisations.approve_request": _("Approve a request to join"),
    "organisations.refuse_request": _("Refuse a request to join"),
    "organisations.start_membership": _("Start a membership"),
    "organisations.confirm_role": _("Confirm a role"),
    "organisations.change_role": _("Change a role"),
    "organisations.change_membership": _("Change a membership"),
    "organisations.end_membership": _("End a membership"),
    "organisations.reopen_membership": _("Take back the end of a membership"),
    "organisations.record_away": _("Record time away"),
    "organisations.end_away": _("End time away"),
    "organisations.record_headcount": _("Record a headcount"),
    "organisations.appoint": _("Appoint"),
    "organisations.end_appointment": _("End an appointment"),
    "organisations.give_password": _("Give a one-time password"),
}


def write_log(instance: Model, action: str, by: User | None, **data: object) -> None:
    """Adds an entry; people appear in it by number only, so that the log never has to be erased."""
    name = instance._meta.verbose_name
    log(instance, action, user=by, title=f"{name} {instance.pk}", data=data)


def note_names_seen(*, organisation: Organisation, by: User, where: str, rows: int) -> None:
    """Notes that a lead looked at people's names, on which page and how many: numbers only, never what was sought."""
    names_log.info("names seen: person=%s organisation=%s page=%s rows=%s", by.pk, organisation.pk, where, rows)
