"""Everything held about a person, as a PDF to read."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from downloads.pdf import make_whole_pdf, words
from organisations.clock import day_of, today
from organisations.models import User
from privacy.register import everything
from privacy.selectors.export import SOMEBODY, YOU, everything_about

#: Columns whose own name is a word for programmers.
LABELS = {
    "organisation": gettext_lazy("Organisation"),
    "organisation_name": gettext_lazy("Organisation"),
    "partnership": gettext_lazy("Partnership"),
    "unit": gettext_lazy("Unit"),
    "role": gettext_lazy("Role"),
    "role_name": gettext_lazy("Role"),
    "edition": gettext_lazy("Module"),
    "completion": gettext_lazy("Module"),
    "enrolment": gettext_lazy("Module"),
    "title": gettext_lazy("Module"),
    "quiz_version": gettext_lazy("Quiz"),
    "number": gettext_lazy("Attempt"),
    "score": gettext_lazy("Score, from 0 to 1"),
    "is_passed": gettext_lazy("Passed"),
    "part": gettext_lazy("Asked"),
    "confidence": gettext_lazy("How sure you were, 1 to 5"),
    "is_tested_out": gettext_lazy("Known beforehand"),
    "moment": gettext_lazy("When"),
    "helps": gettext_lazy("Helps in your work, 1 to 5"),
    "knows_next": gettext_lazy("You know what to do next, 1 to 5"),
    "answered_at": gettext_lazy("Answered on"),
    "state": gettext_lazy("State"),
    "source": gettext_lazy("How"),
    "minutes": gettext_lazy("Minutes"),
    "code": gettext_lazy("Certificate code"),
    "outcome": gettext_lazy("Outcome"),
    "verified": gettext_lazy("Proved"),
    "created_at": gettext_lazy("Since"),
    "started_at": gettext_lazy("Begun on"),
    "ended_at": gettext_lazy("Ended on"),
    "stopped_at": gettext_lazy("Ended on"),
    "saved_at": gettext_lazy("Saved on"),
    "done_at": gettext_lazy("Done on"),
    "submitted_at": gettext_lazy("Handed in on"),
    "completed_on": gettext_lazy("Completed on"),
    "issued_at": gettext_lazy("Given on"),
    "valid_until": gettext_lazy("Valid until"),
    "requested_at": gettext_lazy("Asked on"),
    "attempt": gettext_lazy("Attempt"),
    "goes_at": gettext_lazy("Letter due on"),
    "score_before": gettext_lazy("Score before, from 0 to 1"),
    "was_passed": gettext_lazy("Passed before"),
    "decided_at": gettext_lazy("Answered on"),
    "accepted_at": gettext_lazy("Used on"),
    "withdrawn_at": gettext_lazy("Withdrawn on"),
    "runs_from": gettext_lazy("Carried out from"),
    "voided_at": gettext_lazy("Struck out on"),
    "void_reason": gettext_lazy("Why"),
    "revoked_at": gettext_lazy("Taken back on"),
    "revoke_reason": gettext_lazy("Why"),
    "required_from": gettext_lazy("Required from"),
    "required_to": gettext_lazy("Required until"),
    "due_on": gettext_lazy("Due on"),
    "satisfied_to": gettext_lazy("Current until"),
    "seen_at": gettext_lazy("When"),
    "timestamp": gettext_lazy("When"),
    "action": gettext_lazy("What"),
    "label": gettext_lazy("Of what"),
    "text": gettext_lazy("Text"),
    "language": gettext_lazy("Language"),
    "shown_name": gettext_lazy("Name to show"),
    "signed_off_at": gettext_lazy("Signed off on"),
    "submission": gettext_lazy("Submission"),
    "page": gettext_lazy("Page"),
}
#: Rows of one table that the PDF prints; the data file holds all of them.
MAX_ROWS = 200


def person_pdf(person: User, language: str) -> bytes:
    """What the data file says, without keys and numbers of rows, in the language."""
    with translation.override(language):
        held = everything_about(person)
        columns = {each.model: each.columns for each in everything()}
        parts = [
            _part(table["title"], table["table"], columns[table["table"]], table["rows"])
            for table in held["tables"]
            if table["rows"]
        ]
        title = _("Everything Signpost holds about you")
        data = {
            "made": _("Made on %(day)s.") % {"day": date_format(today())},
            "more": _("The data file from the same page holds every detail, ready for a computer."),
            "replaced": _("Some letters could not be printed here. The data file has them."),
            "person": _lines("organisations.User", ("name", "email", "language", "created_at"), held["person"][0]),
            "person_title": _("Your account"),
            "parts": parts,
            "seen_title": _("Lists with names of your organisations that were looked at"),
            "seen": _seen(held["lists_with_names"]),
            "sessions": ngettext("%(count)d session is open.", "%(count)d sessions are open.", len(held["sessions"]))
            % {"count": len(held["sessions"])},
        }
        return make_whole_pdf("privacy/person.typ", data, title=title, language=language)


def _part(title: str, model: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = rows[:MAX_ROWS] if columns else []
    counted = ngettext("%(count)d entry", "%(count)d entries", len(rows)) % {"count": len(rows)}
    note = counted if not columns or len(rows) > MAX_ROWS else ""
    return {"title": words(title), "note": note, "rows": [_lines(model, columns, row) for row in shown]}


def _lines(model: str, columns: tuple[str, ...], row: dict[str, Any]) -> list[list[Any]]:
    """Pairs of a label and what it says; what says nothing is left out."""
    fields = apps.get_model(model)._meta
    lines = []
    for name in columns:
        field = fields.get_field(name)
        text = _said(row.get(name), dict(field.flatchoices) if getattr(field, "flatchoices", None) else {})
        if text:
            lines.append([words(capfirst(str(LABELS.get(name, field.verbose_name)))), words(text)])
    return lines


def _said(value: Any, choices: dict[Any, Any]) -> str:
    if isinstance(value, dict):
        return str(value.get("is", ""))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (YOU, SOMEBODY):
        return _("you") if value == YOU else _("another person")
    if value in choices:
        return str(choices[value])
    if isinstance(value, str):
        moment = parse_datetime(value) if "T" in value else None
        day = day_of(moment) if moment and moment.tzinfo else parse_date(value) if value[:4].isdigit() else None
        return date_format(day) if day else value
    return "" if value is None else str(value)


def _seen(looks: list[dict[str, Any]]) -> list[str]:
    """How many looks at lists there were, by organisation."""
    counts: dict[str, int] = {}
    for each in looks:
        if each["by"] != YOU:
            counts[each["organisation"]] = counts.get(each["organisation"], 0) + 1
    return [
        ngettext("%(place)s: %(count)d time", "%(place)s: %(count)d times", count) % {"place": place, "count": count}
        for place, count in counts.items()
    ]
