"""What a person does in a module: start it, finish lessons, answer quizzes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.cards import LessonCard, card_of
from courses.models import EditionLesson, ModulePage
from courses.selectors import live_edition_of
from organisations.clock import day_of
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import role_slugs_of
from quizzes.marking import QuizResult, arrange, is_answered, known_answer, mark_quiz, may_follow, may_keep, passes
from quizzes.questions import Question
from quizzes.selectors import language_of, questions_of
from records.access import get_attempt_of_draft_for, lock_draft_for
from records.actions.before_after import leave_before_out, refuse_if_over
from records.actions.completions import complete_if_a_quiz_decides, complete_module, lock_enrolment
from records.actions.drafts import begun_draft
from records.actions.refusals import (
    AlreadyHandedIn,
    AnswerChangedElsewhere,
    AnswerStands,
    ChoiceStands,
    IsLeftBehind,
    LessonHasNoQuiz,
    LessonHasQuiz,
    LessonIsNotYours,
    ModuleIsNotOpen,
    NoSuchChoice,
    NothingToTake,
    TimeIsUp,
    WorkHasEnded,
)
from records.models import Attempt, AttemptDraft, Completion, Enrolment, LessonProgress, Part
from records.rules.progress import Work, progress_of
from records.rules.quizzes import is_over
from records.rules.seconds import with_time
from records.selectors.lessons_of_roles import only_to_add
from records.selectors.quiz_rules import will_be_told
from records.selectors.stepping import newer_that_must_be_taken


@transaction.atomic
def start_module(*, person: User, module: ModulePage, at: datetime) -> Enrolment:
    """Enrols the person on the module's live edition; the open enrolment, if there is one, is given back.

    Whom a completion lacks only lessons of their role is asked for these alone: the others are done.
    Raises ModuleIsNotOpen without a live edition, NothingToTake when no lesson is for the person's roles.
    """
    started = Enrolment.objects.filter(
        same_person(person), module_key=module.module_key, state=Enrolment.State.OPEN
    ).select_related("edition")
    if enrolment := started.first():
        return enrolment
    edition = live_edition_of(module)
    if edition is None:
        raise ModuleIsNotOpen
    slugs = role_slugs_of(person, day_of(at))
    if not any(lesson.is_for(slugs) for lesson in edition.lessons.defer("content")):
        raise NothingToTake
    adding = only_to_add(person, edition, slugs, day_of(at))
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                person=person, module=module, module_key=module.module_key, edition=edition, started_at=at
            )
            if adding:
                _take_over(enrolment, *adding, slugs, at)
            return enrolment
    except IntegrityError:
        # The same press of the button, twice: the other one was first.
        return started.get()


def _take_over(
    enrolment: Enrolment, earlier: Completion, asked: Sequence[LessonCard], role_slugs: Collection[str], at: datetime
) -> None:
    """Marks as done what the earlier completion holds."""
    keys = {lesson.lesson_key for lesson in asked}
    lessons = progress_of(card_of(enrolment.edition).lessons, role_slugs, Work()).lessons
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_key=lesson.lesson_key, done_at=at, done_in=earlier)
        for lesson in lessons
        if lesson.lesson_key not in keys
    )


@transaction.atomic
def mark_lesson_done(*, enrolment: Enrolment, lesson_key: UUID, at: datetime) -> Completion | None:
    """Records that a lesson is done, once; completes the module where this was the last thing and a quiz decides.

    Raises WorkHasEnded, IsLeftBehind, LessonIsNotYours, and LessonHasQuiz for a lesson that its quiz finishes.
    """
    enrolment, lesson = open_lesson(enrolment, lesson_key, at)
    if lesson.quiz_version_id is not None:
        raise LessonHasQuiz
    LessonProgress.objects.get_or_create(enrolment=enrolment, lesson_key=lesson_key, defaults={"done_at": at})
    leave_before_out(enrolment)
    return complete_if_a_quiz_decides(enrolment, at)


@transaction.atomic
def start_attempt(*, enrolment: Enrolment, lesson_key: UUID, at: datetime) -> AttemptDraft:
    """Begins to answer the lesson's quiz, in an order of its own; the draft under way, if any, is given back.

    Raises WorkHasEnded, IsLeftBehind, LessonIsNotYours, LessonHasNoQuiz, and NoAttemptsLeft when the quiz allows so
    many and the person has used them without passing.
    """
    enrolment, lesson = open_lesson(enrolment, lesson_key, at)
    version = lesson.quiz_version
    if version is None:
        raise LessonHasNoQuiz
    return begun_draft(enrolment=enrolment, lesson_key=lesson_key, version=version, at=at)


@transaction.atomic
def save_answer(
    *, draft: AttemptDraft, question: Question, answer: Sequence[str], seen: Sequence[str], at: datetime
) -> AttemptDraft:
    """Keeps the answer to one question; `seen` is the answer that the page showed when it was opened.

    Raises AlreadyHandedIn when the draft is an attempt by now, WorkHasEnded, NoSuchChoice for choices that the
    question does not offer, ChoiceStands for a step of a case whose consequence was read, AnswerStands where the quiz
    has said what is right, TimeIsUp after its end, and AnswerChangedElsewhere when another window saved something
    else in between.
    """
    known = known_answer(question, answer)
    if len(known) != len(set(answer)) or not may_keep(question, known):
        raise NoSuchChoice
    kept = AttemptDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if kept is None:
        raise AlreadyHandedIn
    refuse_if_over(draft)
    stored = kept.answers.get(question.key, [])
    # Read alike, so that the order in which choices were sent once is no difference.
    before = known_answer(question, stored)
    if before == known:
        return kept
    if is_over(kept.ends_at, at):
        raise TimeIsUp
    if will_be_told(draft, question) and is_answered(question, before):
        raise AnswerStands
    if not may_follow(question, before, known):
        raise ChoiceStands
    if before != known_answer(question, seen):
        raise AnswerChangedElsewhere(stored)
    kept.answers[question.key] = list(known)
    kept.seconds = with_time(kept.seconds, question.key, since=kept.saved_at, at=at)
    kept.saved_at = at
    kept.save(update_fields=["answers", "seconds", "saved_at"])
    return kept


@transaction.atomic
def submit_attempt(
    *, person: User, key: UUID, at: datetime, language: str = "", confidence: int | None = None
) -> Attempt:
    """Marks the person's answers and keeps them as an attempt; completes the module where that was the last thing.

    `language` is the one that the person reads the site in; the attempt keeps the one that the quiz is served in then.
    `confidence` is how sure they are, 1 to 5, where that is asked: before and after a module.
    Handing in the same draft again gives the same attempt. Who must move to a newer edition hands in what they have
    answered all the same; the module is completed after they moved. Raises WorkHasEnded when the module was finished
    without it, and Http404 for a key that is not the person's.
    """
    locked = lock_draft_for(person, key)
    if locked is None:
        return get_attempt_of_draft_for(person, key)
    draft, attempts_before = locked
    refuse_if_over(draft)
    questions = questions_of(draft.quiz_version, draft.asked_versions)
    attempt = marked_attempt(draft, questions, number=attempts_before + 1, at=at, language=language)
    attempt.confidence = confidence if draft.part != Part.LESSON else None
    attempt.save(force_insert=True)
    draft.delete()
    if draft.part == Part.LESSON:
        leave_before_out(draft.enrolment)
        complete_if_a_quiz_decides(draft.enrolment, at)
    return attempt


@transaction.atomic
def finish_module(*, enrolment: Enrolment, at: datetime) -> Completion:
    """The person says that they have finished; raises what complete_module raises."""
    return complete_module(enrolment=enrolment, at=at)


def open_lesson(enrolment: Enrolment, lesson_key: UUID, at: datetime) -> tuple[Enrolment, EditionLesson]:
    """The enrolment, held until the transaction ends, and the lesson in it that the person can work on.

    Raises WorkHasEnded, IsLeftBehind and LessonIsNotYours.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.state != Enrolment.State.OPEN:
        raise WorkHasEnded
    lessons = EditionLesson.objects.filter(edition=enrolment.edition_id, lesson_key=lesson_key).defer("content")
    lessons = lessons.select_related("quiz_version")
    lesson = lessons.annotate(is_behind=newer_that_must_be_taken("edition__")).first()
    if lesson is not None and lesson.is_behind:
        raise IsLeftBehind
    if lesson is None or not lesson.is_for(role_slugs_of(enrolment.person, day_of(at))):
        raise LessonIsNotYours
    return enrolment, lesson


