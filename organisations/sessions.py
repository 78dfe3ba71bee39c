"""What a session remembers beside who is signed in, and when it has lain idle too long."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings as account_settings
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

#: The person said at sign-in that others use this computer.
IS_SHARED = "is_shared_computer"
#: The last request, in seconds since 1970, true to a minute.
LAST_SEEN = "last_seen"
#: When the person signed in, in seconds since 1970.
SIGNED_IN_AT = "signed_in_at"
#: The row of this session among the person's sign-ins, and the hour of last use that stands in it.
SIGN_IN, SIGN_IN_HOUR = "sign_in", "sign_in_hour"
#: The session before this one ended by lying idle.
WAS_IDLE = "was_signed_out_when_idle"
#: Something was sent after the session had ended, and is not kept.
WAS_NOT_SENT = "was_not_sent"
#: Whose second factor was proven in this session.
PROVEN = "second_factor_proven_by"
#: Where a person was going when asked for a second factor.
AFTER_PROOF = "after_second_factor"
#: What was posted when the session had already ended, until the same person sends it again.
HELD = "held_post"
#: What was last searched for in each list: names, which stand in no address.
SEARCHES = "searches"

#: Writing the time down at each request would cost a write for each page.
PRECISION_SECONDS = 60
#: A person reads when each of their sign-ins was last used, true to an hour.
SHOWN_PRECISION_SECONDS = 60 * 60
#: More than this is no answer to a question.
HELD_FIELDS, HELD_LENGTH = 200, 20_000
#: Lists of which a session remembers what was searched for; the one that was searched longest ago makes room.
SEARCHED_LISTS = 10


def now() -> int:
    """Whole seconds since 1970."""
    return int(timezone.now().timestamp())


def is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is signed in, without asking the database who."""
    return SESSION_KEY in request.session


def prove(request: HttpRequest, person: AbstractBaseUser) -> None:
    """Notes that the person has proven a second factor in this session."""
    request.session[PROVEN] = str(person.pk)


def forget_proof(request: HttpRequest) -> None:
    """The factor that was proven is no longer one."""
    request.session.pop(PROVEN, None)


def has_proven_second_factor(request: HttpRequest) -> bool:
    """Whether the person signed in has proven a second factor in this session."""
    return is_signed_in(request) and request.session.get(PROVEN) == request.session[SESSION_KEY]


def idle_limit(request: HttpRequest) -> int:
    """For how many seconds this session may lie idle."""
    return settings.SHARED_COMPUTER_IDLE_SECONDS if request.session.get(IS_SHARED) else settings.IDLE_SECONDS


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the person signed in within the time after which they are asked again who they are."""
    return now() - request.session.get(SIGNED_IN_AT, 0) < account_settings.REAUTHENTICATION_TIMEOUT


def is_idle(request: HttpRequest) -> bool:
    """Whether the session has lain idle for longer than it may."""
    return now() - request.session.get(LAST_SEEN, now()) > idle_limit(request)


def touch(request: HttpRequest) -> bool:
    """Notes that the session is in use; says whether the hour has come to note it where its owner reads it."""
    if now() - request.session.get(LAST_SEEN, 0) >= PRECISION_SECONDS:
        request.session[LAST_SEEN] = now()
    hour = now() // SHOWN_PRECISION_SECONDS
    if request.session.get(SIGN_IN_HOUR) == hour:
        return False
    request.session[SIGN_IN_HOUR] = hour
    return True


def delete(session_key: str) -> None:
    """Ends a session wherever it is open."""
    import_module(settings.SESSION_ENGINE).SessionStore(session_key).delete()


def end_idle(request: HttpRequest) -> None:
    """Signs out, keeping for the same person what they were just sending."""
    held = _held(request) if request.method == "POST" else None
    logout(request)
    request.session[WAS_IDLE] = True
    if held:
        request.session[HELD] = held
    elif request.method == "POST":
        request.session[WAS_NOT_SENT] = True


def held_for(request: HttpRequest) -> dict[str, Any] | None:
    """What the person now signed in was sending when their session had ended; nobody else gets it."""
    held = request.session.get(HELD)
    return held if held and held["person"] == str(request.user.pk) else None


def drop_held_when_sent(request: HttpRequest) -> None:
    """Forgets what was held once something is posted to the same place."""
    if request.method == "POST" and request.session.get(HELD, {}).get("path") == request.path:
        del request.session[HELD]


def keep_search(request: HttpRequest, words: str) -> None:
    """Notes what was searched for in the list at this address, in place of what was before; no words, no note."""
    searches = {path: kept for path, kept in request.session.get(SEARCHES, {}).items() if path != request.path}
    if words:
        searches[request.path] = words
    request.session[SEARCHES] = dict(list(searches.items())[-SEARCHED_LISTS:])


def kept_search(request: HttpRequest) -> str:
    """What was last searched for in the list at this address, or nothing."""
    return request.session.get(SEARCHES, {}).get(request.path, "")


def page_before(request: HttpRequest) -> str:
    """The page of ours from which the request came, or nothing."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    return urlsplit(referer).path


def _held(request: HttpRequest) -> dict[str, Any] | None:
    """The posted fields, unless they are a file, a password, a CMS form or too much to keep."""
    if request.FILES or request.path.startswith("/cms/"):
        return None
    fields = [
        [name, value] for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    is_secret = any("password" in name or name == "code" for name, _value in fields)
    length = sum(len(name) + len(value) for name, value in fields)
    if is_secret or len(fields) > HELD_FIELDS or length > HELD_LENGTH:
        return None
    return {"person": request.session[SESSION_KEY], "path": request.path, "fields": fields}
