"""A quiz as it stands in the editor, read in the shape that a version keeps."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname as localised

from quizzes.kinds.registry import KINDS
from quizzes.kinds.rules import RULES
from quizzes.questions import Question, question_from_content

if TYPE_CHECKING:
    from quizzes.models import Question as BankQuestion
    from quizzes.models import Quiz

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


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

    def as_question(self) -> Question:
        """The question as learners would be asked it."""
        return question_from_content(self.key, None, self.kind, self.content)


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


def bank_draft(question: BankQuestion) -> DraftQuestion | None:
    """A question of the bank as it stands, or nothing where none was written yet."""
    for child in question.body:
        return DraftQuestion(str(question.key), child.block_type, KINDS[child.block_type].content_from(child.value))
    return None


def has_marked_question(quiz: Quiz) -> bool:
    """Whether anything in the quiz counts in a score, or nothing is asked yet."""
    return not quiz.questions or any(RULES[child.block_type].is_marked for child in quiz.questions)


def with_languages(stored: Any, posted: Any, codes: Collection[str]) -> Any:
    """Stored questions with the posted texts in these languages only; whatever else came with them is left out.

    Questions and choices are known by their ids, so a form that was opened before somebody else's change is no harm.
    """
    if isinstance(stored, Mapping):
        if not isinstance(posted, Mapping):
            return stored
        if settings.LANGUAGE_CODE in stored and all(code in LANGUAGES for code in stored):
            return {**stored, **{code: posted[code] for code in codes if code in posted}}
        return {name: with_languages(part, posted.get(name), codes) for name, part in stored.items()}
    if isinstance(stored, list):
        items = [each for each in posted if isinstance(each, Mapping)] if isinstance(posted, list) else []
        by_id = {each.get("id"): each for each in items}
        return [with_languages(each, by_id.get(each.get("id")), codes) for each in stored]
    return stored


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
