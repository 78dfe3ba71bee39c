"""How allauth meets our people."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from organisations import actions, sessions
from organisations.clock import today
from organisations.limits import Tries
from organisations.mail import footer_lines
from organisations.models import User
from organisations.requests import SignedInRequest
from organisations.selectors import active_memberships_of, open_invitation_of, openings_of

#: The ways to show once more who one is.
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your app, or a backup code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Signpost's rules for signing in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the modern slavery lead of your organisation."),
        "duplicate_email": _("You have added this address already."),
        "email_password_mismatch": _("The address and the password do not fit together. Try again, or use a code."),
        "email_taken": _("Another account uses this address. Sign out, then sign in with it."),
        "enter_current_password": _("This is not your password now. Try again."),
        "incorrect_code": _("This is not the code we sent last. Look again, or ask for a new one."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_login": _("We could not sign you in. Check the address."),
        "max_email_addresses": _("You have %d addresses, which is all we keep. Remove one first."),
        "rate_limited": _("There were many tries in a short time. Wait five minutes, then try again."),
        "same_as_current": _("This is what it was before. Choose another one."),
        "too_many_login_attempts": _("There were many tries in a short time. Wait five minutes, or use a new code."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address for rate limits; behind a socket there is none, and limits per account still hold."""
        return (request.META.get("REMOTE_ADDR") and super().get_client_ip(request)) or "unknown"

    def set_password(self, user: User, password: str) -> None:
        """Keeps the new password and nothing else: the rest of the row may have changed since it was read."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keeps the name, and the language in which the person made the account."""
        user.name = form.cleaned_data["name"]
        user.language = get_language() or settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in; a one-time password has now had its one time, a language chosen on the way in is kept."""
        if user.has_one_time_password:
            actions.use_one_time_password(person=user)
            request.session["has_used_one_time_password"] = True
        language = get_language()
        if language != settings.LANGUAGE_CODE and language != user.language:
            actions.set_language(person=user, language=language)
        super().login(request, user)
        if request.session.get(sessions.IS_SHARED):
            # The cookie goes when the browser closes.
            request.session.set_expiry(0)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """After a one-time password a new one is asked for, before anything else."""
        response = super().post_login(request, user, **kwargs)
        if request.session.pop("has_used_one_time_password", False):
            messages.info(request, _("Your one-time password is used up. Choose your own, or sign in by code."))
            return HttpResponseRedirect(reverse("account_set_password"))
        return response

    def get_login_redirect_url(self, request: SignedInRequest) -> str:
        """Where a person goes who was not on the way to anywhere: an open invitation, joining, or My learning."""
        person = request.user
        with override(person.language):
            if invitation := open_invitation_of(person):
                return reverse("organisations:invitation", args=[invitation.token])
            if not active_memberships_of(person, today()) and openings_of(person, today()):
                return reverse("organisations:join")
            return resolve_url(settings.LOGIN_REDIRECT_URL)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses a try too many, before the password is looked at."""
        tries = Tries(request, self._get_login_attempts_cache_key(request, **credentials))
        if not tries.is_allowed:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = tries

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the person's password; those without an address are asked in the same limits."""
        if user.email:
            return super().reauthenticate(user, password)
        self.pre_authenticate(self.request, email=f"person:{user.pk}")
        if user.check_password(password):
            self._rollback_login_failed_rl_usage()
            return True
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last minutes and is asked for a second factor has just shown who they are."""
        if app == "allauth.mfa" and sessions.signed_in_lately(self.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to show once more who one is, in our words."""
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def get_signup_redirect_url(self, request: SignedInRequest) -> str:
        """The same as after signing in."""
        return self.get_login_redirect_url(request)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Back to the invitation for which the address was added, else to the list of addresses."""
        if invitation := open_invitation_of(email_address.user, email=email_address.email):
            return reverse("organisations:invitation", args=[invitation.token])
        return reverse("account_email")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account."""
        return reverse("organisations:account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends a code or a notice that ends as all letters do; when mail is down, says so and logs no address."""
        try:
            super().send_mail(template_prefix, email, {**context, "footer_lines": footer_lines()})
        except (SMTPException, OSError) as error:
            logger.error("A letter could not be sent: %s", type(error).__name__)
            messages.error(
                self.request,
                _("We could not send an e-mail just now. Nothing is lost. Wait a few minutes, then ask again."),
            )
