"""Every write of this app."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.actions.turns import hold_partnership
from organisations.audit import write_log
from organisations.clock import LONDON, day_of
from organisations.letter_limits import is_time_for_letters, may_be_written_to, next_letters
from organisations.mail import queue_with_write
from organisations.models import Partnership, User
from organisations.rules_letters import GRACE
from reporting.mail import SHARED, post_monthly, queue_report_letter
from reporting.models import MonthlyLetter, MonthlyReader, Report, ReportLetter, ReportPart
from reporting.publishing import checksum_of
from reporting.selectors.letters import leads_to_tell, monthly_readers
from reporting.selectors.reports import comments_of, payload_of
from reporting.working_days import is_working_day, working_day_after

State = Report.State
#: So many working days an organisation has its row before it is published.
SHARED_FOR = 5


@transaction.atomic
def prepare_report(
    *,
    partnership: Partnership,
    day: date,
    delivery_from: date,
    delivery_to: date,
    scope: str,
    by: User | None,
    at: datetime,
) -> Report:
    """Begins a report as a draft, and gives the same person's same draft back where it is begun already.

    Refuses days that are not over or a period that ends before it begins.
    """
    if max(day, delivery_to) > day_of(at):
        raise ValidationError(_("A report is about days that have come."))
    if delivery_to < delivery_from:
        raise ValidationError({"delivery_to": _("The last day is before the first. Choose a later one.")})
    # Of two presses at once the second finds what the first has begun.
    hold_partnership(partnership.pk)
    values = {
        "partnership": partnership,
        "day": day,
        "delivery_from": delivery_from,
        "delivery_to": delivery_to,
        "scope": scope,
        "created_by": by,
    }
    if found := Report.objects.filter(state=State.DRAFT, **values).first():
        return found
    report = Report.objects.create(created_at=at, **values)
    write_log(report, "reporting.prepare", by)
    return report


@contextmanager
def _at_one_moment() -> Iterator[None]:
    """A transaction in which everything is read as it stands at one moment, whatever others write meanwhile."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        # On SQLite nobody else writes until this ends.
        if is_first and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                # The moment is when the first row is read, so whoever works on a report ends before that.
                cursor.execute(f"LOCK TABLE {Report._meta.db_table} IN EXCLUSIVE MODE")
        yield


@_at_one_moment()
def share_report(*, report: Report, by: User | None, at: datetime) -> Report:
    """Counts the numbers, keeps them, and shows each organisation its row; once more where they must be counted anew.

    The five working days begin anew each time. Refuses what is published or withdrawn, what somebody else has shared
    since `report` was read, and a report without numbers.
    """
    seen, report = report.shared_at, _locked(report)
    if report.shared_at != seen:
        raise ValidationError(_("This report has just been shared. Look at its numbers before you share it again."))
    if report.state not in {State.DRAFT, State.SHARED}:
        raise ValidationError(_("This report is published or withdrawn. Its numbers stay as they are."))
    report.threshold = report.partnership.small_counts_below
    report.payload = payload_of(report, at=at, threshold=report.threshold)
    if not report.payload["modules"]:
        raise ValidationError(_("Nothing is required on this day, so there are no numbers to report."))
    report.state = State.SHARED
    report.shared_at = at
    report.publish_from = working_day_after(day_of(at), SHARED_FOR)
    report.save()
    present = {each["id"] for each in report.payload["organisations"]}
    report.parts.exclude(organisation__in=present).delete()
    ReportPart.objects.bulk_create(
        [ReportPart(report=report, organisation_id=pk) for pk in sorted(present)], ignore_conflicts=True
    )
    write_log(report, "reporting.share", by)
    _tell_leads(report, at)
    return report


def _tell_leads(report: Report, at: datetime) -> None:
    """Gives each lead of an organisation in a report a letter with its time: a week from any other letter of ours, and
    not while they are away. Whom none reaches before it may be published is kept as such, and stands on its page.
    """
    assert report.publish_from is not None
    tell_by = datetime.combine(report.publish_from, time(), tzinfo=LONDON)
    # They are not held: everything is read as of one moment here, and whoever signs in meanwhile would break that off.
    people = User.objects.filter(pk__in=leads_to_tell(report)).in_bulk()
    waiting = {each.person_id: each for each in report.letters.filter(posted_at__isnull=True)}
    leaving = next_letters([pk for pk, each in people.items() if each.email and each.is_active], at)
    new: list[ReportLetter] = []
    kept: list[ReportLetter] = []
    with_a_time = []
    for pk in people:
        letter = waiting.get(pk) or ReportLetter(report=report, person_id=pk)
        # One that waits or is on its way keeps its turn.
        if letter.goes_at is None or letter.goes_at <= at - GRACE:
            goes_at = leaving.get(pk)
            letter.goes_at = goes_at if goes_at is not None and goes_at < tell_by else None
            if letter.goes_at is not None:
                with_a_time.append(letter)
        letter.shared_at, letter.tell_by = at, tell_by
        (kept if letter.pk else new).append(letter)
    ReportLetter.objects.bulk_create(new)
    ReportLetter.objects.bulk_update(kept, ["shared_at", "tell_by", "goes_at"])
    for letter in with_a_time:
        queue_report_letter(letter)


