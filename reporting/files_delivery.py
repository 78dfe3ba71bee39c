"""What was delivered, as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from downloads.tables import Cell as Value
from records.models import Completion
from reporting.method import everywhere
from reporting.selectors.delivery import Delivery, DoneLine

#: Each word of the page with what it means.
MEANINGS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (
        gettext_lazy("Delivery"),
        gettext_lazy(
            "What was done between two days, both included, whether or not it was required of the person. It is not "
            "coverage, and it is never counted into coverage or together with it."
        ),
    ),
    (
        gettext_lazy("Completions"),
        gettext_lazy(
            "Modules completed on these days, by the organisation for which the person worked on the day, if that "
            "organisation belonged to the partnership then. What was struck out does not count."
        ),
    ),
    (
        gettext_lazy("People"),
        gettext_lazy(
            "Each person once in an organisation, and once in the total, also with two employers or several "
            "completions. So people of several lines cannot be added up."
        ),
    ),
    (
        gettext_lazy("Assessed, attended, recognised"),
        gettext_lazy(
            "By the module and its quiz; by a briefing that is enough for the module; by training elsewhere that a "
            "lead recognised."
        ),
    ),
    (
        gettext_lazy("Briefings held"),
        gettext_lazy("Briefings with at least one confirmed person, on the day that they began."),
    ),
    (
        gettext_lazy("In the room"),
        gettext_lazy(
            "Confirmed people at briefings: also those counted without a name and those of organisations that are "
            "not listed. Somebody at two briefings counts twice. If a briefing completed a module for somebody, that "
            "is also among the completions, so the two are never added up."
        ),
    ),
)


def period_words(delivery: Delivery, known_on: date) -> str:
    """Which days, and as known when."""
    return _("Delivery from %(first)s to %(last)s, as known on %(known_on)s.") % {
        "first": date_format(delivery.first),
        "last": date_format(delivery.last),
        "known_on": date_format(known_on),
    }


def completion_rows(delivery: Delivery) -> Iterator[Sequence[Value]]:
    """One line for each organisation, module and source, then all organisations together."""
    yield [_("Organisation"), _("Module"), _("How"), _("Completions"), _("People, each once")]
    for row in delivery.rows:
        for line in row.lines:
            yield from _lines(row.name, line.title, line)
        yield from _lines(row.name, _("All modules"), row.together)
    for line in delivery.modules:
        yield from _lines(everywhere(), line.title, line)
    yield from _lines(everywhere(), _("All modules"), delivery.everything)


def session_rows(delivery: Delivery) -> Iterator[Sequence[Value]]:
    """One line for each briefing that was held."""
    yield [
        _("Held on"),
        _("Module"),
        _("Delivered by"),
        _("In the room"),
        _("Of organisations not listed"),
        _("Organisations in the room"),
    ]
    for each in delivery.briefings.sessions:
        yield [
            each.held_on.isoformat(),
            each.title,
            ", ".join(each.delivered_by),
            each.people,
            each.not_listed,
            "; ".join(each.organisations),
        ]


def room_rows(delivery: Delivery) -> Iterator[Sequence[Value]]:
    """One line for each organisation and module that was in a room."""
    yield [_("Organisation"), _("Module"), _("In the room"), _("Of them without a name")]
    for each in delivery.briefings.by_organisation:
        yield [each.organisation, each.title, each.attendances, each.unnamed]
    if delivery.briefings.not_listed:
        yield [_("Organisations that are not listed"), "", delivery.briefings.not_listed, None]


def deliverer_rows(delivery: Delivery) -> Iterator[Sequence[Value]]:
    """One line for each person who delivered a briefing."""
    yield [_("Delivered by"), _("Briefings held"), _("In the room")]
    for each in delivery.briefings.deliverers:
        yield [each.name, each.sessions, each.people]


def meaning_rows(delivery: Delivery, known_on: date) -> Iterator[Sequence[Value]]:
    """How it was counted, a line for each word."""
    yield [_("Word"), _("What it means")]
    yield [_("Days"), period_words(delivery, known_on)]
    for word, meaning in MEANINGS:
        yield [str(word), str(meaning)]


def delivery_rows(delivery: Delivery, known_on: date) -> Iterator[Sequence[Value]]:
    """The tables of the page in one: the first columns say which days, the next one which table."""
    start = [delivery.first.isoformat(), delivery.last.isoformat(), known_on.isoformat()]
    yield [
        _("From"),
        _("To"),
        _("As known on"),
        _("Table"),
        _("Organisation"),
        _("Module"),
        _("How"),
        _("Completions"),
        _("People, each once"),
        _("Held on"),
        _("Delivered by"),
        _("In the room"),
        _("Of them without a name"),
        _("Of organisations not listed"),
        _("Organisations in the room"),
    ]
    for line in without_heading(completion_rows(delivery)):
        yield [*start, _("Completions"), *line, "", "", None, None, None, ""]
    for day, title, by, people, not_listed, names in without_heading(session_rows(delivery)):
        yield [*start, _("Briefings held"), "", title, "", None, None, day, by, people, None, not_listed, names]
    for name, title, people, unnamed in without_heading(room_rows(delivery)):
        yield [*start, _("In the room"), name, title, "", None, None, "", "", people, unnamed, None, ""]


def _lines(organisation: str, title: str, line: DoneLine) -> Iterator[Sequence[Value]]:
    for source in Completion.Source:
        if done := line.by_source.get(source):
            yield [organisation, title, str(source.label), done.completions, done.people]
    yield [organisation, title, _("in any way"), line.all.completions, line.all.people]


def without_heading(rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """The lines of a table below its first."""
    next(rows)
    return rows
