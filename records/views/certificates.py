"""A person's certificate, and the page on which anyone checks one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from downloads.pdf import LettersAreMissing, pdf_response
from organisations.clock import today
from records import files
from records.access import find_certificate, get_certificate_for
from records.forms_learning import CertificateCodeForm, CertificateLanguageForm
from records.selectors.before_after import offer_after
from records.selectors.certificates import CertificateView, certificate_on, is_invented, verified_on
from records.selectors.evaluations import is_asked
from records.views.guards import PersonRequest, personal
from records.views.strangers import MinuteCount, keep_nowhere, read_in_chosen_language, wait_a_minute

#: How often one address may look up codes in a minute.
LOOKUPS_A_MINUTE = 60


@personal
def certificate(request: PersonRequest, code: str) -> HttpResponse:
    """The holder's own certificate, to read, to print and to take away in the language of their choice."""
    form = CertificateLanguageForm(initial={"language": translation.get_language()})
    return _certificate_page(request, _own_certificate(request, code), form)


@personal
@require_safe
def certificate_pdf(request: PersonRequest, code: str) -> HttpResponse:
    """The certificate as a PDF while it is worth something; else, or without a language, its page says why not."""
    view = _own_certificate(request, code)
    form = CertificateLanguageForm(request.GET)
    if not view.is_standing:
        return redirect("records:certificate", view.code)
    if not form.is_valid():
        return _certificate_page(request, view, form, status=400)
    try:
        content = files.certificate_pdf(view, form.cleaned_data["language"], is_demo=is_invented(view.certificate))
    except LettersAreMissing as missing:
        return _certificate_page(request, view, form, status=409, letters=missing.letters)
    return pdf_response(f"certificate-{view.code[:9]}.pdf", content)


def _own_certificate(request: PersonRequest, code: str) -> CertificateView:
    return certificate_on(get_certificate_for(request.user, code), today())


def _certificate_page(
    request: PersonRequest,
    view: CertificateView,
    form: CertificateLanguageForm,
    *,
    status: int = 200,
    letters: str = "",
) -> HttpResponse:
    """The page; `letters` are those of the name that no PDF of ours can show."""
    drawing = segno.make(view.verify_url, error="m", micro=False)
    # The drawing is made of one path: numbers only, nothing that anyone typed.
    qr = mark_safe(drawing.svg_inline(border=4, svgclass="qr", lineclass=None, light="#fff", omitsize=True))  # noqa: S308
    context = {
        "view": view,
        "qr": qr,
        "form": form,
        "letters": letters,
        "is_demo": is_invented(view.certificate),
        "offer": offer_after(view.certificate.completion),
        "is_evaluation_asked": is_asked(view.certificate.completion, today()),
    }
    return render(request, "records/certificate.html", context, status=status)


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for strangers that no search engine lists, no browser keeps, and nobody can try codes on at speed."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        read_in_chosen_language(request)
        if MinuteCount(request, "verify").add() > LOOKUPS_A_MINUTE:
            return keep_nowhere(wait_a_minute(render(request, "records/verify_too_often.html", status=429)))
        return keep_nowhere(view(request, *args, **kwargs))

    return guarded


@open_to_all
def verify_form(request: HttpRequest) -> HttpResponse:
    """Asks for a code and leads to its page."""
    form = CertificateCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        page = reverse("verify_certificate", args=[form.cleaned_data["code"]])
        return redirect(f"{page}?language={translation.get_language()}" if "language" in request.GET else page)
    return render(request, "records/verify_form.html", {"form": form})


@open_to_all
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate is worth today, to anyone who holds its code."""
    found = find_certificate(code)
    if found is None:
        context = {"form": CertificateCodeForm(), "code": code[:80]}
        return render(request, "records/verify_unknown.html", context, status=404)
    context = {"verified": verified_on(found, today()), "day": today(), "is_demo": is_invented(found)}
    return render(request, "records/verify.html", context)