def marked_attempt(
    draft: AttemptDraft, questions: Sequence[Question], *, number: int, at: datetime, language: str = ""
) -> Attempt:
    """The attempt that comes of a draft when it is handed in, not yet saved; it asks these questions."""
    version = draft.quiz_version
    asked = arrange(questions, draft.seed, version.is_shuffled)
    result = mark_quiz(asked, draft.answers)
    # Before and after nothing is passed or failed.
    pass_mark = version.pass_mark if draft.part == Part.LESSON else 0
    return Attempt(
        enrolment=draft.enrolment,
        part=draft.part,
        lesson_key=draft.lesson_key,
        quiz_version=version,
        number=number,
        questions=[_as_asked(question, draft, result) for question in asked],
        language=language and language_of(version, tuple(questions), language),
        score=result.score,
        pass_mark=Decimal(pass_mark) / 100,
        is_passed=passes(result.score, pass_mark),
        idempotency_key=draft.key,
        started_at=draft.started_at,
        submitted_at=at,
    )


def _as_asked(question: Question, draft: AttemptDraft, result: QuizResult) -> dict[str, Any]:
    """A question in an attempt's row: in which version and order it was asked, what was answered, and its mark."""
    row: dict[str, Any] = {
        "key": question.key,
        "version_id": question.version_id,
        "choices": [choice.key for choice in question.choices],
        "answer": list(known_answer(question, draft.answers.get(question.key, []))),
    }
    if question.key_version_id:
        row["key_version_id"] = question.key_version_id
    if question.parts:
        row["parts"] = {part.key: [choice.key for choice in part.choices] for part in question.parts}
    if question.key in result.marks:
        row["mark"] = str(result.marks[question.key])
    if question.key in draft.seconds:
        row["seconds"] = draft.seconds[question.key]
    return row
