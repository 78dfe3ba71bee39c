"""What a person takes away: the certificate as a PDF, and the record as a PDF and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import segno
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from downloads.pdf import make_pdf, make_whole_pdf, words
from downloads.tables import Cell
from records.rules.certificates import State
from records.selectors.certificates import CertificateView
from records.selectors.learning import Titled
from records.selectors.record import Line, Record

#: How a line of the record stands.
STATES = {
    "": gettext_lazy("Completed"),
    State.VALID.value: gettext_lazy("Valid"),
    State.EXPIRED.value: gettext_lazy("Expired"),
    State.REVOKED.value: gettext_lazy("Certificate taken back"),
    "voided": gettext_lazy("Taken off"),
}


def certificate_pdf(view: CertificateView, language: str, *, is_demo: bool = False) -> bytes:
    """The certificate on one page, in the language; one of a demo says that it is invented.

    Raises LettersAreMissing when no font of ours has a letter of the name.
    """
    with translation.override(language):
        title, module = _("Certificate"), view.module
        data = {
            "title": title,
            "state": view.state.value,
            "state_text": _state_text(view),
            "demo_text": _("The people and organisations here are invented.") if is_demo else "",
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


def record_rows(record: Record) -> Iterator[Sequence[Cell]]:
    """The record as a table: one line for each completion, then for each module under way, then for each briefing."""
    yield [
        _("Module"),
        _("State"),
        _("Started on"),
        _("Completed on"),
        _("How"),
        _("Score, per cent"),
        _("Minutes"),
        _("Edition of the module"),
        _("Where you worked that day"),
        _("Certificate code"),
        _("Valid until"),
        _("Taken off on"),
        _("Reason given"),
    ]
    for line in record.lines:
        completion, certificate = line.completion, line.certificate
        yield [
            line.title.text,
            str(STATES[line.state]),
            "",
            completion.completed_on.isoformat(),
            line.how,
            line.score,
            completion.minutes,
            completion.edition_number,
            "; ".join(f"{place.organisation_name} ({place.role_name})" for place in line.places),
            certificate.code if certificate else "",
            certificate.valid_until.isoformat() if certificate and certificate.valid_until else "",
            line.voided_on.isoformat() if line.voided_on else "",
            _reason(line),
        ]
    for each in record.under_way:
        started = [each.title.text, _("Started"), each.started_on.isoformat()]
        yield [*started, "", "", None, None, each.edition_number, "", "", "", "", ""]
    for briefing in record.briefings:
        there = [briefing.title.text, _("Was at a briefing"), briefing.held_on.isoformat()]
        yield [*there, "", "", None, None, None, "", "", "", "", ""]


def record_pdf(record: Record, name: str, *, day: date, language: str, is_demo: bool = False) -> bytes:
    """The record on as many pages as it needs, in the language; one of a demo says that it is invented."""
    with translation.override(language):
        title = _("Record of learning")
        data = {
            "title": title,
            "name": words(name),
            "as_on": _("As on %(day)s.") % {"day": date_format(day)},
            "demo_text": _("The people and organisations here are invented.") if is_demo else "",
            "empty": "" if record.lines or record.under_way or record.briefings else _("Nothing is recorded yet."),
            "years_title": _("Learning by year"),
            "years_columns": [_("Year"), _("Modules"), _("Minutes")],
            "years": [[str(each.year), str(each.modules), str(each.minutes)] for each in record.years],
            "lines_title": _("Completed"),
            "lines_columns": [_("Module"), _("Completed on"), _("How"), _("Minutes"), _("Certificate")],
            "lines": [_line_data(line) for line in record.lines],
            "under_way_title": _("Under way"),
            "under_way_columns": [_("Module"), _("Started on")],
            "under_way": [[_titled(each.title), date_format(each.started_on)] for each in record.under_way],
            "briefings_title": _("Briefings you went to"),
            "briefings_columns": [_("Module"), _("Day")],
            "briefings": [[_titled(each.title), date_format(each.held_on)] for each in record.briefings],
            "replaced_note": _("� stands for a letter that this file cannot show. The page on Signpost shows it."),
        }
        return make_whole_pdf("records/record.typ", data, title=f"{title} – {name}", language=language)


def _titled(title: Titled) -> dict[str, str]:
    return words(title.text, title.language)


def _line_data(line: Line) -> dict[str, object]:
    completion, certificate, edition = line.completion, line.certificate, line.completion.edition_number
    how = [line.how]
    if line.score is not None:
        how.append(_("Score: %(score)s per cent") % {"score": line.score})
    notes = [str(STATES[line.state])]
    if certificate and certificate.valid_until and not line.is_voided:
        notes.append(_("Valid until %(day)s.") % {"day": date_format(certificate.valid_until)})
    return {
        "title": _titled(line.title),
        "edition": _("Edition %(number)s") % {"number": edition} if edition else "",
        "places": [[words(place.organisation_name), words(place.role_name)] for place in line.places],
        "day": date_format(completion.completed_on),
        "how": how,
        "minutes": str(completion.minutes),
        "notes": notes,
        "code": certificate.code if certificate else "",
        "reason": [_("The reason given:"), words(_reason(line))] if _reason(line) else None,
        "is_voided": line.is_voided,
    }


def _reason(line: Line) -> str:
    if line.is_voided:
        return line.completion.void_reason
    return line.certificate.certificate.revoke_reason if line.certificate else ""
