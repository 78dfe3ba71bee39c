"""Who corrects what is right in a question that was asked, and who decides about it: never the same person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from courses.access import may_review, refuse_others
from organisations.groups import write_permission
from quizzes.models import QuestionVersion, Quiz
from records.models import Regrade


def may_correct(person: Any) -> bool:
    """Whether the person writes quizzes in English, and so what is right in them."""
    return bool(person.has_perm("quizzes.change_quiz") and person.has_perm(write_permission(settings.LANGUAGE_CODE)))


def may_decide(person: Any, regrade: Regrade) -> bool:
    """Whether the person reviews, and somebody else proposed it."""
    proposer = regrade.proposed_by
    return may_review(person) and not (proposer is not None and proposer.is_same_as(person))


def may_discard(person: Any, regrade: Regrade) -> bool:
    """Whether the person may lay it aside: trainers their own, and what anybody proposed."""
    proposer = regrade.proposed_by
    is_own = proposer is not None and proposer.is_same_as(person)
    return may_correct(person) and (is_own or regrade.state == Regrade.State.PROPOSED)


def may_read_few(person: Any, regrade: Regrade) -> bool:
    """Whether the person reads numbers about few people: who is to decide has to see them, and who decided has.

    Whoever tries one key after the other could read out of them what a few people answered.
    """
    if regrade.decided_by is not None:
        return bool(regrade.decided_by.is_same_as(person))
    return regrade.state == Regrade.State.PROPOSED and may_decide(person, regrade)


def get_quiz_to_correct(person: Any, pk: int) -> Quiz:
    """A quiz, for whoever may correct it; raises PermissionDenied and Http404."""
    require_corrector(person)
    return get_object_or_404(Quiz, pk=pk)


def get_version_to_correct(person: Any, pk: int) -> QuestionVersion:
    """A version of a question, for whoever may correct it; raises PermissionDenied and Http404."""
    require_corrector(person)
    return get_object_or_404(QuestionVersion.objects.filter(places__isnull=False).distinct(), pk=pk)


def get_regrade_for(person: Any, pk: int) -> Regrade:
    """A regrade, to read: for trainers, reviewers and operators; one that is not proposed, for its writer only."""
    refuse_others(person)
    regrade = get_object_or_404(Regrade.objects.select_related("version", "proposed_by", "decided_by"), pk=pk)
    proposer = regrade.proposed_by
    if regrade.state == Regrade.State.WRITTEN and not (proposer is not None and proposer.is_same_as(person)):
        raise PermissionDenied(_("This is not proposed yet."))
    return regrade


def require_corrector(person: Any) -> None:
    """Raises PermissionDenied for whoever may not correct quizzes."""
    if not may_correct(person):
        raise PermissionDenied(_("Only trainers who write in English correct what is right."))
