"""A person's certificate, and the page on which anyone checks one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from organisations.clock import today
from records.access import find_certificate, get_certificate_for
from records.forms_learning import CertificateCodeForm
from records.selectors.certificates import certificate_on, verified_on
from records.views.guards import PersonRequest, personal

#: How often one address may look up codes in a minute.
LOOKUPS_A_MINUTE = 60


@personal
def certificate(request: PersonRequest, code: str) -> HttpResponse:
    """The holder's own certificate, to read and to print."""
    view = certificate_on(get_certificate_for(request.user, code), today())
    drawing = segno.make(view.verify_url, error="m", micro=False)
    # The drawing is made of one path: numbers only, nothing that anyone typed.
    qr = mark_safe(drawing.svg_inline(border=4, svgclass="qr", lineclass=None, light="#fff", omitsize=True))  # noqa: S308
    return render(request, "records/certificate.html", {"view": view, "qr": qr})


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for strangers that no search engine lists, no browser keeps, and nobody can try codes on at speed."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _asks_too_often(request):
            response = render(request, "records/verify_too_often.html", status=429)
            response["Retry-After"] = "60"
        else:
            response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    return guarded


@open_to_all
def verify_form(request: HttpRequest) -> HttpResponse:
    """Asks for a code and leads to its page."""
    form = CertificateCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("verify_certificate", code=form.cleaned_data["code"])
    return render(request, "records/verify_form.html", {"form": form})


@open_to_all
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate is worth today, to anyone who holds its code."""
    found = find_certificate(code)
    if found is None:
        context = {"form": CertificateCodeForm(), "code": code[:80]}
        return render(request, "records/verify_unknown.html", context, status=404)
    return render(request, "records/verify.html", {"verified": verified_on(found, today()), "day": today()})


def _asks_too_often(request: HttpRequest) -> bool:
    try:
        address = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        # Behind a proxy that hides where requests come from, all strangers share one count.
        address = "unknown"
    key = f"verify:{address}:{timezone.now():%Y%m%d%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > LOOKUPS_A_MINUTE
    except ValueError:
        # The count was thrown out of the cache between the two calls.
        return False
