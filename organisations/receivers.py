"""What follows a sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from organisations import sessions
from organisations.clock import today
from organisations.groups import sync_groups
from organisations.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(start_session, dispatch_uid="organisations.start_session")
    authentication_step_completed.connect(drop_unproved_password, dispatch_uid="organisations.drop_unproved_password")


def start_session(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Starts the clock of the session and brings the CMS groups to today's appointments."""
    request.session[sessions.LAST_SEEN] = sessions.now()
    request.session.pop(sessions.WAS_IDLE, None)
    sync_groups(user, today())


def drop_unproved_password(sender: type, user: User, method: str, **kwargs: Any) -> None:
    """Drops a password set before anybody had proved an address of the account.

    Somebody could make an account with another's address and wait until its owner signs in by code.
    """
    if method != "code" or not user.has_usable_password():
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
