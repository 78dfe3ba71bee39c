"""Request handling that belongs to the whole site."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from config.staff import is_for_staff


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, which leads addresses without a language to one with it, but only where no view has answered.

    A view outside the prefix that answers 404, such as for an unknown certificate code, means it.
    """

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Leads a page for staff to its English address: it has no other language, and half a page helps nobody."""
        language, english = translation.get_language_from_path(request.path_info), settings.LANGUAGE_CODE
        is_read = request.method in ("GET", "HEAD") and request.user.is_authenticated
        if not is_read or language in (None, english) or not is_for_staff(view):
            return None
        return HttpResponseRedirect(request.get_full_path().replace(f"/{language}/", f"/{english}/", 1))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.resolver_match is not None:
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)


#: Where django-csp's own decorators leave a view's policy.
REPLACED = "_csp_replace"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the strict policy everywhere and the CMS's own policy under /cms/."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/cms/") and not hasattr(response, REPLACED):
            setattr(response, REPLACED, settings.CMS_CONTENT_SECURITY_POLICY)
        return super().process_response(request, response)


class BrowserRightsMiddleware:
    """Says what the browser may do for our pages, and that no other site may use what we send."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
