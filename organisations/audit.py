"""Who changed what among people and places, and who looked at names: numbers, never the names themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from organisations.bulk import add_rows
from organisations.models import NamesSeen, Organisation, Partnership, User

#: Looks at names that the database could not take.
names_log = logging.getLogger("organisations.names")

#: Each action that is logged, and how the log reads it.
ACTIONS = {
    "organisations.create": _("Create"),
    "organisations.change": _("Change"),
    "organisations.remove": _("Remove"),
    "organisations.join_partnership": _("Join a partnership"),
    "organisations.leave_partnership": _("Leave a partnership"),
    "organisations.add_domain": _("Add an e-mail domain"),
    "organisations.remove_domain": _("Remove an e-mail domain"),
    "organisations.invite": _("Invite"),
    "organisations.send_again": _("Try a letter again"),
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
    "organisations.bring_file": _("Bring a file"),
    "organisations.apply_import": _("Save the rows of a file"),
    "organisations.cancel_import": _("Throw a file away"),
    "organisations.agree_to_names": _("Let a partnership read names"),
    "organisations.withdraw_names": _("Let a partnership read names no more"),
    "organisations.appoint": _("Appoint"),
    "organisations.end_appointment": _("End an appointment"),
    "organisations.give_password": _("Give a one-time password"),
    "organisations.reset_second_factor": _("Reset a second factor"),
    "organisations.give_sign_in_code": _("Give a sign-in code"),
    "organisations.close": _("Close an organisation"),
    "organisations.merge_organisation": _("Merge an organisation into another"),
    "organisations.merge": _("Put two people together"),
    "organisations.undo_merge": _("Take two people apart"),
    "organisations.use_sign_in_code": _("Use a sign-in code"),
}


def write_log(instance: Model, action: str, by: User | None, **data: object) -> None:
    """Adds an entry; people appear in it by number only, so that the log never has to be erased."""
    name = instance._meta.verbose_name
    log(instance, action, user=by, title=f"{name} {instance.pk}", data=data)


def write_logs(model: type[Model], entries: Sequence[tuple[int, str]], by: User | None, at: datetime) -> None:
    """The same for many rows at once: each entry is the number of a row and an action."""
    # Once, not for each row: looking a translation up costs more than all else here.
    name, kind = str(model._meta.verbose_name), ContentType.objects.get_for_model(model).pk
    by_pk = by.pk if by else None
    add_rows(
        ModelLogEntry,
        LOG_FIELDS,
        [(kind, str(pk), f"{name} {pk}", action, {}, at, None, by_pk, False, False) for pk, action in entries],
    )


LOG_FIELDS = (
    "content_type_id",
    "object_id",
    "label",
    "action",
    "data",
    "timestamp",
    "uuid",
    "user_id",
    "content_changed",
    "deleted",
)

#: Where names are shown or taken away, and how the list of looks reads it.
PLACES = {
    "people": _("list of people"),
    "person": _("page of one person"),
    "record": _("what one person completed"),
    "request": _("request to join"),
    "invitations": _("list of invitations"),
    "invitation": _("one invitation"),
    "leads": _("list of leads"),
    "appointments": _("list of appointments"),
    "appointment": _("one appointment"),
    "coverage": _("people behind a number"),
    "coverage file": _("people behind a number, as a file"),
    "reminders": _("list of people to remind, or who were reminded"),
    "import": _("file of people on its way in"),
    "import errors": _("rows of a file that were not taken, as a file"),
    "completions file": _("what everybody completed, as a file"),
    "briefing": _("list of who was at a briefing"),
    "delivery": _("who delivered briefings"),
    "delivery file": _("who delivered briefings, as a file"),
    "looks": _("this list"),
}
#: How long a page of names waits for another writer on SQLite, in milliseconds, before it goes without its row.
PATIENCE = 300


def note_names_seen(
    *,
    by: User,
    where: str,
    rows: int,
    organisation: Organisation | None = None,
    partnership: Partnership | None = None,
    about: User | None = None,
) -> None:
    """Notes that somebody is shown people's names, on which page and how many: numbers only, never what was sought.

    Nothing is noted where there are none, or only one's own. A page never fails because of it: what the database
    cannot take at once goes into the server's log instead.
    """
    if not rows or (about is not None and about.pk == by.pk):
        return
    seen = NamesSeen(
        seen_by=by, organisation=organisation, partnership=partnership, place=where[:40], about=about, rows=rows
    )
    try:
        with _short_patience():
            seen.save(force_insert=True)
    except DatabaseError:
        names_log.warning(
            "names seen, not in the database: person=%s organisation=%s partnership=%s page=%s about=%s rows=%s",
            by.pk,
            seen.organisation_id,
            seen.partnership_id,
            seen.place,
            seen.about_id,
            rows,
        )


@contextmanager
def _short_patience() -> Iterator[None]:
    """On SQLite one writer works at a time; a reader of a page must not stand in that line for long."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    driver = connection.connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(usual)}")
