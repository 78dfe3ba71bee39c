"""What follows a sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from organisations import sessions
from organisations.actions import end_sign_ins, move_sign_in, start_sign_in
from organisations.clock import today
from organisations.groups import sync_groups
from organisations.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(start_session, dispatch_uid="organisations.start_session")
    authentication_step_completed.connect(drop_unproved_password, dispatch_uid="organisations.drop_unproved_password")
    user_logged_out.connect(end_session, dispatch_uid="organisations.end_session")
    password_changed.connect(end_other_sessions, dispatch_uid="organisations.end_other_sessions_after_change")
    password_reset.connect(end_other_sessions, dispatch_uid="organisations.end_sessions_after_reset")
    password_set.connect(end_other_sessions, dispatch_uid="organisations.end_other_sessions_after_setting")
    authenticator_used.connect(note_proof, dispatch_uid="organisations.note_proof_by_use")
    authenticator_added.connect(note_proof, dispatch_uid="organisations.note_proof_by_setting_up")
    authenticator_removed.connect(drop_proof, dispatch_uid="organisations.drop_proof")


def start_session(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Starts the clock of the session and brings the CMS groups to today's appointments."""
    request.session[sessions.LAST_SEEN] = request.session[sessions.SIGNED_IN_AT] = sessions.now()
    request.session.pop(sessions.WAS_IDLE, None)
    request.session.pop(sessions.WAS_NOT_SENT, None)
    if not request.session.session_key:
        request.session.create()
    row = start_sign_in(
        person=user,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
        is_shared_computer=bool(request.session.get(sessions.IS_SHARED)),
        at=timezone.now(),
    )
    request.session[sessions.SIGN_IN] = str(row.key)
    request.session[sessions.SIGN_IN_HOUR] = sessions.now() // sessions.SHOWN_PRECISION_SECONDS
    sync_groups(user, today())


def end_session(sender: type, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Takes a session that ends off the person's list, before what it holds is gone."""
    if user is not None and (key := request.session.get(sessions.SIGN_IN)):
        end_sign_ins(person=user, key=key)


def end_other_sessions(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password ends every session but this one."""
    key = request.session.get(sessions.SIGN_IN, "")
    end_sign_ins(person=user, but_key=key)
    # Django has just given the session a new key, so that nobody goes on with the old one.
    move_sign_in(key=key, session_key=request.session.session_key or "")


def drop_unproved_password(sender: type, user: User, method: str, **kwargs: Any) -> None:
    """Drops a password set before anybody had proved an address of the account.

    Somebody could make an account with another's address and wait until its owner signs in by code.
    """
    if method != "code" or not user.has_usable_password():
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def note_proof(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Remembers in the session that a second factor was used, or set up, which needs using it once."""
    sessions.prove(request, user)


def drop_proof(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A person who has taken their last second factor away has none to have proven."""
    if not Authenticator.objects.filter(user=user).exists():
        sessions.forget_proof(request)
