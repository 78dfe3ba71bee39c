"""The only way to fetch somebody's work or record for a person."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from courses.models import ModulePage
from organisations.models import User
from organisations.querysets import same_person
from records.models import (
    Attempt,
    AttemptDraft,
    Certificate,
    Completion,
    Enrolment,
)
from records.rules.certificates import normalise_code

Row = TypeVar("Row")


def get_module_to_start(module_key: UUID) -> ModulePage:
    """A module that is open to all; whether it can be started is the action's to say."""
    module = ModulePage.objects.live().filter(translation_key=module_key).first()
    return _found(module)


def get_enrolment_for(person: User, module_key: UUID) -> Enrolment:
    """The person's own work in a module: what goes on, or else what was completed last."""
    enrolments = Enrolment.objects.filter(same_person(person), module_key=module_key).exclude(
        state=Enrolment.State.CLOSED
    )
    of_module = sorted(enrolments.select_related("edition"), key=lambda each: (_is_open(each), each.started_at))
    return _found(of_module[-1] if of_module else None)


def get_draft_for(person: User, key: UUID) -> AttemptDraft:
    """A quiz that the person is answering; somebody else's is not found."""
    drafts = AttemptDraft.objects.select_related("enrolment", "enrolment__edition", "quiz_version").only(*_DRAFT)
    return _found(next(iter(drafts.filter(same_person(person, "enrolment__person"), key=key).order_by()), None))


#: What is read of a draft and around it. Every column named costs time on each page of a quiz.
_DRAFT = (
    "part", "lesson_key", "key", "seed", "asked_versions", "answers", "seconds", "started_at", "saved_at", "ends_at",
    "enrolment__state", "enrolment__module_key", "enrolment__edition__languages",
    "enrolment__edition__reviewed_languages", "quiz_version__quiz_key", "quiz_version__title",
    "quiz_version__introduction", "quiz_version__is_shuffled", "quiz_version__feedback",
)  # fmt: skip


def lock_draft_for(person: User, key: UUID) -> tuple[AttemptDraft, int] | None:
    """The same with its enrolment, held until the transaction ends, and how many attempts came before; or None.

    The enrolment is held first: whoever writes in somebody's work takes enrolment, draft and person in this order.
    """
    before = Attempt.objects.filter(enrolment=OuterRef("enrolment"), lesson_key=OuterRef("lesson_key")).order_by()
    counted = before.values("lesson_key").annotate(count=Count("pk")).values("count")
    draft = (
        AttemptDraft.objects.filter(same_person(person, "enrolment__person"), key=key)
        .select_related("enrolment__person", "enrolment__edition", "quiz_version")
        .annotate(attempts_before=Coalesce(Subquery(counted), 0))
        .select_for_update(of=("enrolment", "self"))
        .first()
    )
    return (draft, draft.attempts_before) if draft else None


def get_attempt_for(person: User, pk: int) -> Attempt:
    """A quiz that the person handed in; somebody else's is not found."""
    attempts = Attempt.objects.select_related("enrolment", "enrolment__edition", "quiz_version")
    return _found(attempts.filter(same_person(person, "enrolment__person"), pk=pk).first())


def get_attempt_of_draft_for(person: User, key: UUID) -> Attempt:
    """What became of a quiz that the person was answering and has handed in."""
    return _found(Attempt.objects.filter(same_person(person, "enrolment__person"), idempotency_key=key).first())


def get_completion_for(person: User, pk: int) -> Completion:
    """What the person has completed; somebody else's is not found."""
    return _found(Completion.objects.filter(same_person(person), pk=pk).select_related("edition").first())


def get_certificate_for(person: User, code: str) -> Certificate:
    """The person's own certificate, however its code is written; somebody else's is not found."""
    certificates = Certificate.objects.filter(same_person(person)).select_related(
        "completion__edition", "superseded_by"
    )
    return _found(certificates.filter(code=normalise_code(code) or None).first())


def find_certificate(code: str) -> Certificate | None:
    """The certificate behind a code, for anyone who holds the code; a selector says what they may read of it."""
    return Certificate.objects.filter(code=normalise_code(code) or None).select_related("completion__edition").first()


def _is_open(enrolment: Enrolment) -> bool:
    return enrolment.state == Enrolment.State.OPEN


def _found(row: Row | None) -> Row:
    """The row, or 404 in words that say nothing of others."""
    if row is None:
        raise Http404(_("There is nothing at this address."))
    return row
