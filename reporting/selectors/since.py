"""What was recorded about a day after its numbers were counted: every reason that can be counted, and none besides."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Count, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import ngettext_lazy
from wagtail.models import ModelLogEntry

from organisations.models import Headcount, Membership, Merge
from organisations.querysets import human_of, open_on
from records.models import Completion, RequirementVersion, Waiver
from reporting.filters import Chosen
from reporting.selectors.counting import memberships_of


@dataclass(frozen=True)
class Counted:
    """Of which day and whom numbers were counted, and when."""

    day: date
    at: datetime
    organisation_ids: Collection[int]
    module_keys: Collection[uuid.UUID]
    chosen: Chosen


#: Each reason in words, with its number.
REASONS = {
    "recorded": ngettext_lazy(
        "%(number)s completion was recorded later.",
        "%(number)s completions were recorded later.",
        "number",
    ),
    "struck_out": ngettext_lazy(
        "%(number)s completion was struck out.",
        "%(number)s completions were struck out.",
        "number",
    ),
    "came": ngettext_lazy(
        "%(number)s person was added later who worked there on that day.",
        "%(number)s people were added later who worked there on that day.",
        "number",
    ),
    "left": ngettext_lazy(
        "%(number)s person had left before that day, which was recorded later.",
        "%(number)s people had left before that day, which was recorded later.",
        "number",
    ),
    "stayed": ngettext_lazy(
        "%(number)s person had not left after all: their last day was taken back.",
        "%(number)s people had not left after all: their last days were taken back.",
        "number",
    ),
    "moved": ngettext_lazy(
        "%(number)s person had moved to another role, unit or kind of work by that day, which was recorded later.",
        "%(number)s people had moved to another role, unit or kind of work by that day, which was recorded later.",
        "number",
    ),
    "away": ngettext_lazy(
        "%(number)s person was away on that day, which was recorded later.",
        "%(number)s people were away on that day, which was recorded later.",
        "number",
    ),
    "back": ngettext_lazy(
        "%(number)s person was back from time away by that day, which was recorded later.",
        "%(number)s people were back from time away by that day, which was recorded later.",
        "number",
    ),
    "waived": ngettext_lazy(
        "For %(number)s person a module was waived from that day on or before, which was recorded later.",
        "For %(number)s people a module was waived from that day on or before, which was recorded later.",
        "number",
    ),
    "merged": ngettext_lazy(
        "Two entries of %(number)s person were put together.",
        "Two entries each of %(number)s people were put together.",
        "number",
    ),
    "parted": ngettext_lazy(
        "Two entries of %(number)s person were taken apart again.",
        "Two entries each of %(number)s people were taken apart again.",
        "number",
    ),
    "requirements": ngettext_lazy(
        "%(number)s requirement that holds on that day was made or changed later.",
        "%(number)s requirements that hold on that day were made or changed later.",
        "number",
    ),
    "joined": ngettext_lazy(
        "%(number)s organisation is counted on that day that was not counted then.",
        "%(number)s organisations are counted on that day that were not counted then.",
        "number",
    ),
    "gone": ngettext_lazy(
        "%(number)s organisation that was counted then is not counted on that day any more.",
        "%(number)s organisations that were counted then are not counted on that day any more.",
        "number",
    ),
    "headcounts": ngettext_lazy(
        "%(number)s headcount of that day or before was recorded or corrected later.",
        "%(number)s headcounts of that day or before were recorded or corrected later.",
        "number",
    ),
}


#: Those that are about one module; the others are about people in all that is required of them.
OF_A_MODULE = ("recorded", "struck_out", "waived", "requirements")


@dataclass(frozen=True)
class Reasons:
    """Why numbers may differ now, a sentence with a number for each reason."""

    everywhere: Sequence[str]
    #: Of the same those that are about one module, by its key; each is in the others, too.
    of_modules: Mapping[uuid.UUID, Sequence[str]]


def reasons_since(counted: Counted, *, joined: int, gone: int) -> Reasons:
    """Why the same numbers may differ now: seven queries.

    Beside organisations that are counted now and were not then, or the other way round.
    """
    of_modules = _of_modules(counted)
    found: dict[str, int] = {
        "joined": joined,
        "gone": gone,
        **{name: sum(numbers[name] for numbers in of_modules.values()) for name in OF_A_MODULE},
        **_of_members(counted),
        **_of_merges(counted),
        # Of whom several modules were waived is one person.
        "waived": _waivers(counted).aggregate(waived=Count("human", distinct=True))["waived"],
        "headcounts": _of_headcounts(counted),
    }
    return Reasons(_said(found), {key: _said(numbers) for key, numbers in of_modules.items()})


def _said(numbers: Mapping[str, int]) -> list[str]:
    return [str(words % {"number": numbers[name]}) for name, words in REASONS.items() if numbers.get(name)]


def _of_modules(counted: Counted) -> dict[uuid.UUID, dict[str, int]]:
    """What is about one module, module by module: 3 queries."""
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OF_A_MODULE, 0))
    for key, recorded, struck_out in _of_completions(counted):
        found[key] |= {"recorded": recorded, "struck_out": struck_out}
    waived = _waivers(counted).values("module_key").annotate(people=Count("human", distinct=True))
    for key, people in waived.values_list("module_key", "people"):
        found[key]["waived"] = people
    for key, requirements in _of_requirements(counted):
        found[key]["requirements"] = requirements
    return found


def _of_members(counted: Counted) -> dict[str, int]:
    """People whose places were recorded otherwise: 1 query."""
    day, at = counted.day, counted.at
    members = _memberships(counted).annotate(human=human_of())
    held, known = open_on(day), Q(created_at__lte=at)
    # A move ends one membership on the day before the next begins.
    before = Membership.objects.filter(
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
        created_at__lte=at,
        ended_on__gte=OuterRef("started_on") - timedelta(days=1),
    )
    moved_at_once = _logged(counted, Membership, "organisations.change_role", data__on__lte=day.isoformat())
    away, back = (
        _logged(counted, Membership, f"organisations.{action}", data__first__lte=day.isoformat(), **data)
        for action, data in (
            ("record_away", {"data__last__gte": day.isoformat()}),
            ("end_away", {"data__last__lt": day.isoformat(), "data__before__gte": day.isoformat()}),
        )
    )
    reasons: dict[str, Q] = {
        "came": held & ~known & Q(~Exists(before)),
        "left": known & Q(ended_on__lt=day) & _logged(counted, Membership, "organisations.end_membership"),
        "stayed": held & known & _logged(counted, Membership, "organisations.reopen_membership"),
        "moved": held & (~known & Q(Exists(before)) | known & moved_at_once),
        "away": held & away,
        "back": held & back,
    }
    return members.aggregate(
        **{name: Count("human", filter=reason, distinct=True) for name, reason in reasons.items()}
    )


def _memberships(counted: Counted) -> QuerySet[Membership]:
    """The memberships of those counted, on whichever days."""
    return Membership.objects.filter(counted.chosen.memberships, organisation__in=counted.organisation_ids).order_by()


def _logged(counted: Counted, model: type[Model], action: str, **data: str) -> Q:
    """Rows of which the log says so since."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), action=action, timestamp__gt=counted.at, **data
    )
    return Q(pk__in=entries.order_by().annotate(row=Cast("object_id", BigIntegerField())).values("row"))