@transaction.atomic
def comment_on_report(*, part: ReportPart, text: str, by: User, at: datetime) -> ReportPart:
    """Keeps what an organisation says about its row, printed with it; an empty text takes it away.

    Refuses a report that is not with the organisations.
    """
    if _locked(part.report).state != State.SHARED:
        raise ValidationError(_("This report is published or withdrawn. Comments are closed."))
    part.comment = " ".join(text.split())
    part.commented_at, part.commented_by = at, by
    part.save(update_fields=["comment", "commented_at", "commented_by"])
    write_log(part.report, "reporting.comment", by, organisation=part.organisation_id)
    return part


@transaction.atomic
def publish_report(*, report: Report, by: User | None, at: datetime) -> Report:
    """Makes the numbers and the comments final.

    Refuses a report that is not with the organisations, or has not been there for five working days.
    """
    report = _locked(report)
    if report.state != State.SHARED or report.publish_from is None:
        raise ValidationError(_("Only a report that is with the organisations is published."))
    if day_of(at) < report.publish_from:
        words = _("The organisations have five working days. Publish it on %(day)s or later.")
        raise ValidationError(words % {"day": date_format(report.publish_from)})
    comments = [[part.organisation.name, part.comment] for part in comments_of(report)]
    report.payload = {**(report.payload or {}), "comments": comments, "published_on": day_of(at).isoformat()}
    report.checksum = checksum_of(report.payload)
    report.state = State.PUBLISHED
    report.published_at, report.published_by = at, by
    report.save()
    write_log(report, "reporting.publish", by)
    return report


@transaction.atomic
def withdraw_report(*, report: Report, reason: str, by: User | None, at: datetime) -> Report:
    """Withdraws a report with a reason that everybody reads who may open it; its numbers stay. Refuses it twice."""
    report = _locked(report)
    if report.state == State.WITHDRAWN:
        raise ValidationError(_("This report is withdrawn already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    report.state = State.WITHDRAWN
    report.withdrawn_at, report.withdrawn_by, report.withdraw_reason = at, by, reason.strip()
    report.save()
    write_log(report, "reporting.withdraw", by)
    return report


@transaction.atomic
def choose_monthly_report(*, person: User, is_wanted: bool, at: datetime) -> None:
    """Begins or stops the monthly letter to a lead, as they wish: what another lead chose for them does not hold."""
    reader = MonthlyReader.objects.filter(person=person).first() or MonthlyReader(person=person, since=at)
    if is_wanted and reader.stopped_at is not None:
        reader.since = at
    reader.is_own_choice, reader.chosen_by, reader.stopped_at = True, None, None if is_wanted else at
    reader.save()


@transaction.atomic
def choose_monthly_readers(*, among: Collection[int], chosen: Collection[int], by: User, at: datetime) -> None:
    """Of these leads, begins the monthly letter to those chosen and ends it to the others.

    Whoever chose or stopped it for themselves is left as they are.
    """
    readers = MonthlyReader.objects.filter(person__in=among)
    readers.filter(is_own_choice=False).exclude(person__in=chosen).delete()
    for pk in sorted(set(chosen) & set(among)):
        values = {"since": at, "chosen_by": by, "is_own_choice": False}
        MonthlyReader.objects.get_or_create(person_id=pk, defaults=values)


def queue_monthly_letters(*, at: datetime) -> int:
    """Queues this month's letter to each lead who chose it and has not had it; returns how many.

    From the first working day on, on working days and by day; somebody who had another letter this week, or is away,
    has theirs on a later run. Nobody gets it twice, also where this runs twice at once.
    """
    day = day_of(at)
    month = day.replace(day=1)
    if not is_working_day(day) or not is_time_for_letters(at):
        return 0
    readers = monthly_readers(month)
    number = 0
    for pk in sorted(may_be_written_to(readers, at)):
        with transaction.atomic():
            letter, is_new = MonthlyLetter.objects.get_or_create(person_id=pk, month=month, defaults={"queued_at": at})
            if is_new:
                queue_with_write(post_monthly, letter.pk)
                number += 1
    return number


def note_came_back(*, kind: str, about: Collection[int], why: str, at: datetime) -> None:
    """Marks letters about a report that came back, where they were of that kind; who manages it reads it."""
    if kind == SHARED.template:
        ReportLetter.objects.filter(pk__in=about).update(came_back_at=at, came_back_why=why)


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=report.pk)
