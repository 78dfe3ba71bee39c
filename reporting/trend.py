"""A year of coverage, month by month, with what changed in whom it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from downloads.tables import Cell as Value
from organisations.isolating import isolated
from organisations.rules import Known
from records.rules.days import add_months
from reporting.filters import Chosen
from reporting.method import said
from reporting.rules import Counts, reach

#: Months that a trend goes back.
MONTHS = 12


class Changed(StrEnum):
    """What changes whom a figure counts, or as what, beside people who come and go."""

    BEGAN = "began"
    CHANGED = "changed"
    ENDED = "ended"
    AGAIN = "again"
    CAME = "came"
    WENT = "went"


WORDS: dict[Changed, str | Promise] = {
    Changed.BEGAN: gettext_lazy("%(about)s began to be required on %(day)s."),
    Changed.CHANGED: gettext_lazy("Of whom %(about)s is required, or how, changed on %(day)s."),
    Changed.ENDED: gettext_lazy("%(about)s was no longer required from %(day)s."),
    Changed.AGAIN: gettext_lazy("From %(day)s, %(about)s had to have been learned again."),
    Changed.CAME: gettext_lazy("%(about)s joined on %(day)s."),
    Changed.WENT: gettext_lazy("%(about)s was no longer counted from %(day)s."),
}


@dataclass(frozen=True)
class Change:
    """One change on a day, of a module or an organisation."""

    day: date
    changed: Changed
    about: str

    @property
    def sentence(self) -> str:
        """The change in words."""
        return WORDS[self.changed] % {"about": isolated(self.about), "day": date_format(self.day)}


@dataclass(frozen=True)
class Month:
    """The coverage of one day, and what changed since the day before it in the list."""

    day: date
    #: People by the worst of what is required of them.
    people: Counts = field(default_factory=Counts)
    everybody: Known = field(default_factory=Known)
    organisations: int = 0
    newly_required: int = 0
    no_longer_required: int = 0
    #: People registered now who were not, and the other way round.
    joined: int = 0
    left: int = 0
    changes: Sequence[Change] = ()

    @property
    def reach(self) -> int | None:
        """People current in all that is required of them, of everybody there is, in per cent."""
        return reach(self.people, self.everybody)


@dataclass(frozen=True)
class Trend:
    """The last days of the months of a year, the oldest first; the last may be a day within its month."""

    months: Sequence[Month]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was required on any of the days."""
        return not any(month.people.required for month in self.months)

    @property
    def newest_first(self) -> list[Month]:
        """The same with the newest first, as it is read."""
        return list(reversed(self.months))


def month_ends(last: date) -> tuple[date, ...]:
    """The last days of the twelve months before a day's own, and the day."""
    first = last.replace(day=1)
    return (*(add_months(first, -back) - timedelta(days=1) for back in reversed(range(MONTHS))), last)


#: The room of the drawing, and of the words beside it.
WIDTH, HEIGHT, LEFT, BOTTOM = 320, 170, 36, 22


@dataclass(frozen=True)
class Point:
    """A month in the drawing."""

    x: int
    y: int
    label: str


@dataclass(frozen=True)
class Line:
    """A series: one run of points for each time that there is a number month after month."""

    runs: Sequence[Sequence[Point]]

    @property
    def paths(self) -> list[str]:
        """Each run as the points of a line."""
        return [" ".join(f"{point.x},{point.y}" for point in run) for run in self.runs]

    @property
    def points(self) -> list[Point]:
        """All points."""
        return [point for run in self.runs for point in run]


@dataclass(frozen=True)
class Drawing:
    """Coverage and reach as lines between 0 and 100 per cent; the table beside it says the same."""

    coverage: Line
    reach: Line
    marks: Sequence[Point]
    names: Sequence[Point]


def drawing_of(trend: Trend) -> Drawing:
    """The trend as places in a drawing."""
    step = (WIDTH - LEFT - 12) / max(len(trend.months) - 1, 1)
    xs = [round(LEFT + step * number) for number in range(len(trend.months))]

    def line(shares: Sequence[int | None]) -> Line:
        runs: list[list[Point]] = [[]]
        for x, share in zip(xs, shares, strict=True):
            if share is None:
                runs.append([])
            else:
                runs[-1].append(Point(x, _height(share), str(share)))
        return Line([run for run in runs if run])

    months = [*zip(xs, trend.months, strict=True)]
    return Drawing(
        coverage=line([month.people.coverage for month in trend.months]),
        reach=line([month.reach for month in trend.months]),
        marks=[Point(LEFT - 8, _height(share), f"{share}%") for share in (0, 50, 100)],
        names=[Point(x, HEIGHT - 6, date_format(month.day, "M y")) for x, month in months[::-3]],
    )


def _height(share: int) -> int:
    return round((HEIGHT - BOTTOM - 10) * (100 - share) / 100) + 10


def trend_rows(trend: Trend, *, of: str, known_on: date, chosen: Chosen) -> Iterator[Sequence[Value]]:
    """The trend as the rows of a file."""
    yield [
        _("Day"),
        _("As known on"),
        _("Organisation"),
        _("Coverage, per cent"),
        _("Required"),
        _("Current in all"),
        _("Headcount"),
        _("Unknown"),
        _("Reach, per cent"),
        _("Newly required"),
        _("No longer required"),
        _("Joined"),
        _("Left"),
        _("What else changed"),
        _("Note"),
        _("Shown"),
    ]
    shown = said(chosen)
    for month in trend.months:
        people, known = month.people, month.everybody
        note = ""
        if known.headcount is None:
            note = pgettext("headcount", "not given")
        elif known.is_partial:
            note = _("part of the headcount is not given, so reach is at most this")
        yield [
            month.day.isoformat(),
            known_on.isoformat(),
            of,
            people.coverage,
            people.required,
            people.current,
            known.headcount,
            known.unknown,
            month.reach,
            month.newly_required,
            month.no_longer_required,
            month.joined,
            month.left,
            " ".join(change.sentence for change in month.changes),
            note,
            shown,
        ]
