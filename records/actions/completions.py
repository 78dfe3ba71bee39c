"""Writes the record: a module completed, and a completion voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.actions.turns import hold_places_of
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Membership, User
from organisations.selectors import active_memberships_of
from records.actions.certificates import grant_certificate
from records.actions.refusals import IsLeftBehind, IsNotComplete, WorkHasEnded
from records.events import completion_recorded, completion_voided
from records.models import (
    Certificate,
    Completion,
    CompletionMembership,
    Enrolment,
    LessonProgress,
    LessonsNotDone,
)
from records.rules.progress import Progress, Stage
from records.selectors.learning import progress_in
from records.selectors.lessons_of_roles import numbers_of_roles, roles_lacking
from records.selectors.stepping import is_left_behind


@dataclass(frozen=True)
class Situation:
    """Where the person works on the day, and how far they are: read once in each write."""

    memberships: Sequence[Membership]
    progress: Progress[Any]


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is now; whoever else writes in it waits until this transaction ends."""
    return Enrolment.objects.select_for_update(of=("self",)).select_related("person", "edition").get(pk=enrolment.pk)


def situation_of(enrolment: Enrolment, at: datetime) -> Situation:
    """What decides which lessons apply and what is done, as of the moment."""
    memberships = active_memberships_of(enrolment.person, day_of(at))
    return Situation(memberships, progress_in(enrolment, {each.role.slug for each in memberships}))


@transaction.atomic
def complete_module(*, enrolment: Enrolment, at: datetime) -> Completion:
    """Records that the person has completed the module, with everything copied, and grants the certificate.

    Does it once: later calls give the same completion. Raises IsNotComplete while anything that applies to the
    person's roles is left, WorkHasEnded for an enrolment that was closed without completing, and IsLeftBehind when
    the person must move to a newer edition first.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.state == Enrolment.State.COMPLETED:
        return enrolment.completion
    if enrolment.state != Enrolment.State.OPEN:
        raise WorkHasEnded
    situation = situation_of(enrolment, at)
    if not situation.progress.is_all_done:
        raise IsNotComplete
    if is_left_behind(enrolment):
        raise IsLeftBehind
    return _record(enrolment, situation, at, at)


def complete_if_a_quiz_decides(
    enrolment: Enrolment, at: datetime, *, recorded_at: datetime | None = None
) -> Completion | None:
    """Completes a locked, open enrolment whose lessons are done and whose counting quiz is passed; else nothing.

    `recorded_at` is given where that is known only later: the day stays that of `at`.
    Nothing either while the person must move to a newer edition: what they have just done is kept for then.
    """
    situation = situation_of(enrolment, at)
    if situation.progress.stage is not Stage.COMPLETE or is_left_behind(enrolment):
        return None
    return _record(enrolment, situation, at, recorded_at or at)


def _record(enrolment: Enrolment, situation: Situation, at: datetime, recorded_at: datetime) -> Completion:
    edition, progress = enrolment.edition, situation.progress
    earlier = _added_to(enrolment, progress)
    taken = [lesson for lesson in progress.lessons if lesson.lesson_key not in progress.work.taken_over]
    enrolment.state, enrolment.ended_at = Enrolment.State.COMPLETED, recorded_at
    enrolment.save(update_fields=["state", "ended_at"])
    completion = Completion(
        person=enrolment.person,
        enrolment=enrolment,
        module_id=enrolment.module_id,
        module_key=enrolment.module_key,
        title=edition.title,
        edition=edition,
        edition_number=edition.number,
        minutes=(not earlier and edition.content.get("minutes")) or sum(lesson.minutes for lesson in taken),
        lesson_keys=[str(lesson.lesson_key) for lesson in progress.lessons],
        completed_on=day_of(at),
        adds_to=earlier,
        counted_from=(earlier.counted_from or earlier.completed_on) if earlier else None,
        source=Completion.Source.ASSESSED,
        score=earlier.score if earlier and progress.score is None else progress.score,
        created_at=recorded_at,
    )
    return keep_completion(completion, situation.memberships, recorded_at)


def _added_to(enrolment: Enrolment, progress: Progress[Any]) -> Completion | None:
    """The completion that holds what was not asked here."""
    if not progress.work.taken_over:
        return None
    held = enrolment.lessons_done.filter(done_in__isnull=False).select_related("done_in")
    return held[0].done_in


def keep_completion(completion: Completion, memberships: Sequence[Membership], at: datetime) -> Completion:
    """Saves a new completion with where the person worked on its day and the roles whose lessons it lacks, and grants
    the certificate.

    Of training elsewhere whoever gave it says so: a certificate of ours would say that they learned it here.
    """
    completion.save(force_insert=True)
    CompletionMembership.objects.bulk_create(
        CompletionMembership(
            completion=completion,
            membership=membership,
            organisation=membership.organisation,
            organisation_name=membership.organisation.name,
            role=membership.role,
            role_name=membership.role.name,
        )
        for membership in memberships
    )
    _keep_lessons_not_done(completion, memberships, at)
    if completion.source != Completion.Source.RECOGNISED:
        grant_certificate(completion=completion, at=at)
    completion_recorded.send(sender=Completion, completion=completion)
    return completion


def _keep_lessons_not_done(completion: Completion, memberships: Sequence[Membership], at: datetime) -> None:
    edition = completion.edition
    if edition is None or not edition.is_matched_to_roles:
        return
    if completion.source == Completion.Source.RECOGNISED and not memberships:
        # What somebody learned before they came: whoever recognises it knows their role.
        memberships = active_memberships_of(completion.person, day_of(at))
    held = {each.role.slug for each in memberships}
    lacking = roles_lacking(edition, set(map(UUID, completion.lesson_keys)), held, numbers_of_roles([edition]))
    LessonsNotDone.objects.bulk_create(LessonsNotDone(completion=completion, role_id=role) for role in lacking)


@transaction.atomic
def void_completion(*, completion: Completion, by: User, reason: str, at: datetime) -> Completion:
    """Strikes out a completion that should not have been recorded, and revokes its certificate with it.

    Refuses without a reason, and one's own (ValidationError). Does nothing to one that is voided already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the completion is struck out."))
    if completion.person.is_same_as(by):
        raise ValidationError(_("Another lead must correct your own record."))
    return strike_out(completion=completion, by=by, reason=reason, at=at)


def strike_out(*, completion: Completion, by: User, reason: str, at: datetime) -> Completion:
    """The same where it follows from something else: whoever did that may be the person themselves."""
    hold_places_of([completion.person.human_id])
    completion = Completion.objects.select_for_update(no_key=True).get(pk=completion.pk)
    if completion.voided_at is not None:
        return completion
    completion.voided_at, completion.voided_by, completion.void_reason = at, by, reason.strip()
    completion.save(update_fields=["voided_at", "voided_by", "void_reason"])
    Certificate.objects.filter(completion=completion, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by, revoke_reason=completion.void_reason
    )
    write_log(completion, "records.void_completion", by)
    # What only added to it falls with it, and what goes on without it asks for everything.
    LessonProgress.objects.filter(done_in=completion, enrolment__state=Enrolment.State.OPEN).delete()
    for added in completion.added.filter(voided_at__isnull=True):
        strike_out(completion=added, by=by, reason=completion.void_reason, at=at)
    completion_voided.send(sender=Completion, completion=completion)
    return completion
