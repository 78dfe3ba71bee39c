"""Who reads what answers teach: whoever may read quizzes in the CMS. No lead does by being one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import ModulePage
from quizzes.models import Quiz

READ = ("quizzes.view_quiz", "quizzes.change_quiz", "quizzes.add_quiz")


def may_read_answers(person: Any) -> bool:
    """Whether the person may read figures about answers."""
    return any(person.has_perm(permission) for permission in READ)


def get_quiz_for(person: Any, pk: int) -> Quiz:
    """The quiz; raises PermissionDenied for whoever may not read figures, and Http404."""
    _refuse(person)
    return get_object_or_404(Quiz, pk=pk)


def get_module_for(person: Any, module_key: UUID) -> ModulePage:
    """The module; raises PermissionDenied for whoever may not read figures, and Http404."""
    _refuse(person)
    module = ModulePage.objects.filter(translation_key=module_key).first()
    if module is None:
        raise Http404
    return module


def _refuse(person: Any) -> None:
    if not may_read_answers(person):
        raise PermissionDenied
