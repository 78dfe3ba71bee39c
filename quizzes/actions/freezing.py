"""Freezing quizzes into versions that never change, with what they take from the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from quizzes.actions.quizzes import refuse_unusable
from quizzes.drafts import (
    DraftLine,
    DraftQuestion,
    bank_of,
    draft_lines,
    named_in_bank,
    quiz_hash,
    texts_of_field,
)
from quizzes.models import Question, QuestionVersion, Quiz, QuizVersion, QuizVersionDraw, QuizVersionQuestion, Tag
from quizzes.pictures import with_pictures


@transaction.atomic
def freeze_quiz(*, quiz: Quiz, at: datetime) -> QuizVersion:
    """The version of a quiz as it is stored now, made if its content is new; refuses (ValidationError) a quiz that
    cannot be asked: no questions, a question that its kind calls a problem, or a draw that finds too few."""
    # The lock makes numbers go up one by one when two people hand in at once (SQLite locks the whole file).
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    _hold_bank(quiz)
    refuse_unusable(quiz)
    bank = bank_of([quiz])
    content_hash = quiz_hash(quiz, bank)
    existing = QuizVersion.objects.filter(quiz_key=quiz.key, content_hash=content_hash).first()
    if existing:
        return existing
    version = QuizVersion.objects.create(
        quiz=quiz,
        quiz_key=quiz.key,
        number=(QuizVersion.objects.filter(quiz_key=quiz.key).aggregate(last=Max("number"))["last"] or 0) + 1,
        title=texts_of_field(quiz, "title"),
        introduction=texts_of_field(quiz, "introduction"),
        pass_mark=quiz.pass_mark,
        is_shuffled=quiz.is_shuffled,
        **quiz.own_rules,
        content_hash=content_hash,
        created_at=at,
    )
    _freeze_lines(version, draft_lines(quiz, bank), at)
    return version


def _hold_bank(quiz: Quiz) -> None:
    """Keeps what the quiz takes from the bank as it is for the transaction: another quiz may freeze the same."""
    ids, tags = named_in_bank(quiz)
    if ids or tags:
        named = Question.objects.filter(Q(pk__in=ids) | Q(tags__folded__in=tags))
        list(Question.objects.select_for_update().filter(pk__in=named.values("pk")).order_by("pk").values_list("pk"))


def _freeze_lines(version: QuizVersion, lines: Sequence[DraftLine], at: datetime) -> None:
    questions = [question for line in lines for question in line.questions]
    frozen = _freeze_questions(questions, at)
    # Their pictures are drawn now, so that reading a question writes nothing.
    with_pictures([question.as_question() for question in questions])
    names = dict(Tag.objects.filter(folded__in=[line.tag for line in lines if line.tag]).values_list("folded", "name"))
    places: list[QuizVersionQuestion] = []
    for line in lines:
        draw = None
        if line.count is not None:
            draw = QuizVersionDraw.objects.create(
                quiz_version=version, position=len(places) + 1, count=line.count, tag=names.get(line.tag, line.tag)
            )
        for question in line.questions:
            places.append(
                QuizVersionQuestion(
                    quiz_version=version,
                    question_version=frozen[question.key],
                    position=len(places) + 1,
                    draw=draw,
                    tags=list(question.tags),
                )
            )
    QuizVersionQuestion.objects.bulk_create(places)


def _freeze_questions(questions: Sequence[DraftQuestion], at: datetime) -> dict[str, QuestionVersion]:
    """The version of each question by its key, those made that are new."""
    versions: dict[str, list[QuestionVersion]] = defaultdict(list)
    for version in QuestionVersion.objects.filter(question_key__in=[question.key for question in questions]):
        versions[str(version.question_key)].append(version)
    frozen: dict[str, QuestionVersion] = {}
    new = []
    for question in questions:
        of_key = versions[question.key]
        found = next((each for each in of_key if each.content_hash == question.content_hash), None)
        if found is None:
            found = QuestionVersion(
                question_key=question.key,
                number=max((each.number for each in of_key), default=0) + 1,
                kind=question.kind,
                content=question.content,
                content_hash=question.content_hash,
                created_at=at,
            )
            new.append(found)
        frozen[question.key] = found
    QuestionVersion.objects.bulk_create(new)
    return frozen
