"""A quiz as a learner would see it, for the editor's preview: nothing in it tells what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quizzes.drafts import bank_draft, draft_lines, texts_of_field
from quizzes.marking import arrange
from quizzes.questions import in_language, served_language
from quizzes.showing import as_question, as_shown

if TYPE_CHECKING:
    from quizzes.models import Question, Quiz


def preview_context(quiz: Quiz, code: str) -> dict[str, Any]:
    """What the preview page needs: the texts and questions in the one language in which they would be served."""
    title, introduction = texts_of_field(quiz, "title"), texts_of_field(quiz, "introduction")
    lines = draft_lines(quiz)
    # Of a draw as many as an attempt asks: which ones is chance.
    asked = [question.as_question() for line in lines for question in line.questions[: line.asks]]
    language = served_language(asked, code, [title, introduction])
    opening, *questions = as_shown([as_question(introduction), *arrange(asked, 0, False)], language)
    return {
        "title": in_language(title, language),
        "introduction": in_language(opening.text, language),
        "questions": questions,
        "language": language,
        "is_untranslated": language != code,
        "has_draws": any(line.count is not None for line in lines),
    }


def question_preview_context(question: Question, code: str) -> dict[str, Any]:
    """What the preview page needs for one question of the bank."""
    draft = bank_draft(question)
    asked = [draft.as_question()] if draft else []
    language = served_language(asked, code)
    return {
        "title": question.name,
        "introduction": "",
        "questions": as_shown(arrange(asked, 0, False), language),
        "language": language,
        "is_untranslated": language != code,
    }
