"""What was delivered between two days: who completed what, and who was in the room. Never part of coverage."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from organisations.models import PartnershipMembership
from organisations.querysets import human_of, names_on
from records.models import Completion, CompletionMembership
from records.selectors.sessions import BriefingDelivery, delivery_between


@dataclass(frozen=True)
class Scope:
    """Of whom: all organisations that belonged to these partnerships, and these organisations."""

    partnership_ids: frozenset[int] = frozenset()
    organisation_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Done:
    """Completions, and the people who made them, each person once."""

    completions: int = 0
    people: int = 0


NOTHING = Done()


@dataclass(frozen=True)
class DoneLine:
    """One module in one organisation, or in all of them; without a key all modules together."""

    key: uuid.UUID | None
    title: str
    all: Done
    #: By source; a source without any is missing.
    by_source: dict[str, Done]

    @property
    def assessed(self) -> Done:
        """By the module and its quiz."""
        return self.by_source.get(Completion.Source.ASSESSED, NOTHING)

    @property
    def attended(self) -> Done:
        """By a briefing."""
        return self.by_source.get(Completion.Source.ATTENDED, NOTHING)

    @property
    def recognised(self) -> Done:
        """By training elsewhere that a lead recognised."""
        return self.by_source.get(Completion.Source.RECOGNISED, NOTHING)


@dataclass(frozen=True)
class DoneRow:
    """One organisation: its modules, and all of them together."""

    organisation_id: int
    name: str
    together: DoneLine
    lines: Sequence[DoneLine]


@dataclass(frozen=True)
class Delivery:
    """Completions by organisation, module and source, and briefings, from the first through the last day."""

    first: date
    last: date
    rows: Sequence[DoneRow]
    #: Each module in all organisations together.
    modules: Sequence[DoneLine]
    #: Everything together, people counted once.
    everything: DoneLine
    briefings: BriefingDelivery = field(default_factory=BriefingDelivery)


_COLUMNS = {"organisation": "bigint", "module": "uuid", "source": "varchar"}
#: Each grouping: what it tells apart.
_GROUPINGS = (
    (),
    ("source",),
    ("module",),
    ("module", "source"),
    ("organisation",),
    ("organisation", "source"),
    ("organisation", "module"),
    ("organisation", "module", "source"),
)


def _grouped(by: Sequence[str]) -> str:
    columns = [name if name in by else f"CAST(NULL AS {kind})" for name, kind in _COLUMNS.items()]
    numbers = "COUNT(DISTINCT completion), COUNT(DISTINCT person)"
    end = f" GROUP BY {', '.join(by)}" if by else ""
    return f"SELECT {', '.join(columns)}, {numbers} FROM done{end}"  # noqa: S608 - nothing in it comes from outside


_QUERY = "WITH done (organisation, module, source, person, completion) AS ({done}) " + " UNION ALL ".join(
    _grouped(by) for by in _GROUPINGS
)

_Key = tuple[int | None, uuid.UUID | None, str | None]


def delivered(scope: Scope, first: date, last: date, *, named: date | None = None) -> Delivery:
    """Everything delivered from the first through the last day, as known now: seven queries for any amount.

    Organisations stand under their names of the last day, or of the day given, as beside coverage of that day.
    """
    done = done_between(scope, first, last)
    counted = _count(done)
    names = names_on({pk for pk, _module, _source in counted if pk}, named or last)
    titles = _titles(done)

    def line(organisation: int | None, module: uuid.UUID | None) -> DoneLine:
        by_source = {
            source: counted[organisation, module, source]
            for source in Completion.Source.values
            if (organisation, module, source) in counted
        }
        return DoneLine(module, titles.get(module, ""), counted.get((organisation, module, None), NOTHING), by_source)

    ordered = sorted(titles, key=lambda key: (titles[key].casefold(), str(key)))
    rows = [
        DoneRow(pk, name, line(pk, None), [line(pk, module) for module in ordered if (pk, module, None) in counted])
        for pk, name in sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))
    ]
    return Delivery(
        first=first,
        last=last,
        rows=rows,
        modules=[line(None, module) for module in ordered],
        everything=line(None, None),
        briefings=delivery_between(
            first,
            last,
            partnership_ids=scope.partnership_ids,
            organisation_ids=scope.organisation_ids,
            named=named,
        ),
    )


def done_between(scope: Scope, first: date, last: date) -> QuerySet[CompletionMembership]:
    """Completions beside each organisation for which the person worked on the day of completing."""
    day = OuterRef("completion__completed_on")
    belonged = PartnershipMembership.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=day),
        started_on__lte=day,
        partnership__in=scope.partnership_ids,
        organisation=OuterRef("organisation"),
    )
    theirs = Q(organisation__in=scope.organisation_ids)
    if scope.partnership_ids:
        theirs |= Q(Exists(belonged))
    return CompletionMembership.objects.filter(
        theirs,
        completion__voided_at__isnull=True,
        # Of one person's two entries at a briefing one was taken off the list; what both completed is one completion.
        completion__attendance__voided_at__isnull=True,
        completion__completed_on__range=(first, last),
    ).order_by()


def _count(done: QuerySet[CompletionMembership]) -> dict[_Key, Done]:
    """The numbers by what they are numbers of; None stands for all of them. One query."""
    sql, values = (
        done.annotate(human=human_of("completion__person"))
        .values_list("organisation_id", "completion__module_key", "completion__source", "human", "completion_id")
        .query.sql_with_params()
    )
    found: dict[_Key, Done] = {}
    with connection.cursor() as cursor:
        # The inner part is put together by Django, and what was asked for goes in as values.
        cursor.execute(_QUERY.format(done=sql), values)
        for organisation, module, source, completions, people in cursor:
            found[organisation, uuid.UUID(str(module)) if module else None, source] = Done(completions, people)
    return found


def _titles(done: QuerySet[CompletionMembership]) -> dict[Any, str]:
    """What each module was called when it was last completed: one query."""
    rows = done.values_list("completion__module_key", "completion__title").annotate(
        newest=Max("completion__completed_on")
    )
    return {key: title for key, title, _newest in sorted(rows, key=lambda row: (row[2], row[1]))}
