"""What a person takes away: the certificate as a PDF."""

from __future__ import annotations

import segno
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from downloads.pdf import make_pdf, words
from records.rules.certificates import State
from records.selectors.certificates import CertificateView


def certificate_pdf(view: CertificateView, language: str) -> bytes:
    """The certificate on one page, in the language.

    Raises LettersAreMissing when no font of ours has a letter of the name.
    """
    with translation.override(language):
        title, module = _("Certificate"), view.module
        data = {
            "title": title,
            "state": view.state.value,
            "state_text": _state_text(view),
            "says": _("This is to say that"),
            "name": words(view.name),
            "completed": _("has completed"),
            "module": words(module.text, module.language),
            "facts": _facts(view),
            "granted_by": [_("Granted by"), words(view.issuer)] if view.issuer else None,
            "check": _("Anyone can check this certificate at"),
            "address": view.verify_url,
            "code_label": _("Certificate code"),
            "code": view.code,
            "qr": qr_rows(view.verify_url),
            "qr_text": _("A square code that leads a telephone to the page named beside it."),
        }
        return make_pdf("records/certificate.typ", data, title=f"{title} – {module.text}", language=language)


def qr_rows(text: str) -> list[str]:
    """A QR code with its quiet border, as rows of 0 and 1."""
    drawing = segno.make(text, error="m", micro=False)
    return ["".join("1" if dot else "0" for dot in row) for row in drawing.matrix_iter(border=2)]


def _state_text(view: CertificateView) -> str:
    match view.state:
        case State.EXPIRED if view.valid_until:
            return _("This certificate expired on %(day)s.") % {"day": date_format(view.valid_until)}
        case State.REVOKED:
            return _("This certificate was taken back.")
        case State.SUPERSEDED:
            return _("This certificate was replaced by a newer one.")
        case _:
            return ""


def _facts(view: CertificateView) -> list[list[str]]:
    until = view.valid_until
    minutes = ngettext("%(minutes)s minute", "%(minutes)s minutes", view.minutes) % {"minutes": view.minutes}
    facts = [
        [_("Completed on"), date_format(view.completed_on)],
        [_("Valid until"), date_format(until) if until else _("No end date")],
        [_("Learning"), minutes],
    ]
    if view.edition_number:
        facts.append([_("Edition of the module"), str(view.edition_number)])
    return facts
