"""How often somebody may try a password: narrow from one network address, wide from all of them together.

A stranger who guesses uses up their own tries. The person whose account it is comes from elsewhere and still gets in.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest


class Tries:
    """One try, which is given back when it was right: a room of people who sign in uses up nothing."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        place = get_adapter(request).get_client_ip(request)
        self._used: list[ratelimit.RateLimitUsage] = []
        # From one address first: what is refused there does not count against the account as a whole.
        for action, name in (("login_failed", f"{key}|{place}"), ("login_failed_anywhere", key)):
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=name)
            if usage is None:
                self.is_allowed = False
                return
            self._used.append(usage)
        self.is_allowed = True

    def rollback(self) -> None:
        """Gives the try back."""
        for usage in self._used:
            usage.rollback()
