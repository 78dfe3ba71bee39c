"""Wagtail's own doors, each leading to ours."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import pages as wagtails_pages
from wagtail.admin.views.account import AccountView, BaseSettingsPanel
from wagtail.models import Page

#: Names, addresses and passwords are changed on the person's own account page, where an address is proved first.
PANELS_ELSEWHERE = {"name_email", "avatar", "password"}


@never_cache
def sign_in(request: HttpRequest, otherwise: str = "/cms/") -> HttpResponse:
    """The one sign-in, and back to where the person was going."""
    target = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect_to_login(target if is_ours else otherwise)


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """The page with the one sign-out button; nothing is signed out by opening an address."""
    return redirect("account_logout")


@never_cache
def reset_password(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The one way to a new password."""
    return redirect("account_reset_password")


def closed(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Screens of Wagtail's that would write people or groups past our actions, or that serve nothing here."""
    raise PermissionDenied


@require_admin_access
def set_position(request: HttpRequest, page_to_move_id: int) -> HttpResponse:
    """Puts a page elsewhere among its neighbours; the root of all pages has none and is not found."""
    get_object_or_404(Page, pk=page_to_move_id, depth__gt=1)
    # By its name: where Wagtail keeps the view differs between its releases.
    wagtails = next(pattern for pattern in wagtails_pages.urlpatterns if pattern.name == "set_page_position")
    return wagtails.callback(request, page_to_move_id=page_to_move_id)


class SettingsView(AccountView):
    """How the CMS looks and writes to the person; who they are stands on their account page."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if panel.name not in PANELS_ELSEWHERE]


settings = never_cache(require_admin_access(SettingsView.as_view()))
