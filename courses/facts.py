"""What pages and quizzes quote: guidance holds the facts, quizzes the questions, and neither knows the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from guidance.models import Contact, Fact, FactVersion
from guidance.notation import CONTACT, FACT, Quote, quotes_in
from guidance.quoting import at_hand, load, quoted, unknown_in
from guidance.reading import reading_day
from guidance.selectors import facts_on
from quizzes.drafts import draft_questions, texts_of_field
from quizzes.models import Quiz, QuizVersion
from quizzes.questions import Question, Texts, in_language

_MODELS: dict[str, type[Fact] | type[Contact]] = {FACT: Fact, CONTACT: Contact}


def quoted_in(*contents: Any) -> frozenset[Quote]:
    """Everything that these contents quote: a page's content as JSON, a question's, or any part of them.

    At most one query for facts and one for contacts, and none where no block names one by its id.
    """
    return quoted_in_each([list(contents)])[0]


def quoted_in_each(contents: Sequence[Any]) -> list[frozenset[Quote]]:
    """The same for each of several contents; no more queries than for one."""
    leaves = [list(_leaves(each)) for each in contents]
    ids: dict[str, set[int]] = {FACT: set(), CONTACT: set()}
    for value in (value for each in leaves for value in each):
        if not isinstance(value, str):
            ids[value[0]].add(value[1])
    keys = {
        (kind, pk): key
        for kind, model in _MODELS.items()
        if ids[kind]
        for pk, key in model._default_manager.filter(pk__in=ids[kind]).values_list("pk", "key")
    }
    return [frozenset(_quotes_of(each, keys)) for each in leaves]


def _quotes_of(leaves: Iterable[str | tuple[str, int]], keys: Mapping[tuple[str, int], str]) -> Iterator[Quote]:
    for value in leaves:
        if isinstance(value, str):
            yield from quotes_in(value)
        elif value in keys:
            yield Quote(value[0], keys[value])


def quoted_in_texts_of(*contents: Any) -> frozenset[Quote]:
    """The same but for whole blocks that name a fact or a contact; no query."""
    texts = (value for value in _leaves(list(contents)) if isinstance(value, str))
    return frozenset(quote for text in texts for quote in quotes_in(text))


def quoted_in_quiz(quiz: Quiz | QuizVersion) -> frozenset[Quote]:
    """Everything that a quiz quotes: as it is written, or as one of its versions asks it."""
    if isinstance(quiz, Quiz):
        texts = [question.content for question in draft_questions(quiz)]
        return quoted_in(texts, texts_of_field(quiz, "introduction"))
    contents = quiz.places.values_list("question_version__content", flat=True)
    return quoted_in(list(contents), quiz.introduction)


def _leaves(value: Any) -> Iterator[str | tuple[str, int]]:
    """The texts in a piece of JSON, also in JSON kept as text, and the ids that its blocks name."""
    if isinstance(value, str):
        if value[:1] in ("[", "{") and (inner := _parsed(value)) is not None:
            yield from _leaves(inner)
        else:
            yield value
    elif isinstance(value, Mapping):
        if value.get("type") in _MODELS and isinstance(value.get("value"), int):
            yield value["type"], value["value"]
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def unconfirmed_in(quotes: Iterable[Quote]) -> list[Quote]:
    """Those facts among the quotes that nobody has confirmed for the reading day, or that do not exist."""
    facts = {quote for quote in quotes if quote.kind == FACT}
    versions = load(facts).facts
    return sorted(
        quote for quote in facts if not ((version := versions.get(quote.key)) is not None and version.is_confirmed)
    )


def quiz_quote_problems(quiz: Quiz | QuizVersion) -> list[str]:
    """Why the quiz must not be asked with what it quotes: no answer may turn on a fact that is not confirmed, and no
    question may have a hole."""
    title = quiz.title if isinstance(quiz.title, str) else in_language(quiz.title, settings.LANGUAGE_CODE)
    quotes = quoted_in_quiz(quiz)
    unknown = unknown_in(quotes)
    gone = _("“%(quiz)s” quotes “%(key)s”, but nothing has that key. Copy it from the list of facts and contacts.")
    words = _("“%(quiz)s” quotes “%(key)s”, which is not confirmed. Confirm the fact, or ask something else.")
    return [
        *(gone % {"quiz": title, "key": quote.key} for quote in sorted(unknown)),
        *(words % {"quiz": title, "key": quote.key} for quote in unconfirmed_in(quotes - unknown)),
    ]


def missing_quotes(quotes: Iterable[Quote]) -> set[Quote]:
    """Those that say nothing on the reading day: nothing has the key, or the fact begins later."""
    quotes = set(quotes)
    loaded = load(quotes)
    rows: dict[str, Mapping[str, Any]] = {FACT: loaded.facts, CONTACT: loaded.contacts}
    return {quote for quote in quotes if rows[quote.kind].get(quote.key) is None}


@dataclass(frozen=True)
class QuotedFact:
    """A fact that something quotes: what it says now, and what it said on an earlier day."""

    key: str
    now: FactVersion | None
    before: FactVersion | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it says something else now than it did then."""
        if self.now is None or self.before is None:
            return self.before is not None
        return self.now.value != self.before.value

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody read it in a current source."""
        return self.now is not None and self.now.is_confirmed


def quoted_facts(quotes: Sequence[Iterable[Quote]], since: date | None) -> list[tuple[QuotedFact, ...]]:
    """The facts among each of these quotes, beside what they said on the day `since`; three queries at most."""
    keys = {quote.key for each in quotes for quote in each if quote.kind == FACT}
    now = facts_on(keys, reading_day()) if keys else {}
    before = facts_on(keys, since) if keys and since else {}
    prefetch_related_objects([*now.values(), *before.values()], "source")
    return [
        tuple(
            QuotedFact(key, now.get(key), before.get(key))
            for key in sorted({quote.key for quote in each if quote.kind == FACT})
        )
        for each in quotes
    ]


def questions_in(questions: Sequence[Question], language: str) -> tuple[Question, ...]:
    """The questions to be shown in a language, what they quote put in; their stored texts stay as they are."""
    texts = [in_language(text, language) for question in questions for text in question.texts]
    quotes = {quote for text in texts for quote in quotes_in(text)}
    if not quotes:
        return tuple(questions)
    with at_hand(quotes):
        return tuple(_question_in(question, language) for question in questions)


def _question_in(question: Question, language: str) -> Question:
    def shown(texts: Texts, is_label: bool) -> Texts:
        text = in_language(texts, language)
        # A link inside the label of a choice would dial instead of choosing.
        return {language: quoted(text, language, links=not is_label)} if text else texts

    return question.with_texts(shown)
