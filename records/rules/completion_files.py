"""Files of completions from elsewhere: what their columns are, how a row is read, and what would become of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from organisations.imports import columns
from organisations.imports.columns import Field, folded
from organisations.imports.planning import Outcome
from organisations.imports.reading import Line
from organisations.imports.rows import Cells, Refusal, RefusedRow
from organisations.imports.values import LONGEST_NUMBER, Refused, clean_day, clean_email, clean_text
from organisations.imports.values import Why as Common

LONGEST_TEXT = 200


class Column(StrEnum):
    """What a column can hold."""

    EMAIL = "email"
    STAFF_NUMBER = "staff_number"
    COURSE = "course"
    EDITION = "edition"
    COMPLETED_ON = "completed_on"
    REFERENCE = "reference"


#: How files head them, as `folded` gives it. What stands first fits best.
COLUMNS: dict[str, tuple[str, ...]] = {
    Column.EMAIL: columns.SYNONYMS[Field.EMAIL],
    Column.STAFF_NUMBER: columns.SYNONYMS[Field.STAFF_NUMBER],
    Column.COURSE: (
        "module", "course", "course name", "course title", "module name", "module title", "training",
        "training course", "training title", "learning", "learning title", "e learning", "competence",
        "competence name", "competency", "qualification", "certification", "activity", "activity name", "title",
    ),
    Column.EDITION: ("edition", "edition number", "equals edition"),
    Column.COMPLETED_ON: (
        "completed on", "completion date", "date completed", "date of completion", "completed", "date passed",
        "passed on", "date achieved", "achieved on", "date attained", "award date", "date of training",
        "training date", "date", "day", "finish date",
    ),
    Column.REFERENCE: (
        "reference", "evidence", "certificate", "certificate number", "certificate no", "certificate id", "ref",
        "record id", "attendance id", "enrolment id", "booking reference",
    ),
}  # fmt: skip


class Why(StrEnum):
    """Why a row is refused, beside the reasons that all files share."""

    NO_PERSON = "no_person"
    UNKNOWN_PERSON = "unknown_person"
    SEVERAL_PEOPLE = "several_people"
    OWN = "own"
    NOT_HERE = "not_here"
    NO_COURSE = "no_course"
    UNKNOWN_COURSE = "unknown_course"
    SEVERAL_MODULES = "several_modules"
    NEEDS_QUIZ = "needs_quiz"
    UNKNOWN_EDITION = "unknown_edition"
    DAY_TO_COME = "day_to_come"
    STRUCK_OUT = "struck_out"


@dataclass(frozen=True)
class Taught:
    """A module with its editions."""

    key: uuid.UUID
    title: str
    #: The id of each edition by number.
    editions: Mapping[int, int]
    #: From which day each edition was what learners had, oldest first.
    since: Sequence[tuple[date, int]]

    def edition_on(self, day: date) -> int:
        """The edition that learners had on the day; before the first one, the first."""
        numbers = [number for first, number in self.since if first <= day]
        return self.editions[numbers[-1] if numbers else self.since[0][1]]


@dataclass(frozen=True)
class Catalogue:
    """What a course in a file can be; every name is `folded`."""

    #: Our own modules by every title they have or had, and by address; None where a name leads to several.
    modules: Mapping[str, Taught | None] = field(default_factory=dict)
    #: Courses elsewhere that the organisation has said to equal an edition: the module and the edition's id.
    outside: Mapping[str, tuple[Taught, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """One completion as a file says."""

    number: int
    email: str
    staff_number: str
    module: str
    edition_id: int
    title: str
    completed_on: date
    #: What the file calls it.
    course: str
    reference: str = ""
    #: Whether that is a course elsewhere, and not our own module.
    is_outside: bool = False


def missing_columns(found: Mapping[str, int]) -> list[str]:
    """What a file must say and does not."""
    missing: list[str] = []
    if Column.EMAIL not in found and Column.STAFF_NUMBER not in found:
        missing.append(Column.EMAIL)
    return missing + [each for each in (Column.COURSE, Column.COMPLETED_ON) if each not in found]


def read_completion(
    line: Line, found: Mapping[str, int], catalogue: Catalogue, today: date
) -> CompletionRow | RefusedRow:
    """A line as a completion; refused with every reason at once."""
    cells = Cells(line, found)
    email = cells.read(Column.EMAIL, clean_email, "")
    number = cells.read(Column.STAFF_NUMBER, lambda text: clean_text(text, LONGEST_NUMBER), "")
    if not cells.refusals and not email and not number:
        cells.refuse(None, Why.NO_PERSON)
    day = _read_day(cells, today)
    reference = cells.read(Column.REFERENCE, lambda text: clean_text(text, LONGEST_TEXT), "")
    course = cells.read(Column.COURSE, lambda text: clean_text(text, LONGEST_TEXT), "")
    taught, edition, is_outside = _read_course(cells, course, catalogue, day)
    if cells.refusals or taught is None or edition is None or day is None:
        return RefusedRow(line.number, tuple(cells.refusals))
    return CompletionRow(
        line.number, email, number, str(taught.key), edition, taught.title, day, course, reference, is_outside
    )


def _read_day(cells: Cells, today: date) -> date | None:
    try:
        day = clean_day(cells.text(Column.COMPLETED_ON), today)
    except Refused as refused:
        to_come = refused.why == Common.DAY_TOO_LATE
        cells.refuse(Column.COMPLETED_ON, Why.DAY_TO_COME if to_come else refused.why)
        return None
    if day is None:
        cells.refuse(Column.COMPLETED_ON, Common.NO_DAY)
    return day


def _read_course(
    cells: Cells, course: str, catalogue: Catalogue, day: date | None
) -> tuple[Taught | None, int | None, bool]:
    """The module, the id of the edition, and whether the course is one elsewhere."""
    name = folded(course)
    if not name:
        if not any(each.field == Column.COURSE for each in cells.refusals):
            cells.refuse(Column.COURSE, Why.NO_COURSE)
        return None, None, False
    if name in catalogue.outside:
        return *catalogue.outside[name], True
    if name not in catalogue.modules:
        cells.refuse(Column.COURSE, Why.UNKNOWN_COURSE)
        return None, None, False
    taught = catalogue.modules[name]
    if taught is None:
        cells.refuse(Column.COURSE, Why.SEVERAL_MODULES)
        return None, None, False
    said = cells.text(Column.EDITION).strip()
    if not said:
        return taught, taught.edition_on(day) if day else None, False
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
    if number not in taught.editions:
        cells.refuse(Column.EDITION, Why.UNKNOWN_EDITION)
    return taught, taught.editions.get(number), False


# --- beside what is there --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Here:
    """A membership of the organisation; the person is the one whose record goes on."""

    pk: int
    person: int
    staff_number: str
    work_email: str
    started_on: date
    ended_on: date | None

    def holds(self, day: date) -> bool:
        """Whether it lasts on the day, or is still to begin."""
        return self.ended_on is None or self.ended_on >= day


@dataclass(frozen=True)
class Known:
    """What is there."""

    here: Sequence[Here] = ()
    #: Person, module and day of what is on record, and of what was taken off after it had been recognised.
    done: Collection[tuple[int, str, date]] = frozenset()
    struck: Collection[tuple[int, str, date]] = frozenset()
    #: Modules that training elsewhere completes.
    open_modules: Collection[str] = frozenset()
    #: Whoever brings the file.
    own: int | None = None


@dataclass(frozen=True, slots=True)
class CompletionStep:
    """What becomes of one row."""

    row: CompletionRow
    outcome: Outcome
    person: int | None = None
    membership: int | None = None
    refusals: tuple[Refusal, ...] = ()


def plan_completions(rows: Iterable[CompletionRow], known: Known, day: date) -> tuple[CompletionStep, ...]:
    """Says of every row whether it is new or on record already. The order of rows makes no difference.

    Somebody is told by work address or staff number, both where both are given; only people who are here on the day,
    or were on the day of the completion, are found.
    """
    by_email: dict[str, list[Here]] = defaultdict(list)
    by_number: dict[str, list[Here]] = defaultdict(list)
    for each in known.here:
        if each.work_email:
            by_email[each.work_email.casefold()].append(each)
        if each.staff_number:
            by_number[each.staff_number.casefold()].append(each)
    seen: set[tuple[int, str, date]] = set()
    steps = []
    for row in sorted(rows, key=lambda row: row.number):
        found = _find(row, by_email, by_number, day)
        if isinstance(found, Refusal):
            steps.append(CompletionStep(row, Outcome.REFUSED, refusals=(found,)))
            continue
        place = (found.person, row.module, row.completed_on)
        if place in known.done or place in seen:
            # Two courses elsewhere may equal one module: on one day that is one completion.
            steps.append(CompletionStep(row, Outcome.UNCHANGED, found.person, found.pk))
        elif refusal := _refusal(row, found, known, place):
            steps.append(CompletionStep(row, Outcome.REFUSED, refusals=(refusal,)))
        else:
            seen.add(place)
            steps.append(CompletionStep(row, Outcome.NEW, found.person, found.pk))
    return tuple(steps)


def _find(
    row: CompletionRow, by_email: Mapping[str, list[Here]], by_number: Mapping[str, list[Here]], day: date
) -> Here | Refusal:
    told = [
        (Column.EMAIL, row.email, by_email.get(row.email)),
        (Column.STAFF_NUMBER, row.staff_number, by_number.get(row.staff_number.casefold())),
    ]
    found: list[Here] | None = None
    for column, text, places in told:
        if not text:
            continue
        # A number or an address that went from one to another is whose it is now, or whose it was then.
        now = [each for each in places or () if each.holds(day)]
        then = [each for each in places or () if each.started_on <= row.completed_on and each.holds(row.completed_on)]
        fitting = now or then
        if not places:
            return Refusal(column, Why.UNKNOWN_PERSON, text)
        if not fitting:
            return Refusal(column, Why.NOT_HERE, text)
        people = {each.person for each in fitting}
        if found is not None:
            people &= {each.person for each in found}
        fitting = [each for each in fitting if each.person in people]
        if len(people) != 1 and not (people and column == Column.EMAIL and row.staff_number):
            return Refusal(column, Why.SEVERAL_PEOPLE, text)
        found = fitting
    assert found
    return max(found, key=lambda each: (each.started_on, each.pk))


def _refusal(row: CompletionRow, here: Here, known: Known, place: tuple[int, str, date]) -> Refusal | None:
    if here.person == known.own:
        return Refusal(None, Why.OWN)
    if row.module not in known.open_modules:
        return Refusal(Column.COURSE, Why.NEEDS_QUIZ, row.course)
    if place in known.struck:
        return Refusal(None, Why.STRUCK_OUT)
    return None
