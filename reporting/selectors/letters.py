"""Reads for letters: who wants the monthly one, and to whom this app has written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet

from organisations.clock import today
from organisations.models import Appointment, Organisation, Partnership, User
from reporting.models import MonthlyLetter, MonthlyReader

Kind = Appointment.Kind


def monthly_readers(month: date) -> set[int]:
    """Leads who chose the letter, can be written to, lead something, and have not had it this month: one query."""
    lead = Appointment.objects.active_on(today()).filter(kind__in=[Kind.ORGANISATION_LEAD, Kind.PARTNERSHIP_LEAD])
    had = MonthlyLetter.objects.filter(month=month)
    wanted = MonthlyReader.objects.filter(
        person__in=lead.values("person"), person__is_active=True, stopped_at__isnull=True
    )
    wanted = wanted.exclude(person__email="").exclude(person__in=had.values("person"))
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


def last_letters_of_reports(person_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these people last had a monthly letter, or was told of a report: two queries."""
    monthly = MonthlyLetter.objects.filter(person__in=person_ids).order_by()
    told = Appointment.objects.filter(
        person__in=person_ids,
        kind=Kind.ORGANISATION_LEAD,
        organisation__report_parts__report__shared_at__isnull=False,
    ).order_by()
    found: dict[int, datetime] = {}
    for rows, column in ((monthly, "queued_at"), (told, "organisation__report_parts__report__shared_at")):
        for pk, at in rows.values("person_id").annotate(last=Max(column)).values_list("person_id", "last"):
            found[pk] = max(at, found.get(pk, at))
    return found
