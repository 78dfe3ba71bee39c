"""Letters to leads about numbers: no numbers and no names in them, only where to look."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from organisations.clock import LONDON
from organisations.mail import post, queue_with_write
from organisations.models import User
from organisations.rules_letters import leaves_at
from records.mail import later
from reporting.models import MonthlyLetter, Report
from reporting.selectors.reports import leads_to_tell

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
    if letter is not None and letter.person.email and letter.person.is_active:
        post("reporting/mail/monthly", letter.person.email, LANGUAGE, _monthly_link, month=letter.month)
        letter.posted_at = timezone.now()
        letter.save(update_fields=["posted_at"])


def _report_link(**context: object) -> str:
    report = context["report"]
    assert isinstance(report, Report)
    return settings.BASE_URL + reverse("reporting:report", args=[report.key])


def _monthly_link(**context: object) -> str:
    return settings.BASE_URL + reverse("reporting:coverage")
