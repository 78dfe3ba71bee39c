"""What modules change: medians before and after, and what people say of modules. Only ever over many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from records.models import Attempt, Evaluation, LessonProgress, Part
from reporting.rules import at_least, middle
from reporting.selectors.delivery import Scope, done_between


@dataclass(frozen=True)
class Gain:
    """One module: how much was right and how sure people were, before and after. None where fewer than 20 answered."""

    title: str
    #: Rounded down to tens, so that no difference of two pages tells of few.
    people: int | None
    right_before: float | None
    right_after: float | None
    sure_before: float | None
    sure_after: float | None


@dataclass(frozen=True)
class Said:
    """One module at one of the two times: how true the two sentences are for those who completed it."""

    title: str
    is_later: bool
    people: int | None
    helps: float | None
    knows_next: float | None


@dataclass(frozen=True)
class LeftOut:
    """One module: how many people left a lesson out because they knew what it teaches."""

    title: str
    people: int | None


@dataclass(frozen=True)
class BeforeAfter:
    """All that is shown of a stretch of days."""

    first: date
    last: date
    gains: Sequence[Gain]
    said: Sequence[Said]
    left_out: Sequence[LeftOut] = ()


def before_and_after(scope: Scope | None, first: date, last: date) -> BeforeAfter:
    """The modules completed from the first through the last day in these organisations, or, without a scope, by
    everybody: two queries, and one more for everybody.

    A person counts once in a module, with their first answers, whatever account they answered under.
    """
    return BeforeAfter(
        first=first,
        last=last,
        gains=_gains(_pairs(scope, first, last)),
        said=_said(_evaluations(scope, first, last)),
        left_out=_left_out(first, last) if scope is None else (),
    )


def _human(path: str) -> Coalesce:
    return Coalesce(f"{path}person__merged_into_id", f"{path}person_id")


def _completed(path: str, scope: Scope | None, first: date, last: date) -> Q:
    """Rows of completions that stand, in the days and in the scope; `path` leads to the completion."""
    stands = Q(**{f"{path}voided_at__isnull": True, f"{path}completed_on__range": (first, last)})
    if scope is None:
        return stands
    done = done_between(scope, first, last)
    return stands & Q(Exists(done.filter(completion=OuterRef(f"{path}pk"))))


def _pairs(scope: Scope | None, first: date, last: date) -> QuerySet[Attempt, tuple[Any, ...]]:
    """What people answered at the end, each with what the same work holds from before; one query."""
    before = Attempt.objects.filter(enrolment=OuterRef("enrolment"), part=Part.BEFORE)
    return (
        Attempt.objects.filter(_completed("enrolment__completion__", scope, first, last), part=Part.AFTER)
        .annotate(
            human=_human("enrolment__"),
            right_before=Subquery(before.values("score")[:1]),
            sure_before=Subquery(before.values("confidence")[:1]),
        )
        .filter(right_before__isnull=False)
        .order_by("submitted_at", "pk")
        .values_list(
            "enrolment__module_key",
            "enrolment__completion__title",
            "human",
            "right_before",
            "score",
            "sure_before",
            "confidence",
        )
    )


def _gains(pairs: Iterable[tuple[Any, ...]]) -> list[Gain]:
    titles: dict[UUID, str] = {}
    answers: dict[UUID, dict[int, tuple[Any, ...]]] = defaultdict(dict)
    for key, title, human, *numbers in pairs:
        titles[key] = title
        answers[key].setdefault(human, tuple(numbers))
    return [_gain(titles[key], list(answers[key].values())) for key in _by_title(titles)]


def _gain(title: str, rows: Sequence[tuple[Any, ...]]) -> Gain:
    sure = [(before, after) for _right, _after, before, after in rows if before is not None and after is not None]
    return Gain(
        title=title,
        people=at_least(len(rows)),
        right_before=_per_cent(middle([row[0] for row in rows])),
        right_after=_per_cent(middle([row[1] for row in rows])),
        sure_before=middle([before for before, _after in sure]),
        sure_after=middle([after for _before, after in sure]),
    )


def _evaluations(scope: Scope | None, first: date, last: date) -> QuerySet[Evaluation, tuple[Any, ...]]:
    """What people said, the first first; one query."""
    return (
        Evaluation.objects.filter(_completed("completion__", scope, first, last))
        .annotate(human=_human("completion__"))
        .order_by("answered_at", "pk")
        .values_list("completion__module_key", "completion__title", "moment", "human", "helps", "knows_next")
    )


def _said(rows: Iterable[tuple[Any, ...]]) -> list[Said]:
    titles: dict[UUID, str] = {}
    answers: dict[tuple[UUID, str], dict[int, tuple[Any, Any]]] = defaultdict(dict)
    for key, title, moment, human, helps, knows_next in rows:
        titles[key] = title
        answers[key, moment].setdefault(human, (helps, knows_next))
    return [
        _said_of(titles[key], moment, list(given.values()))
        for key in _by_title(titles)
        for moment in Evaluation.Moment.values
        if (given := answers[key, moment])
    ]


def _said_of(title: str, moment: str, rows: Sequence[tuple[Any, Any]]) -> Said:
    return Said(
        title=title,
        is_later=moment == Evaluation.Moment.LATER,
        people=at_least(len(rows)),
        helps=middle([helps for helps, _knows in rows if helps is not None]),
        knows_next=middle([knows for _helps, knows in rows if knows is not None]),
    )


def _left_out(first: date, last: date) -> list[LeftOut]:
    rows = (
        LessonProgress.objects.filter(
            is_tested_out=True,
            enrolment__completion__voided_at__isnull=True,
            enrolment__completion__completed_on__range=(first, last),
        )
        .annotate(human=_human("enrolment__"))
        .order_by("enrolment__completion__completed_on")
        .values_list("enrolment__module_key", "enrolment__completion__title", "human")
    )
    titles: dict[UUID, str] = {}
    people: dict[UUID, set[int]] = defaultdict(set)
    for key, title, human in rows:
        titles[key] = title
        people[key].add(human)
    return [LeftOut(titles[key], at_least(len(people[key]))) for key in _by_title(titles)]


def _by_title(titles: dict[UUID, str]) -> list[UUID]:
    return sorted(titles, key=lambda key: (titles[key].casefold(), str(key)))


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(share * 100)
