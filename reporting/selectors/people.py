"""The people behind a number, the most pressing first, in pages that cost the same at any depth."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, DateField, Exists, IntegerField, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.functional import Promise

from organisations.bulk import Among, Slot
from organisations.models import Organisation
from organisations.models.people import removed_person
from organisations.prepared import Composed, GivenDay, composed
from records.models import Requirement, Standing
from records.rules.standing import SEVERITY, State, Stretch, state_on, worst
from reporting.filters import EVERYTHING, Chosen
from reporting.rules import Counts
from reporting.selectors.choices import role_name
from reporting.selectors.counting import DAY, counts_of, late_on, severity_on, standing_of
from reporting.selectors.evidence import people_by_evidence
from reporting.tables import STATES, WITHIN

#: States in which something is to be completed.
LATE = (State.DUE, State.OVERDUE)
#: People read at a time for a file.
BATCH = 2000


@dataclass(frozen=True)
class Wanted:
    """Whom to list: people of one organisation of whom something is required on the day."""

    organisation: Organisation
    day: date
    chosen: Chosen = EVERYTHING
    #: One module; None for everything that is required.
    module_key: uuid.UUID | None = None
    #: Those who stand so at worst; empty for everyone. Who is expiring is current too.
    state: str = ""
    #: Those with something current that ends within so many days; 0 for everyone.
    within: int = 0
    #: Those current in the one module who have shown it so, as a number of Evidence; empty for everyone.
    shown: str = ""

    @property
    def may_be_reminded(self) -> bool:
        """Whether all of these people have something to do: who is current through and through is left in peace."""
        return not self.shown and (self.state in (State.OVERDUE, State.DUE, State.EXPIRING) or bool(self.within))


class Job(NamedTuple):
    """One role in which something is required of a person."""

    membership_id: int
    role: str
    is_confirmed: bool
    unit: str


class Item(NamedTuple):
    """How a person stands with one module."""

    title: str
    state: State
    #: The day by which to complete it; none while it is current.
    due_on: date | None
    #: The last day on which it is current; none where it has no end or is not current.
    valid_until: date | None

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return STATES[self.state]


@dataclass(frozen=True)
class PersonRow:
    """One person, by the worst of their roles, modules and requirements."""

    person_id: int
    name: str
    jobs: tuple[Job, ...]
    #: Each module, the most pressing first.
    items: tuple[Item, ...]

    @property
    def state(self) -> State:
        """The worst state."""
        return self.items[0].state

    @property
    def due_on(self) -> date | None:
        """The first day by which something is to be completed."""
        return self.items[0].due_on

    @property
    def valid_until(self) -> date | None:
        """The first day on which something ends, while all is current."""
        return (
            None if self.due_on else min((each.valid_until for each in self.items if each.valid_until), default=None)
        )

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return STATES[self.state]

    @property
    def others(self) -> int:
        """How many modules are required beside the one that presses most."""
        return len(self.items) - 1

    @property
    def units(self) -> str:
        """The units the person works in."""
        return ", ".join(dict.fromkeys(job.unit for job in self.jobs if job.unit))


@dataclass(frozen=True)
class PeoplePage:
    """Some of them, and where the next page begins."""

    rows: Sequence[PersonRow]
    #: The last person of this page where more follow; 0 where none do.
    after: int


def module_title(module_key: uuid.UUID) -> str:
    """What the requirements call the module; empty where none ever named it. 1 query."""
    titles = Requirement.objects.filter(module_key=module_key).order_by("-pk").values_list("module_title", flat=True)
    return titles.first() or ""


def count_people(wanted: Wanted) -> Counts:
    """The people of the list in every state: 1 query."""
    numbers = {state.value: Count("person_id", filter=Q(rank=SEVERITY[state])) for state in State}
    found = _everybody(wanted).aggregate(**numbers)
    return counts_of([found[state.value] for state in State])


def count_ending(wanted: Wanted) -> dict[int, int]:
    """People with something current that ends within 30, 60 and 90 days: 1 query."""
    given: list[list[Any]] = [[wanted.organisation.pk], [wanted.module_key] if wanted.module_key else []]
    ((*found,),) = _counts_ending(connection.vendor, wanted.chosen.alone, bool(wanted.module_key)).rows(
        wanted.day, *given
    )
    return dict(zip(WITHIN, found, strict=True))


#: Each day is so many days after the one that is asked for; what ends later is not read.
_WITHIN = ", ".join(f"COUNT(DISTINCT CASE WHEN days <= {days} THEN person END)" for days in WITHIN)
_ENDING = f"WITH ending (person, days) AS ({{ending}}) SELECT {_WITHIN} FROM ending"  # noqa: S608 - all our own


@lru_cache(maxsize=64)
def _counts_ending(_vendor: str, chosen: Chosen, is_of_module: bool) -> Composed:
    rows = standing_of(Slot(0), DAY, chosen)
    if is_of_module:
        rows = rows.filter(Among("module_key", Slot(1)))
    steps = [When(satisfied_to__lte=DAY + timedelta(days=days), then=days) for days in WITHIN]
    ending = _ending_of(rows, DAY, max(WITHIN)).annotate(days=Case(*steps, output_field=IntegerField()))
    return composed(_ENDING, ending=ending.values_list("person_id", "days"))


def count_listed(wanted: Wanted) -> int:
    """How many people the list holds: 1 query, and 1 more where they are those who have shown it so."""
    return _ranked(wanted).count()


def ids_listed(wanted: Wanted) -> list[int]:
    """The numbers of everybody on the list: 1 query."""
    return [each["person_id"] for each in _ranked(wanted)]


def page_of_people(wanted: Wanted, *, after: int = 0, size: int) -> PeoplePage:
    """The people who follow the given one, from the start where that person is not on the list: 2 queries, then 3.

    One more where they are those who have shown it so.
    """
    people = _ranked(wanted)
    if after and (place := next(iter(_everybody(wanted).filter(person_id=after)), None)):
        people = people.filter(_following(place))
    ids = [each["person_id"] for each in people[: size + 1]]
    return PeoplePage(_rows(wanted, ids[:size]), ids[size - 1] if len(ids) > size else 0)


def all_people(wanted: Wanted) -> Iterator[PersonRow]:
    """Everybody on the list, read a part at a time: a query for whom, and one for each part."""
    ids = (each["person_id"] for each in _ranked(wanted).iterator(chunk_size=BATCH))
    while part := list(islice(ids, BATCH)):
        yield from _rows(wanted, part)


def _standing(wanted: Wanted) -> QuerySet[Standing]:
    rows = standing_of([wanted.organisation.pk], wanted.day, wanted.chosen)
    return rows.filter(module_key=wanted.module_key) if wanted.module_key else rows


def _everybody(wanted: Wanted) -> QuerySet[Any, Any]:
    """People with the worst of their states and the first day that presses."""
    due = Min(Case(When(late_on(wanted.day), then="due_on"), output_field=DateField()))
    return (
        _standing(wanted)
        .values("person_id")
        .annotate(
            by_name=Lower("person__name"),
            rank=Max(severity_on(wanted.day)),
            pressing_on=Coalesce(due, Min("satisfied_to"), Value(date.max), output_field=DateField()),
        )
    )


def _ranked(wanted: Wanted) -> QuerySet[Any, Any]:
    people: QuerySet[Any, Any] = _everybody(wanted)
    if wanted.state == State.CURRENT:
        people = people.filter(rank__lte=SEVERITY[State.EXPIRING])
    elif wanted.state:
        people = people.filter(rank=SEVERITY[State(wanted.state)])
    if wanted.within:
        people = people.filter(person_id__in=_ending(wanted, wanted.within).values("person_id"))
    if wanted.shown and wanted.module_key:
        place, day, chosen = wanted.organisation.pk, wanted.day, wanted.chosen
        people = people.filter(
            Among("person_id", people_by_evidence(place, day, chosen, wanted.module_key)[wanted.shown])
        )
    return people.order_by("-rank", "pressing_on", "by_name", "person_id")


def _following(place: dict[str, Any]) -> Q:
    """Those who come after a place in the order of the list."""
    same_rank = Q(rank=place["rank"])
    same_day = same_rank & Q(pressing_on=place["pressing_on"])
    return (
        Q(rank__lt=place["rank"])
        | same_rank & Q(pressing_on__gt=place["pressing_on"])
        | same_day & Q(by_name__gt=place["by_name"])
        | same_day & Q(by_name=place["by_name"], person_id__gt=place["person_id"])
    )


def _ending(wanted: Wanted, within: int) -> QuerySet[Standing]:
    return _ending_of(_standing(wanted), wanted.day, within)


def _ending_of(rows: QuerySet[Standing], day: date | GivenDay, within: int) -> QuerySet[Standing]:
    """Standing that is current and ends soon, where no other role or requirement already asks for the module."""
    late = late_on(day)
    asked = rows.filter(late, person=OuterRef("person"), module_key=OuterRef("module_key"))
    return rows.exclude(late).filter(~Exists(asked), satisfied_to__lte=day + timedelta(days=within))


def _rows(wanted: Wanted, ids: Sequence[int]) -> list[PersonRow]:
    """These people in this order: 1 query."""
    if not ids:
        return []
    rows = (
        _standing(wanted)
        .filter(Among("person_id", ids))
        .order_by("membership_id", "pk")
        .values_list(
            "person_id",
            "person__name",
            "person__erased_at",
            "membership_id",
            role_name("role__"),
            "membership__role_confirmed_at",
            "membership__unit__name",
            "module_key",
            "requirement_version__requirement__module_title",
            "required_from",
            "required_to",
            "due_on",
            "satisfied_from",
            "satisfied_to",
        )
    )
    names: dict[int, str] = {}
    jobs: dict[int, dict[int, Job]] = defaultdict(dict)
    titles: dict[int, str] = {}
    stretches: dict[int, dict[int, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    for person, name, erased_at, membership, role, confirmed_at, unit, module_key, title, *dates in rows:
        names[person] = removed_person() if erased_at else name
        jobs[person][membership] = Job(membership, role, confirmed_at is not None, unit or "")
        # As a number a key is found in a fraction of the time.
        module = module_key.int
        titles[module] = title
        stretches[person][module].append(Stretch(membership, 0, *dates))
    found = []
    for person in ids:
        items = [_item(titles[key], each, wanted.day) for key, each in stretches[person].items()]
        items.sort(key=lambda one: (-SEVERITY[one.state], one.due_on or one.valid_until or date.max, one.title))
        found.append(PersonRow(person, names[person], tuple(jobs[person].values()), tuple(items)))
    return found


def _item(title: str, stretches: Sequence[Stretch], day: date) -> Item:
    if len(stretches) == 1:
        (one,) = stretches
        state = state_on(one, day)
        return Item(title, state, one.due_on, None) if state in LATE else Item(title, state, None, one.satisfied_to)
    states = [state_on(stretch, day) for stretch in stretches]
    pairs = zip(stretches, states, strict=True)
    late = [stretch.due_on for stretch, state in pairs if state in LATE]
    ends = [stretch.satisfied_to for stretch in stretches if stretch.satisfied_to]
    return Item(
        title=title,
        state=worst(states),
        due_on=min(late, default=None),
        valid_until=None if late else min(ends, default=None),
    )
