"""Letters to leads about numbers.

The monthly one holds the few numbers that stand above coverage, each counting people whom its reader may count; the
other none. No name is in them.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.clock import LONDON
from organisations.mail import post, queue_with_write
from organisations.models import User
from organisations.rules_letters import leaves_at
from records.mail import later
from reporting.access import get_organisations_for
from reporting.models import MonthlyLetter, Report
from reporting.selectors.coverage import coverage_on
from reporting.selectors.reports import leads_to_tell
from reporting.tables import lines_of

#: What leads read is English.
LANGUAGE = "en"


def send_shared(report: Report) -> None:
    """Has the leads of the organisations told, by day, that their rows are there to look at.

    They have five working days from now, so this letter waits neither for the next week nor for who is away.
    """
    letter = later(post_shared, leaves_at(timezone.now().astimezone(LONDON)))
    for pk in leads_to_tell(report).values_list("pk", flat=True):
        queue_with_write(letter, [report.pk, pk])


@task()
def post_shared(pks: list[int]) -> None:
    """Writes it, unless the report has moved on meanwhile."""
    report = Report.objects.filter(pk=pks[0], state=Report.State.SHARED).select_related("partnership").first()
    person = User.objects.filter(pk=pks[1], is_active=True).exclude(email="").first()
    if report is not None and person is not None:
        post("reporting/mail/shared", person.email, LANGUAGE, _report_link, report=report)


@task()
def post_monthly(letter_pk: int) -> None:
    """Writes it once, also where the worker was stopped and begins again."""
    letter = MonthlyLetter.objects.filter(pk=letter_pk, posted_at__isnull=True).select_related("person").first()
    if letter is None or not letter.person.email or not letter.person.is_active:
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
    post("reporting/mail/monthly", letter.person.email, LANGUAGE, _monthly_link, **context)
    letter.posted_at = timezone.now()
    letter.save(update_fields=["posted_at"])


def _report_link(**context: object) -> str:
    report = context["report"]
    assert isinstance(report, Report)
    return settings.BASE_URL + reverse("reporting:report", args=[report.key])


def _monthly_link(**context: object) -> str:
    month = context["month"]
    assert isinstance(month, date)
    return f"{settings.BASE_URL}{reverse('reporting:coverage')}?on={month.isoformat()}"
