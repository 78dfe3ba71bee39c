"""Letters to leads about numbers.

The monthly one holds the few numbers that stand above coverage, each counting people whom its reader may count; the
other none. No name is in them.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.clock import day_of
from organisations.letter_kinds import once_a_week
from organisations.mail import is_put_off, later, post, queue_with_write
from organisations.models import User
from records.mail import LANGUAGE
from records.selectors.reminders import away_on
from reporting.access import get_organisations_for
from reporting.models import MonthlyLetter, Report, ReportLetter
from reporting.selectors.coverage import coverage_on
from reporting.selectors.letters import last_letters_of_months, last_letters_of_reports, leads_to_tell
from reporting.tables import lines_of

SHARED = once_a_week("reporting/mail/shared", last_letters_of_reports)
MONTHLY = once_a_week("reporting/mail/monthly", last_letters_of_months)


def queue_report_letter(letter: ReportLetter) -> None:
    """Has a lead told that the row of their organisation is there to look at, when their letter may leave."""
    assert letter.goes_at is not None
    queue_with_write(later(post_report_letter, letter.goes_at), letter.pk)


@task()
def post_report_letter(letter_pk: int) -> None:
    """Writes it once; none where the report has moved on, to who leads none of its organisations any more, and while
    they are away."""
    waiting = ReportLetter.objects.filter(posted_at__isnull=True, report__state=Report.State.SHARED)
    letter = waiting.filter(pk=letter_pk).select_related("person", "report__partnership").first()
    now = timezone.now()
    if letter is None or letter.goes_at is None or not _may_be_reached(letter.person, now):
        return
    if letter.person_id not in leads_to_tell(letter.report):
        return
    if is_put_off(post_report_letter, letter_pk, now, letter.goes_at):
        return
    post(SHARED, [letter_pk], letter.person.email, LANGUAGE, _report_link, report=letter.report)
    letter.posted_at = now
    letter.save(update_fields=["posted_at"])


@task()
def post_monthly(letter_pk: int) -> None:
    """Writes it once, also where the worker was stopped and begins again; none while they are away."""
    letter = MonthlyLetter.objects.filter(pk=letter_pk, posted_at__isnull=True).select_related("person").first()
    now = timezone.now()
    if letter is None or not _may_be_reached(letter.person, now) or is_put_off(post_monthly, letter_pk, now):
        return
    try:
        organisations = get_organisations_for(letter.person, letter.month)
    except PermissionDenied:
        # They lead nothing any more.
        return
    with override(LANGUAGE):
        found = coverage_on(organisations, letter.month)
        lines = lines_of(found.people, found.everybody)
    context = {"month": letter.month, "lines": lines, "asks_anything": bool(found.people.required)}
    post(MONTHLY, [letter_pk], letter.person.email, LANGUAGE, _monthly_link, **context)
    letter.posted_at = now
    letter.save(update_fields=["posted_at"])


def _may_be_reached(person: User, at: datetime) -> bool:
    return bool(person.email) and person.is_active and not away_on(day_of(at), [person.pk])


def _report_link(**context: object) -> str:
    report = context["report"]
    assert isinstance(report, Report)
    return settings.BASE_URL + reverse("reporting:report", args=[report.key])


def _monthly_link(**context: object) -> str:
    month = context["month"]
    assert isinstance(month, date)
    return f"{settings.BASE_URL}{reverse('reporting:coverage')}?on={month.isoformat()}"
