"""Recognises training elsewhere: of one person by hand, and which courses of an organisation equal a module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Edition
from organisations.actions.turns import hold_places_of
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.imports.columns import folded
from organisations.models import Membership, Organisation, User
from organisations.querysets import same_person
from organisations.selectors import active_memberships_of
from records.actions.completions import keep_completion
from records.models import Completion, OutsideCourse, Recognition
from records.rules.sessions import tidy
from records.selectors.recognition import recognised_editions


@dataclass(frozen=True)
class Training:
    """What somebody learned elsewhere, and what shows it."""

    edition: Edition
    completed_on: date
    course: str
    reference: str
    reason: str


@transaction.atomic
def recognise_training(*, membership: Membership, training: Training, by: User, at: datetime) -> Completion:
    """Completes a module for somebody who learned the same elsewhere, as a lead of their organisation says.

    Refuses one's own (PermissionDenied); a module that training elsewhere does not complete, a day to come, what says
    no reference or no reason, and what is on the record for that day already (ValidationError).
    """
    if membership.person.is_same_as(by):
        raise PermissionDenied(_("Another lead must decide this for you."))
    reference, reason = tidy(training.reference)[:200], tidy(training.reason)[:300]
    edition, on = training.edition, training.completed_on
    if on > day_of(at):
        raise ValidationError({"completed_on": _("This day is still to come.")})
    if not reference:
        raise ValidationError({"reference": _("Say what shows it.")})
    if not reason:
        raise ValidationError({"reason": _("Say why. The person has a right to know.")})
    _refuse_where_it_does_not_count(edition)
    person = membership.goes_on_as
    hold_places_of([person.pk])
    there = Completion.objects.filter(same_person(person), voided_at__isnull=True)
    if there.filter(module_key=edition.module_key, completed_on=on).exists():
        raise ValidationError(_("This module is on their record for this day already."))
    completion = keep_completion(
        Completion(
            person=person,
            module_id=edition.module_id,
            module_key=edition.module_key,
            title=edition.title,
            edition=edition,
            edition_number=edition.number,
            completed_on=on,
            source=Completion.Source.RECOGNISED,
            created_at=at,
        ),
        active_memberships_of(person, on),
        at,
    )
    Recognition.objects.create(
        completion=completion,
        organisation=membership.organisation,
        course=tidy(training.course)[:200],
        reference=reference,
        reason=reason,
        recorded_by=by,
    )
    write_log(completion, "records.recognise", by)
    return completion


def _refuse_where_it_does_not_count(edition: Edition) -> None:
    if not recognised_editions().filter(pk=edition.pk).exists():
        words = _("Training elsewhere does not complete this module. It asks for its quiz.")
        raise ValidationError({"edition": words})


@transaction.atomic
def map_course(*, organisation: Organisation, name: str, edition: Edition, by: User, at: datetime) -> OutsideCourse:
    """Says that a course elsewhere equals an edition; what was said of a course of this name before is replaced.

    Completions that are on record stay as they are. Refuses (ValidationError) no name, and a module that training
    elsewhere does not complete.
    """
    name = tidy(name)[:200]
    key = folded(name)[:200]
    if not key:
        raise ValidationError({"name": _("Write the name of the course.")})
    _refuse_where_it_does_not_count(edition)
    values = {"name": name, "edition": edition, "created_by": by, "created_at": at}
    course, _is_new = OutsideCourse.objects.update_or_create(organisation=organisation, key=key, defaults=values)
    write_log(course, "records.map_course", by, organisation=organisation.pk)
    return course


@transaction.atomic
def unmap_course(*, course: OutsideCourse, by: User) -> None:
    """Forgets what a course elsewhere equals; completions that are on record stay."""
    write_log(course, "records.unmap_course", by, organisation=course.organisation_id)
    course.delete()
