"""A quiz as a learner would see it, for the editor's preview; once answers are sent, marked as theirs would be.

Nothing is kept: the answers of a preview come with its address and go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quizzes.drafts import bank_draft, draft_lines, texts_of_field
from quizzes.kinds.base_form import QuestionForm, answer_in
from quizzes.kinds.registry import form_of
from quizzes.marking import arrange, is_marked, mark, mark_quiz, per_cent
from quizzes.questions import Question as AskedQuestion
from quizzes.questions import in_language, served_language
from quizzes.showing import as_question, as_shown

if TYPE_CHECKING:
    from quizzes.models import Question, Quiz

#: What is sent with a preview: `QueryDict` or nothing.
Sent = Any
#: The name of the button that sends the answers.
CHECK = "check"


@dataclass(frozen=True)
class Tried:
    """A question of a preview: its form, and what came of the answer that was sent."""

    question: AskedQuestion
    form: QuestionForm
    answer: Sequence[str] = ()
    #: None while it is not answered, and for what is never marked.
    mark: Decimal | None = None

    @property
    def is_marked(self) -> bool:
        """Whether there is a mark to show."""
        return self.mark is not None


def preview_context(quiz: Quiz, code: str, sent: Sent = None) -> dict[str, Any]:
    """What the preview page needs: the texts and questions in the one language in which they would be served."""
    title, introduction = texts_of_field(quiz, "title"), texts_of_field(quiz, "introduction")
    lines = draft_lines(quiz)
    # Of a draw as many as an attempt asks: which ones is chance.
    asked = [question.as_question() for line in lines for question in line.questions[: line.asks]]
    language = served_language(asked, code, [title, introduction])
    opening = as_shown([as_question(introduction)], language)[0]
    return {
        **_tried(asked, language, sent),
        "title": in_language(title, language),
        "introduction": in_language(opening.text, language),
        "is_untranslated": language != code,
        "has_draws": any(line.count is not None for line in lines),
        "pass_mark": quiz.pass_mark,
    }


def question_preview_context(question: Question, code: str, sent: Sent = None) -> dict[str, Any]:
    """What the preview page needs for one question of the bank."""
    draft = bank_draft(question)
    asked = [draft.as_question()] if draft else []
    language = served_language(asked, code)
    return {**_tried(asked, language, sent), "title": question.name, "is_untranslated": language != code}


def _tried(asked: Iterable[AskedQuestion], language: str, sent: Sent) -> dict[str, Any]:
    arranged = arrange(tuple(asked), 0, False)
    shown = as_shown(arranged, language)
    tried = [_try(each, shown_as, language, sent) for each, shown_as in zip(arranged, shown, strict=True)]
    answers: Mapping[str, Sequence[str]] = {each.question.key: each.answer for each in tried}
    return {
        "tried": tried,
        "language": language,
        "is_checked": bool(sent) and CHECK in sent,
        "marked_count": sum(is_marked(each) for each in arranged),
        "right_count": sum(each.mark == 1 for each in tried),
        "score": per_cent(mark_quiz(arranged, answers).score),
        # The same preview again, with the answers.
        "same_preview": [(name, sent[name]) for name in ("mode", "in_preview_panel") if sent and name in sent],
    }


def _try(asked: AskedQuestion, shown: AskedQuestion, language: str, sent: Sent) -> Tried:
    def form(**kwargs: Any) -> QuestionForm:
        return form_of(shown, language=language, prefix=asked.key, **kwargs)

    if not sent or CHECK not in sent:
        return Tried(shown, form())
    # A case goes on from the steps that were taken before.
    read = form(data=sent, stored=answer_in(sent.get(f"{asked.key}-seen") or ""))
    is_answered = any(
        name.startswith(f"{asked.key}-") and name != read["seen"].html_name and sent[name] for name in sent
    )
    if read.has_steps and read.before and (read.is_over or not is_answered):
        answer = list(read.before)
    elif not is_answered:
        return Tried(shown, form())
    elif read.is_valid():
        answer = read.answer
    else:
        return Tried(shown, read)
    again = form(stored=answer)
    is_whole = again.is_over or not again.has_steps
    return Tried(shown, again, answer, mark(asked, answer) if is_whole and is_marked(asked) else None)
