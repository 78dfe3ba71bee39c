"""Reads for letters: who wants the monthly one, and to whom this app has written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from organisations.clock import today
from organisations.letter_limits import last_of, left_or_leaves, told_in_time
from organisations.models import Appointment, Organisation, Partnership, User
from organisations.querysets import human_of
from reporting.models import MonthlyLetter, MonthlyReader, Report, ReportLetter

Kind = Appointment.Kind


def monthly_readers(month: date) -> set[int]:
    """Leads who chose the letter, can be written to, lead something, and have not had it this month: one query.

    What an entry had that was put into theirs they have had.
    """
    lead = Appointment.objects.active_on(today()).filter(kind__in=[Kind.ORGANISATION_LEAD, Kind.PARTNERSHIP_LEAD])
    had = MonthlyLetter.objects.filter(month=month).annotate(human=human_of())
    wanted = MonthlyReader.objects.filter(
        person__in=lead.values("person"), person__is_active=True, stopped_at__isnull=True
    )
    wanted = wanted.exclude(person__email="").exclude(person__in=had.values("human"))
    return set(wanted.values_list("person_id", flat=True))


@dataclass(frozen=True)
class LeadChoice:
    """A lead, what they lead, and whether the monthly letter goes to them."""

    person: User
    leads: Sequence[Organisation | Partnership]
    reader: MonthlyReader | None

    @property
    def is_theirs(self) -> bool:
        """Whether they have decided it themselves, so that nobody else does."""
        return self.reader is not None and self.reader.is_own_choice

    @property
    def is_on(self) -> bool:
        """Whether the letter goes to them."""
        return self.reader is not None and self.reader.stopped_at is None


def choices_among(appointments: QuerySet[Appointment]) -> list[LeadChoice]:
    """The people of these appointments who can be written to, by name: two queries."""
    rows = appointments.filter(person__is_active=True).exclude(person__email="")
    led: dict[User, list[Organisation | Partnership]] = {}
    for each in rows.select_related("person", "organisation", "partnership").order_by("person__name", "person", "pk"):
        place = each.organisation or each.partnership
        if place is not None:
            led.setdefault(each.person, []).append(place)
    readers = {each.person_id: each for each in MonthlyReader.objects.filter(person__in=led)}
    return [LeadChoice(person, places, readers.get(person.pk)) for person, places in led.items()]


def leads_to_tell(report: Report) -> list[int]:
    """The leads of the organisations in the report: one query."""
    leads = Appointment.objects.active_on(today()).filter(
        kind=Kind.ORGANISATION_LEAD, organisation__report_parts__report=report
    )
    return list(leads.order_by("person").values_list("person", flat=True).distinct())


def untold_in(report: Report, at: datetime) -> list[str]:
    """Organisations in a report that is with them, none of whose leads a letter reaches before it may be published, by
    name: one query. Who manages the report tells them; who has commented knows of it."""
    if report.state != Report.State.SHARED:
        return []
    leads = Appointment.objects.active_on(today()).filter(
        kind=Kind.ORGANISATION_LEAD, organisation=OuterRef("organisation"), person__is_active=True
    )
    letters = ReportLetter.objects.filter(report=report.pk, shared_at__gte=report.shared_at)
    told = letters.filter(told_in_time(at))
    parts = report.parts.filter(
        ~Exists(leads) | Exists(leads.filter(person__in=letters.values("person"))),
        ~Exists(leads.filter(person__in=told.values("person"))),
        comment="",
    )
    return list(parts.order_by("organisation__name").values_list("organisation__name", flat=True))


def last_letters_of_months(person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]:
    """When each of these people last had a monthly letter, under any of their entries: one query."""
    return last_of(MonthlyLetter.objects.all(), person_ids, are_posted=are_posted, goes_at="queued_at")


def last_letters_of_reports(person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]:
    """When the last letter about a report to each of these left or leaves, under any of their entries: one query."""
    return last_of(ReportLetter.objects.filter(left_or_leaves(timezone.now())), person_ids, are_posted=are_posted)
