"""Correcting what is right in a question that was asked: nothing that was frozen changes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from organisations.models import User
from quizzes.actions.bank import save_question
from quizzes.actions.quizzes import save_quiz
from quizzes.drafts import bank_draft, canonical_hash
from quizzes.kinds.registry import KINDS
from quizzes.models import Correction, Question, QuestionVersion, Quiz
from quizzes.selectors import current_questions


@transaction.atomic
def correct_version(
    *, version: QuestionVersion, content: Mapping[str, Any], by: User | None, at: datetime
) -> Correction:
    """From now on whoever is asked this version is marked by this content, which the caller has compared with it.

    What stands in the bank and in quizzes just as it was asked is corrected too; a quiz that cannot be saved for
    another reason keeps its own text.
    """
    # The lock makes numbers go up one by one, and lets one correction after the other stand.
    version = QuestionVersion.objects.select_for_update().get(pk=version.pk)
    versions = QuestionVersion.objects.filter(question_key=version.question_key)
    content_hash = canonical_hash({"kind": version.kind, "content": content})
    stood = {version.content_hash, current_questions([version.pk])[version.pk][1]}
    corrected = versions.filter(content_hash=content_hash).first() or QuestionVersion.objects.create(
        question_key=version.question_key,
        number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=version.kind,
        content=content,
        content_hash=content_hash,
        created_at=at,
    )
    correction = Correction.objects.create(version=version, corrected=corrected, made_at=at)
    _correct_drafts(version, content, stood, by, at)
    return correction


def _correct_drafts(
    version: QuestionVersion, content: Mapping[str, Any], stood: set[str], by: User | None, at: datetime
) -> None:
    """What cannot be saved for another reason keeps its own text: it must not keep anybody from being marked anew."""
    kind, key = KINDS[version.kind], str(version.question_key)
    value = kind.stored_value(content)
    question = Question.objects.filter(key=version.question_key).first()
    draft = bank_draft(question) if question else None
    if question and draft and draft.content_hash in stood:
        question.body = [{"type": version.kind, "value": value, "id": key}]
        with suppress(ValidationError), transaction.atomic():
            save_question(question=question, by=by, at=at)
    for quiz in Quiz.objects.filter(versions__places__question_version=version).distinct().order_by("pk"):
        blocks, is_changed = [], False
        for child, stored in zip(quiz.questions, quiz.questions.get_prep_value(), strict=True):
            if str(child.id) == key and child.block_type == version.kind:
                now = canonical_hash({"kind": version.kind, "content": kind.content_from(child.value)})
                if now in stood:
                    stored, is_changed = {**stored, "value": {**stored["value"], **value}}, True
            blocks.append(stored)
        if is_changed:
            quiz.questions = blocks
            with suppress(ValidationError), transaction.atomic():
                save_quiz(quiz=quiz, by=by, at=at)
