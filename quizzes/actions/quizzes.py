"""Quizzes as trainers write them, and freezing them into versions that never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail.log_actions import log

from organisations.models import User
from quizzes.drafts import DraftQuestion, draft_questions, quiz_hash, texts_of_field
from quizzes.kinds.registry import KINDS
from quizzes.models import QuestionVersion, Quiz, QuizVersion, QuizVersionQuestion
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
) -> Quiz:
    """Write a new quiz from stored blocks; refuses (ValidationError) what the editor would refuse."""
    quiz = Quiz(pass_mark=pass_mark, is_shuffled=is_shuffled, key=key or uuid4())
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
    # modeltranslation copies the active language's text into the plain column: pin it to English.
    with translation.override(settings.LANGUAGE_CODE):
        quiz.save()
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


@transaction.atomic
def freeze_quiz(*, quiz: Quiz, at: datetime) -> QuizVersion:
    """The version of a quiz as it is stored now, made if its content is new; refuses (ValidationError) a quiz that
    cannot be asked: no questions, or a question that its kind calls a problem."""
    # The lock makes numbers go up one by one when two people hand in at once (SQLite locks the whole file).
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    refuse_unusable(quiz)
    content_hash = quiz_hash(quiz)
    existing = QuizVersion.objects.filter(quiz_key=quiz.key, content_hash=content_hash).first()
    if existing:
        return existing
    version = QuizVersion.objects.create(
        quiz=quiz,
        quiz_key=quiz.key,
        number=_next_number(QuizVersion.objects.filter(quiz_key=quiz.key)),
        title=texts_of_field(quiz, "title"),
        introduction=texts_of_field(quiz, "introduction"),
        pass_mark=quiz.pass_mark,
        is_shuffled=quiz.is_shuffled,
        content_hash=content_hash,
        created_at=at,
    )
    frozen = [_freeze_question(question, at) for question in draft_questions(quiz)]
    QuizVersionQuestion.objects.bulk_create(
        QuizVersionQuestion(quiz_version=version, question_version=question, position=position)
        for position, question in enumerate(frozen, start=1)
    )
    return version


def refuse_unusable(quiz: Quiz) -> None:
    """Raise ValidationError when the quiz has no questions or one that cannot be asked."""
    if not quiz.questions:
        raise ValidationError(_("“%(quiz)s” has no questions yet.") % {"quiz": quiz.title})
    problems = [
        _("“%(quiz)s”, question %(number)s: %(problem)s")
        % {"quiz": quiz.title, "number": number, "problem": problem.message}
        for number, child in enumerate(quiz.questions, start=1)
        for problem in KINDS[child.block_type].problems(child.value)
    ]
    if problems:
        raise ValidationError(problems)


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


def _freeze_question(question: DraftQuestion, at: datetime) -> QuestionVersion:
    versions = QuestionVersion.objects.filter(question_key=question.key)
    existing = versions.filter(content_hash=question.content_hash).first()
    return existing or QuestionVersion.objects.create(
        question_key=question.key,
        number=_next_number(versions),
        kind=question.kind,
        content=question.content,
        content_hash=question.content_hash,
        created_at=at,
    )


def _next_number(versions: Any) -> int:
    return (versions.aggregate(last=Max("number"))["last"] or 0) + 1


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
