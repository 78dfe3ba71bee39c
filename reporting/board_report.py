"""The board report: what a report prints, as a PDF tagged for screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from downloads.pdf import make_whole_pdf, words
from reporting.files import evidence_labels
from reporting.files_delivery import MEANINGS as DELIVERY_MEANINGS
from reporting.files_delivery import without_heading
from reporting.files_report import (
    NUMBERS,
    about,
    day,
    evidence_lines,
    gaps_by_name,
    number_labels,
    scope_words,
    small_words,
    source_labels,
    state_words,
)
from reporting.method import MEANINGS, everywhere
from reporting.models import Report

Payload = Mapping[str, Any]
#: What leads read is English.
LANGUAGE = "en"


def report_pdf(report: Report, payload: Payload) -> bytes:
    """The report on as many pages as it needs."""
    with translation.override(LANGUAGE):
        title = _("Training report")
        data = {
            "title": title,
            "partnership": words(payload["partnership"]),
            "day": _("Coverage on %(day)s, as known on %(known_on)s")
            % {"day": day(payload["day"]), "known_on": day(payload["known_on"])},
            "state": words(state_words(report)),
            "is_final": report.is_published and not report.withdrawn_at,
            "scope": words(scope_words(payload)) if payload["scope"] else None,
            "summary": _summary(payload),
            "totals": _totals(payload),
            "modules": [_module(module) for module in payload["modules"]],
            "evidence": _evidence(payload),
            "trend": _trend(payload),
            "gaps": _section(
                _("Gaps"),
                _("What is missing before the numbers can be trusted, or be better.") if payload["gaps"] else "",
                [(name, " ".join(sentences)) for name, sentences in gaps_by_name(payload)],
            ),
            "delivery": _delivery(payload),
            "requests": _requests(payload),
            "comments": _section(
                _("Comments of organisations"), _("Word for word, as their leads wrote them."), payload["comments"]
            ),
            "method": _method(report, payload),
            "replaced_note": _("� stands for a letter that this file cannot show. The page on Signpost shows it."),
        }
        heading = f"{title} – {payload['partnership']} – {day(payload['day'])}"
        return make_whole_pdf("reporting/report.typ", data, title=heading, language=LANGUAGE)


def _summary(payload: Payload) -> dict[str, Any]:
    printed = payload["people"]["printed"]
    figures = [
        [_text(printed.get("coverage")), _("of the people of whom something is required are current in all of it")],
        [_text(printed.get("required")), _("people of whom something is required, each counted once")],
        [_text(printed.get("overdue")), _("people are overdue with something")],
        [_text(printed.get("unknown")), _("people work there but are unknown to us")],
        [_text(printed.get("reach")), _("reach: people current in all, of everybody who works there")],
    ]
    return {
        "title": _("Summary"),
        "figures": figures,
        "notes": [
            _("People away, of whom nothing is required: %(away)s. People with a module waived: %(waived)s.")
            % {"away": printed.get("away"), "waived": printed.get("waived")},
            _("Organisations stand by name. They are not ranked."),
            small_words(payload),
        ],
    }


def _totals(payload: Payload) -> dict[str, Any]:
    rows = [[words(module["title"]), *_numbers(module["total"])] for module in payload["modules"]]
    rows.append([words(_("Everything that is required of them")), *_numbers(payload["people"])])
    return {
        "title": _("Coverage by module"),
        "columns": [_("Module"), *number_labels()],
        "rows": rows,
        "text": _("All organisations together, people counted once."),
    }


def _module(module: Payload) -> dict[str, Any]:
    rows = [[words(row["name"]), *_numbers(row)] for row in module["rows"]]
    return {
        "title": words(module["title"]),
        "columns": [_("Organisation"), *number_labels()],
        "rows": rows,
        "total": [words(everywhere()), *_numbers(module["total"])],
    }


def _evidence(payload: Payload) -> dict[str, Any]:
    lines = without_heading(evidence_lines(payload))
    return {
        "title": _("Current people by edition and by how they came to it"),
        "columns": [_("Module"), *evidence_labels()],
        "rows": [[words(str(title)), *map(_text, counts)] for title, *counts in lines],
    }


def _trend(payload: Payload) -> dict[str, Any]:
    changes = [(day(month["day"]), " ".join(month["changes"])) for month in payload["trend"] if month["changes"]]
    return {
        "title": _("Over a year"),
        "text": _("People current in all that is required of them, on the last day of each month."),
        "columns": [_("Day"), *number_labels(), ""],
        "rows": [
            [
                day(month["day"]),
                *_numbers(month),
                _width(month["printed"]["coverage"]),
            ]
            for month in payload["trend"]
        ],
        "changes": _section(_("What changed whom the numbers count"), "", changes),
    }


def _width(coverage: str) -> int:
    """How long the bar of a share is drawn; none where the share is not printed."""
    digits = coverage.removesuffix("%")
    return int(digits) if digits.isdecimal() else 0


def _delivery(payload: Payload) -> dict[str, Any]:
    delivery = payload["delivery"]
    held, deliverers, places = len(delivery["sessions"]), delivery["deliverers"], delivery["organisations"]
    lines = [
        _("%(completions)s completions by %(people)s people, each counted once")
        % {"completions": delivery["completions"], "people": delivery["people"]},
        ngettext("%(held)s briefing held", "%(held)s briefings held", held) % {"held": held},
        ngettext("%(people)s person delivered them", "%(people)s people delivered them", deliverers)
        % {"people": deliverers},
        ngettext("%(places)s organisation was in a room", "%(places)s organisations were in a room", places)
        % {"places": places},
    ]
    return {
        "title": _("Delivery from %(first)s to %(last)s")
        % {"first": day(delivery["first"]), "last": day(delivery["last"])},
        "text": _("What was done between these days. It is not coverage and is never counted into it."),
        "lines": lines,
        "modules": [
            {
                "title": words(module["title"]),
                "columns": [_("Organisation"), *source_labels()],
                "rows": [[words(name), *map(_text, counts)] for name, *counts in module["rows"]],
                "total": [words(_("All of them")), *map(_text, module["total"])],
            }
            for module in delivery["modules"]
        ],
        "sessions": _section(
            _("Briefings held"), "", [[day(held_on), name] for held_on, name in delivery["sessions"]]
        ),
        "rooms": _section(
            _("In the room"),
            _("Confirmed people, also those without a name and those of organisations that are not listed."),
            delivery["rooms"],
        ),
    }


def _requests(payload: Payload) -> dict[str, Any]:
    rows = []
    for name, title, people, asked_on, reason in payload["requests"]:
        said = _("%(title)s, for %(people)s people, asked on %(day)s") % {
            "title": title,
            "people": people,
            "day": day(asked_on),
        }
        outcome = _("declined: %(reason)s") % {"reason": reason} if reason else _("waiting")
        rows.append([name, f"{said} – {outcome}"])
    text = "" if rows else _("Nobody waits for a briefing.")
    return _section(_("Requests for briefings that are not met"), text, rows)


def _method(report: Report, payload: Payload) -> dict[str, Any]:
    meanings = [(str(word), str(meaning)) for word, meaning in (*MEANINGS, *DELIVERY_MEANINGS)]
    return _section(_("How this was counted"), "", [*about(report, payload), *meanings])


def _section(title: str, text: str, pairs: Iterable[Iterable[Any]]) -> dict[str, Any]:
    return {"title": title, "text": text, "rows": [[words(_text(each)) for each in pair] for pair in pairs]}


def _numbers(cell: Payload) -> list[str]:
    return [_text(cell["printed"].get(name)) for name in NUMBERS]


def _text(value: object) -> str:
    return "–" if value is None else str(value)
