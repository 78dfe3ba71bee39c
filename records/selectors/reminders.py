"""Whom to remind, and who was reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.cards import live_cards
from courses.learning_again import to_be_learned_again
from organisations.clock import day_of, today
from organisations.isolating import isolated
from organisations.letter_limits import last_letters, last_of
from organisations.models import Away, Membership, Organisation, User
from organisations.querysets import human_of
from organisations.rules_letters import is_too_soon
from records.models import Reminder, ReminderRound, Standing
from records.rules.reminders import STAGES
from records.rules.standing import State
from records.selectors.standing import requirements_of, standing_on

Outcome = Reminder.Outcome


@dataclass(frozen=True)
class Line:
    """One module in a letter."""

    title: str
    sentence: str


def outcomes_of(people: Collection[User], organisation: Organisation, *, goes_at: datetime) -> dict[int, Outcome]:
    """Who of these gets a letter, and why others do not: 1 query, and those of each app that writes."""
    ids = [person.pk for person in people]
    away = away_on(day_of(goes_at), ids, organisation)
    last = last_letters(ids)
    found = {}
    for person in people:
        if person.pk in away:
            found[person.pk] = Outcome.AWAY
        elif is_too_soon(last.get(person.pk), goes_at):
            found[person.pk] = Outcome.RECENTLY
        elif not person.email or not person.is_active:
            found[person.pk] = Outcome.NO_ADDRESS
        else:
            found[person.pk] = Outcome.SENT
    return found


def away_on(day: date, person_ids: Collection[int], organisation: Organisation | None = None) -> set[int]:
    """Who of these is away on the day from one organisation, or from any: 1 query."""
    rows = Away.objects.active_on(day).annotate(human=human_of("membership__person"))
    if organisation is not None:
        rows = rows.filter(membership__organisation=organisation)
    return set(rows.filter(human__in=person_ids).values_list("human", flat=True))


def last_reminders(person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]:
    """When the last reminder of each of these left or leaves, whoever sent it: 1 query."""
    sent = Reminder.objects.filter(outcome=Outcome.SENT, came_back_at__isnull=True)
    return last_of(sent, person_ids, are_posted=are_posted)


def ending_soon(day: date) -> list[tuple[int, int, date]]:
    """People with something current that ends soon and is not asked for otherwise: person, organisation, its last day.

    The earliest end of each person; 1 query.
    """
    late = Q(satisfied_from__isnull=True) | Q(satisfied_from__gt=day) | Q(satisfied_to__lt=day)
    there = Standing.objects.filter(standing_on(day))
    asked = there.filter(late, person=OuterRef("person"), module_key=OuterRef("module_key"))
    # Nobody is chased for learning again what has changed: My learning says so, and a lead may.
    again = to_be_learned_again().filter(module_key=OuterRef("module_key"), refresh_on=OuterRef("satisfied_to"))
    rows = (
        there.filter(
            ~Exists(asked),
            ~Exists(again),
            satisfied_from__lte=day,
            satisfied_to__gte=day,
            satisfied_to__lte=day + timedelta(days=max(STAGES)),
            person__is_active=True,
        )
        .exclude(person__email="")
        .order_by()
        .values("person_id", "organisation_id")
        .annotate(ends_on=Min("satisfied_to"))
        .order_by("person_id", "ends_on", "organisation_id")
    )
    found: dict[int, tuple[int, int, date]] = {}
    for row in rows:
        found.setdefault(row["person_id"], (row["person_id"], row["organisation_id"], row["ends_on"]))
    return list(found.values())


def last_automatic(person_ids: Collection[int]) -> Mapping[int, datetime]:
    """When Signpost last reminded each of these by itself: 1 query."""
    sent = Reminder.objects.filter(round__automatic_on__isnull=False, outcome=Outcome.SENT)
    return last_of(sent, person_ids, are_posted=False)


def lines_for(person: User, day: date) -> list[Line]:
    """What a letter asks of a person, in the active language; empty where nothing is asked any more: 2 queries."""
    live = {card.module_key: card for card in live_cards()}
    found = []
    for each in requirements_of(person, day):
        if each.state == State.CURRENT:
            continue
        card = live.get(each.module_key)
        title = card.served_title if card else each.title
        if each.is_again and each.is_current:
            words, end = _("%(module)s: it has changed. Please learn it again by %(day)s."), each.satisfied_to
        elif each.state == State.EXPIRING:
            words, end = _("%(module)s: valid until %(day)s."), each.satisfied_to
        elif each.state == State.DUE:
            words, end = _("%(module)s: please complete it by %(day)s."), each.due_on
        else:
            words, end = _("%(module)s: it was to be completed by %(day)s."), each.due_on
        found.append(Line(title, words % {"module": isolated(title), "day": date_format(end) if end else ""}))
    return found


def rounds_of(organisation: Organisation, unit_ids: Collection[int] | None = None) -> QuerySet[ReminderRound]:
    """The rounds that an organisation's people were part of, the newest first, with their numbers.

    Of units, those that reached people who work in them today, and the numbers of these people only.
    """
    mine = Q(reminders__organisation=organisation)
    shown = Q(organisation=organisation) | Q(organisation=None) & mine
    if unit_ids is not None:
        mine &= Q(reminders__person__in=_now_in(unit_ids))
        shown = mine
    return (
        ReminderRound.objects.filter(shown)
        .select_related("sent_by")
        .annotate(
            letters=Count("reminders", filter=mine & Q(reminders__outcome=Outcome.SENT)),
            left_out=Count("reminders", filter=mine & ~Q(reminders__outcome=Outcome.SENT)),
        )
        .order_by("-sent_at", "-pk")
    )


def reminded_in(
    sent: ReminderRound, organisation: Organisation, unit_ids: Collection[int] | None = None
) -> Sequence[Reminder]:
    """The people of an organisation, or of these units of it today, in a round: 1 query. First those whose letter came
    back, then those left out."""
    rows = sent.reminders.filter(organisation=organisation).select_related("person")
    if unit_ids is not None:
        rows = rows.filter(person__in=_now_in(unit_ids))
    return sorted(rows, key=_place_in_round)


def _place_in_round(each: Reminder) -> tuple[bool, bool, str, str]:
    return each.came_back_at is None, each.outcome == Outcome.SENT, each.outcome, str(each.person).casefold()


def _now_in(unit_ids: Collection[int]) -> QuerySet[Any, Any]:
    """Everybody who works in these units today, by each of their entries."""
    there = Membership.objects.active_on(today()).filter(unit__in=unit_ids).order_by()
    humans = there.annotate(human=human_of()).values("human")
    return User.objects.annotate(human=Coalesce("merged_into_id", "pk")).filter(human__in=humans).values("pk")
