"""Quizzes as trainers write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail.log_actions import log

from organisations.models import User
from quizzes.drafts import READY, DraftLine, bank_of, draft_lines, named_in_bank
from quizzes.kinds.registry import KINDS
from quizzes.models import Quiz, Tag
from quizzes.selectors import is_on_record, places_using

TRANSLATED = ("title", "introduction")


@transaction.atomic
def create_quiz(
    *,
    title: str | Mapping[str, str],
    questions: Sequence[Mapping[str, Any]],
    by: User | None,
    at: datetime | None = None,
    introduction: str | Mapping[str, str] = "",
    pass_mark: int = 80,
    is_shuffled: bool = True,
    key: UUID | None = None,
    **rules: Any,
) -> Quiz:
    """Write a new quiz from stored blocks; refuses (ValidationError) what the editor would refuse.

    `rules` are those of QuizRules that are not as usual.
    """
    quiz = Quiz(pass_mark=pass_mark, is_shuffled=is_shuffled, key=key or uuid4(), **rules)
    _set(quiz, {"title": title, "introduction": introduction, "questions": questions})
    return save_quiz(quiz=quiz, by=by, at=at)


@transaction.atomic
def change_quiz(*, quiz: Quiz, by: User | None, at: datetime | None = None, **changes: Any) -> Quiz:
    """Change named fields of a quiz; refuses (ValidationError) what the editor would refuse."""
    _set(quiz, changes)
    return save_quiz(quiz=quiz, by=by, at=at)


@transaction.atomic
def save_quiz(*, quiz: Quiz, by: User | None, at: datetime | None = None) -> Quiz:
    """Keep a quiz as written, with its history; refuses (ValidationError) missing texts and unusable questions."""
    is_new = quiz.pk is None
    quiz.full_clean()
    refuse_unusable(quiz)
    quiz.questions = quiz.questions.stream_block.clean(quiz.questions)
    named, tags = named_in_bank(quiz)
    # modeltranslation copies the active language's text into the plain column: pin it to English.
    with translation.override(settings.LANGUAGE_CODE):
        quiz.save()
    quiz.bank_questions.set(named)
    quiz.drawn_tags.set(Tag.objects.filter(folded__in=tags))
    revision = quiz.save_revision(user=by, changed=True)
    log(
        instance=quiz,
        action="wagtail.create" if is_new else "wagtail.edit",
        user=by,
        revision=revision,
        content_changed=True,
        timestamp=at or timezone.now(),
    )
    return quiz


@transaction.atomic
def delete_quiz(*, quiz: Quiz, by: User | None) -> None:
    """Remove a quiz that nobody needs; refuses (ValidationError) one that a lesson, an edition or a record uses."""
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    refuse_delete([quiz])
    log(instance=quiz, action="wagtail.delete", user=by)
    quiz.delete()


def refuse_unusable(quiz: Quiz) -> None:
    """Raise ValidationError when the quiz has no questions, one that cannot be asked, or a draw that finds too few."""
    if not quiz.questions:
        raise ValidationError(_("“%(quiz)s” has no questions yet.") % {"quiz": quiz.title})
    bank = bank_of([quiz])
    if problems := [
        _("“%(quiz)s”, question %(number)s: %(problem)s")
        % {"quiz": quiz.title, "number": line.number, "problem": problem}
        for line in draft_lines(quiz, bank)
        for problem in _problems_of(quiz, line)
    ]:
        raise ValidationError(problems)


def _problems_of(quiz: Quiz, line: DraftLine) -> list[str]:
    child = quiz.questions[line.number - 1]
    if child.block_type in KINDS:
        return [problem.message for problem in KINDS[child.block_type].problems(child.value)]
    if line.count is not None:
        words = _("The bank has %(found)s ready questions about “%(tag)s” for this line, but it asks %(count)s.")
        numbers = {"found": len(line.questions), "tag": line.tag, "count": line.count}
        return [words % numbers] if len(line.questions) < line.count or not line.count else []
    if line.of_bank is None:
        return [_("Its question is not in the bank any more. Choose another.")]
    said = {"question": line.of_bank}
    if not line.questions or line.of_bank.status != READY:
        return [_("“%(question)s” is not ready in the bank. Make it ready there, or choose another.") % said]
    is_twice = named_in_bank(quiz)[0].count(line.of_bank.pk) > 1
    return [_("“%(question)s” stands in the quiz twice. Take one out.") % said] if is_twice else []


def refuse_delete(quizzes: Iterable[Quiz]) -> None:
    """Raise ValidationError, in words for the person who asked, when any of the quizzes is in use."""
    quizzes = list(quizzes)
    places = places_using(quizzes)
    problems = []
    for quiz in quizzes:
        if places[quiz.pk]:
            words = _("“%(quiz)s” is kept, because it is asked here: %(lessons)s. Take it out there first.")
            problems.append(words % {"quiz": quiz.title, "lessons": "; ".join(places[quiz.pk])})
        elif is_on_record(quiz):
            words = _("“%(quiz)s” is kept, because published lessons or people's records rest on it.")
            problems.append(words % {"quiz": quiz.title})
    if problems:
        raise ValidationError(problems)


def _set(quiz: Quiz, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name in TRANSLATED:
            texts = {settings.LANGUAGE_CODE: value} if isinstance(value, str) else value
            for code, text in texts.items():
                setattr(quiz, localised(name, code), text)
        elif name == "questions":
            quiz.questions = list(value)
        else:
            setattr(quiz, name, value)