def _of_completions(counted: Counted) -> QuerySet[Completion, Any]:
    """Completions up to the day of those counted, by module: recorded and struck out since."""
    rows = Completion.objects.filter(
        completed_on__lte=counted.day,
        module_key__in=counted.module_keys,
        memberships__organisation__in=counted.organisation_ids,
    )
    numbers = (
        rows.order_by()
        .values("module_key")
        .annotate(
            recorded=Count("pk", filter=Q(created_at__gt=counted.at, voided_at__isnull=True), distinct=True),
            struck_out=Count("pk", filter=Q(created_at__lte=counted.at, voided_at__gt=counted.at), distinct=True),
        )
    )
    return numbers.values_list("module_key", "recorded", "struck_out")


def _waivers(counted: Counted) -> QuerySet[Waiver, Any]:
    """Waivers of a module on the day that were recorded since, with the person."""
    rows = Waiver.objects.active_on(counted.day).filter(
        membership__in=_working(counted), module_key__in=counted.module_keys, created_at__gt=counted.at
    )
    return rows.order_by().annotate(human=human_of("membership__person"))


def _of_merges(counted: Counted) -> dict[str, int]:
    """Entries put together or taken apart where both or the one worked there on the day: 1 query."""
    merged = Exists(_working(counted).filter(person=OuterRef("merged")))
    return Merge.objects.filter(merged).aggregate(
        merged=Count("pk", filter=Q(merged_at__gt=counted.at, undone_at__isnull=True)),
        parted=Count("pk", filter=Q(merged_at__lte=counted.at, undone_at__gt=counted.at)),
    )


def _of_requirements(counted: Counted) -> QuerySet[RequirementVersion, Any]:
    """Requirements that hold on the day in a version made since, by module."""
    of_partnership = Q(
        open_on(
            counted.day,
            start="requirement__partnership__organisation_memberships__started_on",
            end="requirement__partnership__organisation_memberships__ended_on",
        ),
        requirement__partnership__organisation_memberships__organisation__in=counted.organisation_ids,
    )
    rows = RequirementVersion.objects.filter(
        open_on(counted.day, start="effective_from", end="effective_to"),
        counted.chosen.versions,
        of_partnership | Q(requirement__organisation__in=counted.organisation_ids),
        created_at__gt=counted.at,
    )
    numbers = rows.order_by().values("requirement__module_key").annotate(made=Count("requirement", distinct=True))
    return numbers.values_list("requirement__module_key", "made")


def _of_headcounts(counted: Counted) -> int:
    """Headcounts up to the day: 1 query."""
    corrected = ModelLogEntry.objects.filter(action="organisations.record_headcount", timestamp__gt=counted.at)
    numbers = corrected.order_by().annotate(row=Cast(KT("data__headcount"), BigIntegerField())).values("row")
    rows = Headcount.objects.filter(organisation__in=counted.organisation_ids, counted_on__lte=counted.day)
    return rows.filter(Q(recorded_at__gt=counted.at) | Q(pk__in=numbers)).count()


def _working(counted: Counted) -> QuerySet[Membership]:
    return memberships_of(list(counted.organisation_ids), counted.day, counted.chosen)
