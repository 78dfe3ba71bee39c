"""Letters to leads about numbers.

The monthly one holds the few numbers that stand above coverage, each counting people whom its reader may count; the
other none. No name is in them.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.letter_kinds import once_a_week
from organisations.mail import later, post, queue_with_write
from organisations.models import User
from organisations.posting import in_turn, next_turn, opens_at, put_off
from records.mail import LANGUAGE
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
    """Writes it once, in its reader's next turn; none where the report has moved on, and to who leads none of its
    organisations any more. Where their turn comes too late, the page of the report says whom to tell."""
    waiting = ReportLetter.objects.filter(posted_at__isnull=True, goes_at__isnull=False)
    waiting = waiting.filter(pk=letter_pk, report__state=Report.State.SHARED)
    with in_turn(waiting.select_related("person", "report__partnership"), lambda found: found.person) as letter:
        if letter is None or not _can_be_reached(letter.person):
            return
        if letter.person_id not in leads_to_tell(letter.report):
            return
        now = timezone.now()
        leaves = next_turn(post_report_letter, letter.person, now, letter.goes_at)
        if leaves == now:
            post(SHARED, [letter_pk], letter.person.email, LANGUAGE, _report_link, report=letter.report)
            # Its time with it: whoever has shared the report anew meanwhile may have taken that away.
            _change(letter, posted_at=now, goes_at=letter.goes_at)
        else:
            with transaction.atomic():
                leaves = leaves if leaves is not None and leaves < letter.tell_by else None
                _change(letter, goes_at=leaves)
                if leaves is not None:
                    put_off(post_report_letter, letter_pk, leaves)


@transaction.atomic
def _change(letter: ReportLetter, **values: datetime | None) -> None:
    """Whoever shares the report anew at this moment is waited for: what they read of its letters must hold."""
    Report.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.report_id)
    ReportLetter.objects.filter(pk=letter.pk).update(**values)


@task()
def post_monthly(letter_pk: int) -> None:
    """Writes it once, also where the worker was stopped and begins again.

    Of who is away by now, or had another letter meanwhile, the row goes: a later run of the month writes to them.
    """
    waiting = MonthlyLetter.objects.filter(pk=letter_pk, posted_at__isnull=True).select_related("person")
    with in_turn(waiting, lambda found: found.person) as letter:
        if letter is None or not _can_be_reached(letter.person):
            return
        now = timezone.now()
        leaves = next_turn(post_monthly, letter.person, now)
        if leaves == now:
            _write_monthly(letter, now)
        elif leaves == opens_at(now):
            put_off(post_monthly, letter_pk, leaves)
        else:
            letter.delete()


def _write_monthly(letter: MonthlyLetter, now: datetime) -> None:
    try:
        organisations = get_organisations_for(letter.person, letter.month)
    except PermissionDenied:
        # They lead nothing any more.
        return
    with override(LANGUAGE):
        found = coverage_on(organisations, letter.month)
        lines = lines_of(found.people, found.everybody)
    context = {"month": letter.month, "lines": lines, "asks_anything": bool(found.people.required)}
    post(MONTHLY, [letter.pk], letter.person.email, LANGUAGE, _monthly_link, **context)
    letter.posted_at = now
    letter.save(update_fields=["posted_at"])


def _can_be_reached(person: User) -> bool:
    return bool(person.email) and person.is_active


def _report_link(**context: object) -> str:
    report = context["report"]
    assert isinstance(report, Report)
    return settings.BASE_URL + reverse("reporting:report", args=[report.key])


def _monthly_link(**context: object) -> str:
    month = context["month"]
    assert isinstance(month, date)
    return f"{settings.BASE_URL}{reverse('reporting:coverage')}?on={month.isoformat()}"
