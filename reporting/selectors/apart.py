"""The people whom coverage counts apart: who is away, and of whom a module is waived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower

from organisations.bulk import Among
from organisations.models import Away, Membership, User
from organisations.models.people import removed_person
from organisations.querysets import human_of
from records.models import Waiver
from reporting.selectors.choices import role_name
from reporting.selectors.counting import has_any, memberships_of
from reporting.selectors.people import BATCH, Job, Wanted
from reporting.tables import Apart

#: What says of a membership that it is counted apart.
ROWS: dict[Apart, type[Away] | type[Waiver]] = {Apart.AWAY: Away, Apart.WAIVED: Waiver}


class Until(NamedTuple):
    """A waived module, or time away without a title, with its last day; none where it has no end yet."""

    title: str
    last_day: date | None


@dataclass(frozen=True)
class ApartRow:
    """One person who is counted apart, with what is waived."""

    person_id: int
    name: str
    jobs: tuple[Job, ...]
    items: tuple[Until, ...]

    @property
    def units(self) -> str:
        """The units the person works in."""
        return ", ".join(dict.fromkeys(job.unit for job in self.jobs if job.unit))


@dataclass(frozen=True)
class ApartPage:
    """Some of them, and where the next page begins."""

    rows: Sequence[ApartRow]
    #: The last person of this page where more follow; 0 where none do.
    after: int


def count_apart(wanted: Wanted) -> dict[Apart, int]:
    """People away, and of whom a module is waived: 1 query."""
    rows = memberships_of([wanted.organisation.pk], wanted.day, wanted.chosen).annotate(human=human_of())
    numbers = rows.aggregate(
        **{
            which.value: Count("human", filter=has_any(ROWS[which].objects.active_on(wanted.day)), distinct=True)
            for which in Apart
        }
    )
    return {which: numbers[which.value] for which in Apart}


def page_of_apart(wanted: Wanted, which: Apart, *, after: int = 0, size: int) -> ApartPage:
    """Those who follow the given one by name, from the start where that person is not there: 3 queries, then 4."""
    people = _in_order(wanted, which)
    if after and (place := people.filter(Q(human=after)).first()):
        name, same_name = place["by_name"], Q(by_name=place["by_name"])
        people = people.filter(Q(by_name__gt=name) | same_name & Q(human__gt=place["human"]))
    ids = [each["human"] for each in people[: size + 1]]
    return ApartPage(_rows(wanted, which, ids[:size]), ids[size - 1] if len(ids) > size else 0)


def all_apart(wanted: Wanted, which: Apart) -> Iterator[ApartRow]:
    """All of them, read a part at a time: a query for whom, and two for each part."""
    ids = (each["human"] for each in _in_order(wanted, which).iterator(chunk_size=BATCH))
    while part := list(islice(ids, BATCH)):
        yield from _rows(wanted, which, part)


def _memberships(wanted: Wanted, which: Apart) -> QuerySet[Membership, Any]:
    rows = memberships_of([wanted.organisation.pk], wanted.day, wanted.chosen)
    return rows.filter(has_any(ROWS[which].objects.active_on(wanted.day))).annotate(human=human_of())


def _in_order(wanted: Wanted, which: Apart) -> QuerySet[Membership, Any]:
    name = Lower(Coalesce("person__merged_into__name", "person__name"))
    people = _memberships(wanted, which).annotate(by_name=name).values("human", "by_name")
    return people.distinct().order_by("by_name", "human")


def _rows(wanted: Wanted, which: Apart, ids: Sequence[int]) -> list[ApartRow]:
    """These people in this order: 2 queries."""
    if not ids:
        return []
    people = User.objects.filter(Among("pk", ids)).values_list("pk", "name", "erased_at")
    names = {pk: removed_person() if erased_at else name for pk, name, erased_at in people}
    rows = (
        ROWS[which]
        .objects.active_on(wanted.day)
        .filter(membership__in=memberships_of([wanted.organisation.pk], wanted.day, wanted.chosen))
        .annotate(human=human_of("membership__person"))
        .filter(Among("human", ids))
        .order_by("membership_id", "pk")
        .values_list(
            "human",
            "membership_id",
            role_name("membership__role__"),
            "membership__role_confirmed_at",
            "membership__unit__name",
            F("module_title") if which is Apart.WAIVED else Value(""),
            "ended_on",
        )
    )
    jobs: defaultdict[int, dict[int, Job]] = defaultdict(dict)
    items: defaultdict[int, dict[Until, None]] = defaultdict(dict)
    for person, membership, role, confirmed_at, unit, title, last_day in rows:
        jobs[person][membership] = Job(membership, role, confirmed_at is not None, unit or "")
        items[person][Until(title, last_day)] = None
    return [ApartRow(pk, names[pk], tuple(jobs[pk].values()), tuple(items[pk])) for pk in ids]
