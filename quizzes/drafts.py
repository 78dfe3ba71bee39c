"""A quiz as it stands in the editor, read in the shape that a version keeps."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from modeltranslation.utils import build_localized_fieldname as localised

from quizzes.blocks import DRAW, FROM_BANK
from quizzes.kinds.registry import KINDS
from quizzes.kinds.rules import MARKED
from quizzes.questions import Question, question_from_content, tags_in

if TYPE_CHECKING:
    from quizzes.models import Question as BankQuestion
    from quizzes.models import Quiz

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
READY = "ready"


@dataclass(frozen=True)
class DraftQuestion:
    """A question as it stands in the editor, in the shape that a version keeps."""

    key: str
    kind: str
    content: Mapping[str, Any]
    #: What it is about.
    tags: tuple[str, ...] = ()
    #: The row of the bank that it comes from.
    bank_pk: int | None = None

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


@dataclass(frozen=True)
class DraftLine:
    """A line of a quiz as it stands in the editor: one question, or some of which each attempt asks a few."""

    #: From 1, as the editor counts.
    number: int
    questions: tuple[DraftQuestion, ...]
    #: How many of them each attempt asks; None for a line that is one question.
    count: int | None = None
    #: What the questions to draw are about.
    tag: str = ""
    #: The question of the bank that the line names, where it is there.
    of_bank: BankQuestion | None = None

    @property
    def asks(self) -> int:
        """How many questions of an attempt come from it."""
        return len(self.questions) if self.count is None else self.count


@dataclass(frozen=True)
class Bank:
    """What quizzes take from the bank, read once for any number of them."""

    by_id: Mapping[int, BankQuestion] = field(default_factory=dict)
    #: A folded tag that some questions are taken to have, to see what would come of it.
    supposed: str = ""
    supposed_of: Collection[int] = ()

    def about(self, folded: str) -> list[BankQuestion]:
        """The questions with a tag that may be drawn: ready, and marked, since a draw must never ask nothing that
        counts; in the order in which they came."""
        return [
            question
            for pk, question in sorted(self.by_id.items())
            if question.status == READY and question.kind in MARKED and self._is_about(pk, question, folded)
        ]

    def _is_about(self, pk: int, question: BankQuestion, folded: str) -> bool:
        is_supposed = folded == self.supposed and pk in self.supposed_of
        return is_supposed or any(tag.folded == folded for tag in question.tags.all())


def named_in_bank(quiz: Quiz) -> tuple[list[int], list[str]]:
    """The ids of the questions, and the tags, that the lines of a quiz name."""
    lines = [(child["type"], child.get("value") or {}) for child in quiz.questions.raw_data]
    ids = [value["question"] for kind, value in lines if kind == FROM_BANK and isinstance(value.get("question"), int)]
    return ids, [value["tag"] for kind, value in lines if kind == DRAW and value.get("tag")]


def bank_of(quizzes: Iterable[Quiz]) -> Bank:
    """What these quizzes take from the bank: two queries for any number of them, none where nothing is taken."""
    ids: set[int] = set()
    tags: set[str] = set()
    for quiz in quizzes:
        named = named_in_bank(quiz)
        ids.update(named[0])
        tags.update(named[1])
    if not ids and not tags:
        return Bank()
    # The model stands above this module, which its previews read.
    questions = apps.get_model("quizzes", "Question").objects
    wanted = questions.filter(Q(pk__in=ids) | Q(status=READY, tags__folded__in=tags)).distinct()
    return Bank({question.pk: question for question in wanted.prefetch_related("tags")})


def draft_lines(quiz: Quiz, bank: Bank | None = None) -> tuple[DraftLine, ...]:
    """The lines of a quiz as they stand in the editor; `bank` spares the queries where many quizzes are read.

    No question is asked twice: what a line names is drawn by none, and of two draws the first has it.
    """
    bank = bank_of([quiz]) if bank is None else bank
    taken = {str(bank.by_id[pk].key) for pk in named_in_bank(quiz)[0] if pk in bank.by_id}
    lines = []
    for number, child in enumerate(quiz.questions.raw_data, start=1):
        value = child.get("value") or {}
        if child["type"] == FROM_BANK:
            named = bank.by_id.get(value.get("question") or 0)
            found = _drafts_of([named] if named else [])
            lines.append(DraftLine(number, found, of_bank=named))
        elif child["type"] == DRAW:
            found = tuple(each for each in _drafts_of(bank.about(value.get("tag", ""))) if each.key not in taken)
            taken.update(each.key for each in found)
            lines.append(DraftLine(number, found, count=value.get("count") or 0, tag=value.get("tag", "")))
        else:
            block = quiz.questions[number - 1]
            content = KINDS[block.block_type].content_from(block.value)
            tags = tags_in(block.value.get("tags", ""))
            own = DraftQuestion(str(block.id or number), block.block_type, content, tags)
            lines.append(DraftLine(number, (own,)))
    return tuple(lines)


def draft_questions(quiz: Quiz, bank: Bank | None = None) -> tuple[DraftQuestion, ...]:
    """Every question that the quiz may ask as it stands in the editor."""
    return tuple(question for line in draft_lines(quiz, bank) for question in line.questions)


def _drafts_of(questions: Sequence[BankQuestion]) -> tuple[DraftQuestion, ...]:
    return tuple(draft for draft in map(bank_draft, questions) if draft is not None)


def bank_draft(question: BankQuestion) -> DraftQuestion | None:
    """A question of the bank as it stands, or nothing where none was written yet."""
    for child in question.body:
        content = KINDS[child.block_type].content_from(child.value)
        tags = tuple(tag.name for tag in question.tags.all()) if question.pk else ()
        return DraftQuestion(str(question.key), child.block_type, content, tags, question.pk)
    return None


def stored_block(kind: str, content: Mapping[str, Any], key: str, tags: Sequence[str] = ()) -> dict[str, Any]:
    """A question as the editor stores it, from what a file holds: lists and texts that it leaves out are empty; tags
    are for a quiz, in the bank they stand beside the question."""
    choices = [{"text": {}, "feedback": {}, **choice} for choice in content.get("choices") or ()]
    whole = {"text": {}, "explanation": {}, **content, "choices": choices}
    said = {"tags": ", ".join(tags)} if tags else {}
    return {"type": kind, "id": key, "value": {**KINDS[kind].stored_value(whole), **said}}


def has_marked_question(quiz: Quiz) -> bool:
    """Whether anything in the quiz counts in a score, or nothing is asked yet."""
    return not quiz.questions or any(question.kind in MARKED for question in draft_questions(quiz))


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


def quiz_hash(quiz: Quiz, bank: Bank | None = None) -> str:
    """What tells whether a quiz has changed since it was frozen: equal to that of the version it would become."""
    return canonical_hash(
        {
            "title": texts_of_field(quiz, "title"),
            "introduction": texts_of_field(quiz, "introduction"),
            "pass_mark": quiz.pass_mark,
            "is_shuffled": quiz.is_shuffled,
            **quiz.own_rules,
            "questions": [_line_for_hash(line) for line in draft_lines(quiz, bank)],
        }
    )


def _line_for_hash(line: DraftLine) -> Any:
    questions = [
        [question.key, question.content_hash, *([sorted(question.tags)] if question.tags else [])]
        for question in line.questions
    ]
    if line.count is not None:
        return {"draw": line.count, "tag": line.tag, "questions": questions}
    return questions[0] if questions else None
