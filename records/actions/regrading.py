"""Corrects what is right in a question that was asked, and looks at the answers again: two people, nobody loses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.mail import queue_with_write
from organisations.models import User
from quizzes.actions.corrections import correct_version
from quizzes.corrections import corrected
from quizzes.drafts import canonical_hash
from quizzes.models import QuestionVersion
from quizzes.selectors import current_questions
from records.access_regrades import may_decide, may_discard
from records.models import Regrade
from records.selectors.regrading import attempts_asking

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
def discard_regrade(*, regrade: Regrade, by: User, at: datetime) -> Regrade:
    """Lays it aside before anything was looked at again. Refuses who may not correct quizzes, and what somebody else
    has written and not proposed (PermissionDenied). Does nothing to one that was decided."""
    regrade = _locked(regrade)
    if not may_discard(by, regrade):
        raise PermissionDenied(_("Only trainers who write in English lay a correction aside."))
    if regrade.state in (State.WRITTEN, State.PROPOSED):
        regrade.state = State.DISCARDED
        regrade.save(update_fields=["state"])
        write_log(regrade, "records.discard_regrade", by)
    return regrade


@transaction.atomic
def apply_regrade(*, regrade: Regrade, by: User, at: datetime) -> Regrade:
    """From now on the corrected key marks; has all attempts that asked the version looked at again by the worker.

    Refuses one's own (PermissionDenied), and while another of the same version is being applied (ValidationError).
    Does nothing to one that was decided already.
    """
    regrade = _to_decide(regrade, by)
    if regrade.state != State.PROPOSED:
        return regrade
    # Of two that are applied at once, the second sees the first.
    version = QuestionVersion.objects.select_for_update().get(pk=regrade.version_id)
    if version.regrades.filter(state=State.APPLYING).exists():
        raise ValidationError(
            _(
                "Another correction of this question is being applied, and answers are still being looked at. Nothing "
                "is lost: apply this one once the other is done."
            )
        )
    regrade.correction = correct_version(
        version=regrade.version, content=regrade.content, by=regrade.proposed_by, at=at
    )
    regrade.state, regrade.decided_by, regrade.decided_at = State.APPLYING, by, at
    regrade.total = attempts_asking(regrade.version).count()
    regrade.save(update_fields=["correction", "state", "decided_by", "decided_at", "total"])
    write_log(regrade, "records.apply_regrade", by)
    _queue_looking()
    return regrade


def _queue_looking() -> None:
    from records.tasks import look_at_answers_again

    queue_with_write(look_at_answers_again)


def _locked(regrade: Regrade) -> Regrade:
    return Regrade.objects.select_for_update(of=("self",)).select_related("proposed_by", "version").get(pk=regrade.pk)


def _to_decide(regrade: Regrade, by: User) -> Regrade:
    regrade = _locked(regrade)
    if not may_decide(by, regrade):
        raise PermissionDenied(_("A reviewer who did not propose it decides."))
    return regrade
