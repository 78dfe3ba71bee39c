"""Who may see the bank of questions, and who may bring questions into it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied

from organisations.groups import write_permission

SEE = ("quizzes.view_question", "quizzes.change_question", "quizzes.add_question")
BRING = "quizzes.add_question"
CHANGE = "quizzes.change_question"
#: Status and tags are the same in every language.
COMMON = write_permission(settings.LANGUAGE_CODE)


def may_bring_questions(person: Any) -> bool:
    """Whether a person may add questions to the bank: whoever may write them."""
    return bool(person.has_perm(BRING))


def may_change_questions(person: Any) -> bool:
    """Whether a person may change questions of the bank, if only in their language."""
    return bool(person.has_perm(CHANGE))


def may_change_many(person: Any) -> bool:
    """Whether a person may change the status and the tags of questions."""
    return may_change_questions(person) and bool(person.has_perm(COMMON))


def refuse_bank(person: Any) -> None:
    """Raise PermissionDenied for whoever may not see the bank."""
    if not any(person.has_perm(permission) for permission in SEE):
        raise PermissionDenied


def refuse_bringing(person: Any) -> None:
    """Raise PermissionDenied for whoever may not add questions."""
    if not may_bring_questions(person):
        raise PermissionDenied


def refuse_adding(person: Any) -> None:
    """Raise PermissionDenied for whoever may not add questions to a quiz: who translates changes what is there."""
    if not (person.has_perm("quizzes.change_quiz") and person.has_perm(COMMON)):
        raise PermissionDenied


def refuse_many(person: Any) -> None:
    """Raise PermissionDenied for whoever may not change the status and the tags of questions."""
    if not may_change_many(person):
        raise PermissionDenied
