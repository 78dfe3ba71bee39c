"""Reads for letters: who wants the monthly one, and to whom this app has written."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from organisations.clock import today
from organisations.models import Appointment
from reporting.models import MonthlyLetter, MonthlyReader, Report

Kind = Appointment.Kind


def monthly_readers(month: date) -> set[int]:
    """Leads who chose the letter, can be written to, lead something, and have not had it this month: one query."""
    lead = Appointment.objects.active_on(today()).filter(kind__in=[Kind.ORGANISATION_LEAD, Kind.PARTNERSHIP_LEAD])
    had = MonthlyLetter.objects.filter(month=month)
    wanted = MonthlyReader.objects.filter(person__in=lead.values("person"), person__is_active=True)
    wanted = wanted.exclude(person__email="").exclude(person__in=had.values("person"))
    return set(wanted.values_list("person_id", flat=True))


def written_to(person_ids: Collection[int], since: datetime) -> set[int]:
    """Those of these people who had a monthly letter, or were told of a report, since the moment: two queries."""
    monthly = MonthlyLetter.objects.filter(person__in=person_ids, queued_at__gt=since)
    reports = Report.objects.filter(shared_at__gt=since)
    told = Appointment.objects.filter(
        person__in=person_ids, kind=Kind.ORGANISATION_LEAD, organisation__report_parts__report__in=reports
    )
    return {*monthly.values_list("person_id", flat=True), *told.values_list("person_id", flat=True)}
