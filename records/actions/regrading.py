"""Corrects what is right in a question that was asked, and looks at the answers again: two people, nobody loses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.models import User
from quizzes.actions.corrections import correct_version
from quizzes.corrections import corrected
from quizzes.drafts import canonical_hash
from quizzes.models import QuestionVersion, QuizVersion
from quizzes.selectors import current_questions
from records.access_regrades import may_decide
from records.actions.completions import complete_if_a_quiz_decides, lock_enrolment
from records.models import Attempt, AttemptDraft, Enrolment, LessonProgress, Part, Regrade, RegradedAttempt
from records.selectors.regrading import CHUNK, Effect, changes_of

State = Regrade.State


@transaction.atomic
def write_regrade(*, version: QuestionVersion, content: Mapping[str, Any], by: User, at: datetime) -> Regrade:
    """Keeps what is right, to be looked at and proposed; refuses (ValidationError) other wording and no change."""
    aligned = corrected(version.kind, version.content, content)
    if aligned is None:
        raise ValidationError(
            _(
                "The words of the question or of its choices differ from what people were asked. Nothing is lost: put "
                "them back and change only what is right, worth or said afterwards. Other words are another question: "
                "change the quiz instead."
            )
        )
    if canonical_hash({"kind": version.kind, "content": aligned}) == current_questions([version.pk])[version.pk][1]:
        raise ValidationError(_("Nothing is different. Change what is right first."))
    return Regrade.objects.create(version=version, content=aligned, proposed_by=by, proposed_at=at)


@transaction.atomic
def propose_regrade(*, regrade: Regrade, reason: str, by: User, at: datetime) -> Regrade:
    """Asks somebody else to apply it. Refuses another's (PermissionDenied) and none given (ValidationError).

    Does nothing to one that was proposed already.
    """
    regrade = _locked(regrade)
    if regrade.proposed_by is None or not regrade.proposed_by.is_same_as(by):
        raise PermissionDenied(_("Whoever wrote it proposes it."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why what counted as right was wrong.")})
    if regrade.state == State.WRITTEN:
        regrade.state, regrade.reason, regrade.proposed_at = State.PROPOSED, reason.strip(), at
        regrade.save(update_fields=["state", "reason", "proposed_at"])
        write_log(regrade, "records.propose_regrade", by)
    return regrade


@transaction.atomic
def return_regrade(*, regrade: Regrade, reason: str, by: User, at: datetime) -> Regrade:
    """Does not apply it, for a reason. Refuses one's own (PermissionDenied), and none given (ValidationError)."""
    regrade = _to_decide(regrade, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you return it.")})
    if regrade.state == State.PROPOSED:
        regrade.state, regrade.answer = State.RETURNED, reason.strip()
        regrade.decided_by, regrade.decided_at = by, at
        regrade.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        write_log(regrade, "records.return_regrade", by)
    return regrade


@transaction.atomic
def apply_regrade(*, regrade: Regrade, by: User, at: datetime) -> Regrade:
    """Marks all attempts that asked the version by the corrected key, and completes modules that are done by that.

    Attempts and completions that are on record stay as they are; whoever had passed keeps it. Refuses one's own
    (PermissionDenied). Does nothing to one that was decided already.
    """
    regrade = _to_decide(regrade, by)
    if regrade.state != State.PROPOSED:
        return regrade
    version = QuestionVersion.objects.select_for_update().get(pk=regrade.version_id)
    _hold_work(version)
    effect, passing = Effect(), set()
    rows: list[RegradedAttempt] = []
    for attempt, change in changes_of(version, regrade.content, effect):
        rows.append(
            RegradedAttempt(
                regrade=regrade,
                attempt=attempt,
                score_before=change.score_before,
                was_passed=change.was_passed,
                score_marked=change.score_marked,
                score=change.score,
                is_passed=change.is_passed,
            )
        )
        if change.gains_pass:
            passing.add(attempt.enrolment_id)
    RegradedAttempt.objects.bulk_create(rows, batch_size=CHUNK)
    regrade.correction = correct_version(version=version, content=regrade.content, by=regrade.proposed_by, at=at)
    regrade.state, regrade.decided_by, regrade.decided_at = State.APPLIED, by, at
    regrade.counts = effect.counts
    regrade.save(update_fields=["correction", "state", "decided_by", "decided_at", "counts"])
    for enrolment in Enrolment.objects.filter(pk__in=passing, state=Enrolment.State.OPEN).order_by("pk"):
        _complete(enrolment, at)
    write_log(regrade, "records.apply_regrade", by)
    return regrade


def _complete(enrolment: Enrolment, at: datetime) -> None:
    """Completes the module on the day of the attempt that passes, or of what was done last, if that came later."""
    enrolment = lock_enrolment(enrolment)
    counting = set(enrolment.edition.lessons.filter(is_counting=True).values_list("lesson_key", flat=True))
    attempts = Attempt.objects.counting().filter(enrolment=enrolment, part=Part.LESSON)
    first: dict[Any, datetime] = {}
    for lesson_key, moment, _score, is_passed in attempts.results("lesson_key", "submitted_at"):
        # A quiz that counts is done with the first pass, practice with the first attempt.
        if is_passed or lesson_key not in counting:
            first.setdefault(lesson_key, moment)
    read = LessonProgress.objects.filter(enrolment=enrolment).values_list("done_at", flat=True)
    done_at = max([*first.values(), *read], default=at)
    complete_if_a_quiz_decides(enrolment, done_at, recorded_at=at)


def _hold_work(version: QuestionVersion) -> None:
    """Waits for whoever hands in what asks the version: they are marked before, and looked at again, or after."""
    carrying = QuizVersion.objects.filter(places__question_version=version)
    asking = Q(drafts__quiz_version__in=carrying) | Q(attempts__quiz_version__in=carrying)
    work = Enrolment.objects.filter(asking, state=Enrolment.State.OPEN).values("pk")
    held = list(Enrolment.objects.select_for_update().filter(pk__in=work).order_by("pk").values_list("pk", flat=True))
    list(AttemptDraft.objects.select_for_update().filter(enrolment__in=held).order_by("pk").values_list("pk"))


def _locked(regrade: Regrade) -> Regrade:
    return Regrade.objects.select_for_update(of=("self",)).select_related("proposed_by", "version").get(pk=regrade.pk)


def _to_decide(regrade: Regrade, by: User) -> Regrade:
    regrade = _locked(regrade)
    if not may_decide(by, regrade):
        raise PermissionDenied(_("A reviewer who did not propose it decides."))
    return regrade
