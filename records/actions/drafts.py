"""Quizzes that are being answered: beginning one."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from quizzes.models import QuizVersion
from quizzes.selectors import questions_to_ask
from records.models import AttemptDraft, Enrolment, Part
from records.selectors.quizzes import asked_before


def begun_draft(
    *, enrolment: Enrolment, lesson_key: UUID, version: QuizVersion, at: datetime, part: str = Part.LESSON
) -> AttemptDraft:
    """A quiz that begins to be answered, in an order and with draws of its own; the draft under way is given back.

    Runs inside its caller's transaction, with the enrolment locked, so that nobody begins a second one meanwhile.
    """
    if draft := AttemptDraft.objects.filter(enrolment=enrolment, lesson_key=lesson_key, part=part).first():
        return draft
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
    )
