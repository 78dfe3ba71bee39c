"""Quizzes that are being answered: beginning one."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from quizzes.models import QuizVersion
from quizzes.selectors import questions_to_ask
from records.actions.refusals import NoAttemptsLeft
from records.models import AttemptDraft, Enrolment, Part
from records.rules.quizzes import end_of
from records.selectors.quiz_rules import minutes_of, tries_at
from records.selectors.quizzes import asked_before


def begun_draft(
    *, enrolment: Enrolment, lesson_key: UUID, version: QuizVersion, at: datetime, part: str = Part.LESSON
) -> AttemptDraft:
    """A quiz that begins to be answered, in an order and with draws of its own; the draft under way is given back.

    Runs inside its caller's transaction, with the enrolment locked, so that nobody begins a second one meanwhile.
    Raises NoAttemptsLeft when a lesson's quiz allows so many and the person has used them without passing.
    """
    if draft := AttemptDraft.objects.filter(enrolment=enrolment, lesson_key=lesson_key, part=part).first():
        return draft
    ends_at = _end_allowed(enrolment, lesson_key, version, at) if part == Part.LESSON else None
    seed = secrets.randbits(62)
    return AttemptDraft.objects.create(
        enrolment=enrolment,
        lesson_key=lesson_key,
        part=part,
        quiz_version=version,
        seed=seed,
        asked_versions=questions_to_ask(version, asked_before(enrolment.person, version), seed),
        started_at=at,
        saved_at=at,
        ends_at=ends_at,
    )


def _end_allowed(enrolment: Enrolment, lesson_key: UUID, version: QuizVersion, at: datetime) -> datetime | None:
    person = enrolment.person
    tries = tries_at(person, enrolment.pk, enrolment.module_key, lesson_key, version.attempts_allowed)
    if tries.left == 0:
        raise NoAttemptsLeft
    return end_of(at, minutes_of(person, version.minutes_allowed))
