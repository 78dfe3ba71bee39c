"""What a lead or a trainer gives one person beyond the rules of a quiz: one more attempt, or more time."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.models import User
from organisations.querysets import same_person
from records.models import AttemptDraft, Enrolment, ExtraAttempt, MoreTime
from records.selectors.quiz_rules import tries_at


@transaction.atomic
def give_attempts(*, person: User, by: User, at: datetime) -> int:
    """One more attempt at each quiz in which the person has used all without passing; gives at how many.

    Whoever is answering, or has attempts left, is given none. Refuses one's own (PermissionDenied).
    """
    _refuse_own(person, by)
    work = Enrolment.objects.select_for_update(of=("self",)).filter(same_person(person), state=Enrolment.State.OPEN)
    given = []
    for enrolment in work.select_related("edition").order_by("pk"):
        answering = AttemptDraft.objects.filter(enrolment=enrolment).values("lesson_key")
        lessons = enrolment.edition.lessons.filter(quiz_version__attempts_allowed__isnull=False)
        for lesson_key, allowed in lessons.exclude(lesson_key__in=answering).values_list(
            "lesson_key", "quiz_version__attempts_allowed"
        ):
            if tries_at(person, enrolment.pk, enrolment.module_key, lesson_key, allowed).left == 0:
                given.append(ExtraAttempt(enrolment=enrolment, lesson_key=lesson_key, given_by=by, given_at=at))
    for each in given:
        each.save(force_insert=True)
        write_log(each, "records.give_attempt", by)
    return len(given)


@transaction.atomic
def give_more_time(*, person: User, extra_percent: int | None, by: User, at: datetime) -> None:
    """So much more time in every quiz that has a limit, from the next start on; None: no limit at all.

    Nothing goes into the log: the row says who gave it, and goes with it. Refuses one's own (PermissionDenied).
    """
    _refuse_own(person, by)
    human = person.merged_into or person
    # Of several rows the longest holds: what a merged account brought would outlast a shorter time.
    MoreTime.objects.filter(same_person(human)).exclude(person=human).delete()
    MoreTime.objects.update_or_create(
        person=human,
        defaults={"extra_percent": extra_percent, "given_by": by, "given_at": at},
    )


@transaction.atomic
def end_more_time(*, person: User, by: User) -> None:
    """The time that the quiz allows, from the next start on. Refuses one's own (PermissionDenied)."""
    _refuse_own(person, by)
    MoreTime.objects.filter(same_person(person)).delete()


def _refuse_own(person: User, by: User) -> None:
    if person.is_same_as(by):
        raise PermissionDenied(_("Another lead must decide this for you."))
