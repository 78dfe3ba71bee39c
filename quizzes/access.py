"""Who may see the bank of questions, and who may bring questions into it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

SEE = ("quizzes.view_quiz", "quizzes.change_quiz", "quizzes.add_quiz")
BRING = "quizzes.add_quiz"


def may_bring_questions(person: Any) -> bool:
    """Whether a person may add questions to the bank: whoever may write quizzes."""
    return bool(person.has_perm(BRING))


def refuse_bank(person: Any) -> None:
    """Raise PermissionDenied for whoever may not see the bank."""
    if not any(person.has_perm(permission) for permission in SEE):
        raise PermissionDenied


def refuse_bringing(person: Any) -> None:
    """Raise PermissionDenied for whoever may not add questions."""
    if not may_bring_questions(person):
        raise PermissionDenied
