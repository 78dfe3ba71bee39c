"""People without e-mail sign in by organisation and staff number."""

from __future__ import annotations

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations.forms_staff import StaffCodeForm, StaffForm, StaffSignInForm
from organisations.views.pages import posted


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """By organisation, staff number and password."""
    return _sign_in(request, StaffSignInForm(posted(request)), "organisations/staff/sign_in.html")


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def staff_code(request: HttpRequest) -> HttpResponse:
    """The first time: with the code from the lead, and a password of one's own for all times after."""
    return _sign_in(request, StaffCodeForm(posted(request)), "organisations/staff/code.html")


def _sign_in(request: HttpRequest, form: StaffForm, template: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if form.is_valid():
        # There is no address to prove; a second factor is asked for as on every way in.
        return perform_login(request, form.person, email_verification=EmailVerificationMethod.NONE)
    return render(request, template, {"form": form})
