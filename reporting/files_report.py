"""What a report prints, as the rows of files: exactly what stands on its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from downloads.tables import Cell as Value
from organisations.clock import day_of
from reporting.files import evidence_labels
from reporting.files_delivery import MEANINGS as DELIVERY_MEANINGS
from reporting.files_delivery import without_heading
from reporting.method import MEANINGS, everywhere
from reporting.models import Report
from reporting.tables import EVIDENCE

Payload = Mapping[str, Any]
#: The numbers of a cell, in the order of their columns.
NUMBERS = ("required", "current", "coverage", "unknown", "reach")


def day(text: str) -> str:
    """A day of the payload in words."""
    return date_format(date.fromisoformat(text))


def number_labels() -> list[str]:
    """The headings of the columns of numbers."""
    return [_("Required"), _("Current"), _("Coverage"), _("Unknown"), _("Reach")]


def source_labels() -> list[str]:
    """The headings of the columns of completions."""
    return [_("Assessed"), _("Attended"), _("Recognised"), _("In any way")]


def coverage_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """One line for each module and organisation, each module with its total, then everything."""
    yield [_("Module"), _("Organisation"), *number_labels()]
    for module in payload["modules"]:
        for row in module["rows"]:
            yield [module["title"], row["name"], *_numbers(row)]
        yield [module["title"], everywhere(), *_numbers(module["total"])]
    yield [_("Everything that is required of them"), everywhere(), *_numbers(payload["people"])]


def evidence_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """How people who are current came to it, by module; nothing in reports from before it was printed."""
    yield [_("Module"), *evidence_labels()]
    for line in payload.get("evidence", ()):
        yield [line["title"], *(line[name] for name in EVIDENCE)]


def trend_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """People by month, the oldest first, with what changed whom the numbers count."""
    yield [_("Day"), *number_labels(), _("What else changed")]
    for month in payload["trend"]:
        yield [month["day"], *_numbers(month), " ".join(month["changes"])]


def gap_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """What organisations lack."""
    yield [_("Organisation"), _("What is missing")]
    yield from payload["gaps"]


def gaps_by_name(payload: Payload) -> list[tuple[str, list[str]]]:
    """The same, each organisation once."""
    grouped = groupby(payload["gaps"], key=lambda gap: gap[0])
    return [(name, [sentence for _name, sentence in gaps]) for name, gaps in grouped]


def delivery_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """Completions by module, organisation and source."""
    yield [_("Module"), _("Organisation"), *source_labels()]
    for module in payload["delivery"]["modules"]:
        for name, *counts in module["rows"]:
            yield [module["title"], name, *counts]
        yield [module["title"], _("All of them"), *module["total"]]


def session_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """Briefings held."""
    yield [_("Held on"), _("Module")]
    yield from payload["delivery"]["sessions"]


def room_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """People in the room by organisation."""
    yield [_("Organisation"), _("In the room")]
    yield from payload["delivery"]["rooms"]


def request_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """Requests for briefings that came to nothing yet."""
    yield [_("Organisation"), _("Module"), _("People"), _("Asked on"), _("Declined because")]
    yield from payload["requests"]


def comment_lines(payload: Payload) -> Iterator[Sequence[Value]]:
    """What organisations say about their rows."""
    yield [_("Organisation"), _("Comment")]
    yield from payload["comments"]


def about_lines(report: Report, payload: Payload) -> Iterator[Sequence[Value]]:
    """What the report is, and how it was counted."""
    yield [_("Word"), _("What it means")]
    for label, words in about(report, payload):
        yield [label, words]
    for word, meaning in (*MEANINGS, *DELIVERY_MEANINGS):
        yield [str(word), str(meaning)]


def about(report: Report, payload: Payload) -> list[tuple[str, str]]:
    """Whose report, of which days, as known when, how it stands, and how to tell that it is unchanged."""
    lines = [
        (_("Partnership"), payload["partnership"]),
        (_("Coverage on"), day(payload["day"])),
        (_("Delivery"), delivery_days(payload)),
        (_("As known on"), day(payload["known_on"])),
        (_("Shown"), scope_words(payload)),
        (_("Small counts"), small_words(payload)),
        (_("State"), state_words(report)),
    ]
    if report.checksum:
        lines.append((_("Checksum (SHA-256)"), report.checksum))
    return lines


def delivery_days(payload: Payload) -> str:
    """The period of delivery in words."""
    delivery = payload["delivery"]
    return _("%(first)s to %(last)s") % {"first": day(delivery["first"]), "last": day(delivery["last"])}


def scope_words(payload: Payload) -> str:
    """What was chosen, in words."""
    if not payload["scope"]:
        return _("Everybody and every module: nothing was left out.")
    return "; ".join(f"{label}: {value}" for label, value in payload["scope"])


def small_words(payload: Payload) -> str:
    """How small counts are hidden."""
    if not payload["threshold"]:
        return _("No count is hidden.")
    words = _(
        "Counts of people from 1 to %(most)s are printed as <%(below)s. Further counts and shares are hidden where "
        "they would give one of these away. Nought is printed, except beside a small total."
    )
    return words % {"most": payload["threshold"] - 1, "below": payload["threshold"]}


def state_words(report: Report) -> str:
    """How the report stands."""
    if report.withdrawn_at:
        words = _("Withdrawn on %(day)s: %(reason)s")
        return words % {"day": date_format(day_of(report.withdrawn_at)), "reason": report.withdraw_reason}
    if report.published_at:
        return _("Published on %(day)s") % {"day": date_format(day_of(report.published_at))}
    return _("Not published: the organisations are looking at it")


def report_rows(report: Report, payload: Payload) -> Iterator[Sequence[Value]]:
    """The tables of the page in one, each line saying which table it is of."""
    start = [payload["day"], payload["known_on"]]
    yield [
        _("Day"),
        _("As known on"),
        _("Table"),
        _("Module, or month"),
        _("Organisation"),
        *number_labels(),
        *source_labels(),
        _("In the room"),
        _("Held on"),
        _("Words"),
    ]
    numbers, sources = [None] * len(NUMBERS), [None] * len(source_labels())
    for line in without_heading(coverage_lines(payload)):
        yield [*start, _("Coverage"), *line, *sources, None, "", ""]
    for title, current, live, *ways in without_heading(evidence_lines(payload)):
        said = _("current on the live edition: %(people)s") % {"people": live}
        yield [*start, _("How it was shown"), title, everywhere(), *numbers, *ways, current, None, "", said]
    for month, *values, changes in without_heading(trend_lines(payload)):
        yield [*start, _("Over a year"), month, everywhere(), *values, *sources, None, "", changes]
    for name, sentence in without_heading(gap_lines(payload)):
        yield [*start, _("Gaps"), "", name, *numbers, *sources, None, "", sentence]
    for title, name, *counts in without_heading(delivery_lines(payload)):
        yield [*start, _("Completions"), title, name, *numbers, *counts, None, "", ""]
    for held_on, title in without_heading(session_lines(payload)):
        yield [*start, _("Briefings held"), title, "", *numbers, *sources, None, held_on, ""]
    for name, people in without_heading(room_lines(payload)):
        yield [*start, _("In the room"), "", name, *numbers, *sources, people, "", ""]
    for name, title, people, asked_on, reason in without_heading(request_lines(payload)):
        words = _("asked on %(day)s for %(people)s people") % {"day": asked_on, "people": people}
        said = f"{words}; {reason}" if reason else words
        yield [*start, _("Requests for briefings"), title, name, *numbers, *sources, None, "", said]
    for name, comment in without_heading(comment_lines(payload)):
        yield [*start, _("Comments"), "", name, *numbers, *sources, None, "", comment]
    for label, words in about(report, payload):
        yield [*start, label, "", "", *numbers, *sources, None, "", words]


def report_sheets(report: Report, payload: Payload) -> list[tuple[str, Iterator[Sequence[Value]]]]:
    """The same as the sheets of a workbook."""
    return [
        (_("Coverage"), coverage_lines(payload)),
        (_("How it was shown"), evidence_lines(payload)),
        (_("Over a year"), trend_lines(payload)),
        (_("Gaps"), gap_lines(payload)),
        (_("Completions"), delivery_lines(payload)),
        (_("Briefings held"), session_lines(payload)),
        (_("In the room"), room_lines(payload)),
        (_("Requests for briefings"), request_lines(payload)),
        (_("Comments"), comment_lines(payload)),
        (_("How this was counted"), about_lines(report, payload)),
    ]


def _numbers(cell: Payload) -> list[Value]:
    return [cell["printed"].get(name, "") for name in NUMBERS]
