"""A quiz as it stands in the editor, read in the shape that a version keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname as localised

from quizzes import marking
from quizzes.kinds import KINDS

if TYPE_CHECKING:
    from quizzes.models import Quiz


@dataclass(frozen=True)
class DraftQuestion:
    """A question as it stands in the editor, in the shape that a version keeps."""

    key: str
    kind: str
    content: Mapping[str, Any]

    @property
    def content_hash(self) -> str:
        """The same for the same question, whatever the order in which its parts are stored."""
        return canonical_hash({"kind": self.kind, "content": self.content})

    def as_question(self) -> marking.Question:
        """The question as learners would be asked it."""
        return marking.question_from_content(self.key, None, self.kind, self.content)


def canonical_hash(content: Any) -> str:
    """The SHA-256 of a JSON value written in one way only."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def texts_of_field(quiz: Quiz, name: str) -> dict[str, str]:
    """The languages of a quiz's own text that say something."""
    texts = {code: getattr(quiz, localised(name, code)) or "" for code, _name in settings.LANGUAGES}
    return {code: text.strip() for code, text in texts.items() if text.strip()}


def draft_questions(quiz: Quiz) -> tuple[DraftQuestion, ...]:
    """The questions as they stand in the editor."""
    return tuple(
        DraftQuestion(str(child.id or number), child.block_type, KINDS[child.block_type].content_from(child.value))
        for number, child in enumerate(quiz.questions, start=1)
    )


def quiz_hash(quiz: Quiz) -> str:
    """What tells whether a quiz has changed since it was frozen: equal to that of the version it would become."""
    return canonical_hash(
        {
            "title": texts_of_field(quiz, "title"),
            "introduction": texts_of_field(quiz, "introduction"),
            "pass_mark": quiz.pass_mark,
            "is_shuffled": quiz.is_shuffled,
            "questions": [[question.key, question.content_hash] for question in draft_questions(quiz)],
        }
    )
