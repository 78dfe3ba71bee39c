"""How an organisation's own sign-in meets our people: by a proved address of its domains, and in no other way."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.models import EmailAddress
from allauth.account.utils import get_login_redirect_url, perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations import actions, sessions
from organisations.rules import domain_of, normal_email

logger = logging.getLogger(__name__)


class OrganisationSignInAdapter(DefaultSocialAccountAdapter):
    """Nothing of what the organisation says about a person is stored: each sign-in finds them by their address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Signs in the person with this address, makes an account that opens nothing for a new one, or refuses."""
        provider = sociallogin.provider
        settings: dict[str, Any] = provider.app.settings
        email = self._proved_address(sociallogin, settings)
        if not email:
            logger.warning("A sign-in from %s was refused: no proved address there.", provider.app.provider_id)
            self._refuse(request, provider.app.name)
        if request.user.is_authenticated:
            self._meet_again(request, sociallogin, email)
        person = actions.meet_person(email=email, name=sociallogin.user.name or email, language=get_language() or "en")
        if person is None:
            self._refuse(request, provider.app.name)
        if settings["proves_second_factor"]:
            sessions.prove(request, person)
        raise ImmediateHttpResponse(
            perform_login(
                request,
                person,
                email_verification=EmailVerificationMethod.NONE,
                redirect_url=sociallogin.get_redirect_url(request),
            )
        )

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Only the name is taken over, for a person who is new."""
        parts = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        sociallogin.user.name = " ".join(str(parts).split())[:150]
        return sociallogin.user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """People are made by our actions only."""
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, **kwargs: Any
    ) -> NoReturn:
        """Whoever turned back is told so; what the two services got wrong is no concern of the person's."""
        address = "socialaccount_login_cancelled" if error == AuthError.CANCELLED else "socialaccount_login_error"
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse(address)))

    def _meet_again(self, request: HttpRequest, sociallogin: SocialLogin, email: str) -> NoReturn:
        """Whoever is signed in and comes once more goes on; nobody is swapped for another."""
        own = EmailAddress.objects.filter(user=request.user.pk, email__iexact=email, verified=True).first()
        if own is None:
            messages.error(request, get_account_adapter(request).error_messages["email_taken"])
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("organisations:account")))
        if sociallogin.provider.app.settings["proves_second_factor"]:
            sessions.prove(request, own.user)
        raise ImmediateHttpResponse(
            HttpResponseRedirect(get_login_redirect_url(request, sociallogin.get_redirect_url(request)))
        )

    def _proved_address(self, sociallogin: SocialLogin, settings: dict[str, Any]) -> str:
        """The address, if it is proved and of the organisation's own domains."""
        for address in sociallogin.email_addresses:
            email = normal_email(address.email)
            is_proved = address.verified is True or settings["address_is_proved"]
            if is_proved and domain_of(email) in settings["domains"]:
                return email
        return ""

    def _refuse(self, request: HttpRequest, name: str) -> NoReturn:
        text = _("%(name)s does not let you in with this account. Sign in another way, or ask your lead.")
        messages.error(request, text % {"name": name})
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
