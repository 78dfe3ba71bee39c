"""Questions as they are shown, and texts as they may be written: an app above puts in what they quote, and refuses
what nobody can put in. This app knows nothing of either."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import unescape

from django.utils.html import strip_tags
from django.utils.safestring import SafeData

from quizzes.pictures import with_pictures
from quizzes.questions import Question, Texts

#: Gives the questions with texts ready to be shown in a language.
Filler = Callable[[Sequence[Question], str], tuple[Question, ...]]
_fillers: list[Filler] = []
#: Raises ValidationError, in words for whoever wrote it, where a text cannot be shown.
Check = Callable[[str], None]
_checks: list[Check] = []


def register_filler(filler: Filler) -> Filler:
    """Lets an app above fill in what texts quote; called once, from its AppConfig.ready()."""
    if filler not in _fillers:
        _fillers.append(filler)
    return filler


def register_check(check: Check) -> Check:
    """Lets an app above refuse texts; called once, from its AppConfig.ready()."""
    if check not in _checks:
        _checks.append(check)
    return check


def refuse_unshowable(text: str) -> None:
    """Raises ValidationError where a text of a quiz cannot be shown."""
    for check in _checks:
        check(text)


def plain_text(text: str) -> str:
    """A text as it is shown, without marks: for places that take no HTML, and for what is escaped later."""
    return unescape(strip_tags(text)) if isinstance(text, SafeData) else text


def as_question(texts: Texts) -> Question:
    """A text that belongs to the quiz itself, to be shown in the same way as those of its questions."""
    return Question("", None, "", texts, (), {})


def as_shown(questions: Sequence[Question], language: str) -> tuple[Question, ...]:
    """The questions ready to be shown in a language; what is stored and marked stays as it is."""
    shown = with_pictures(questions)
    for fill in _fillers:
        shown = fill(shown, language)
    return shown


def with_english(questions: Sequence[Question], english: Sequence[Question]) -> tuple[Question, ...]:
    """Questions as they are shown in a language, each text with its English as that is shown."""
    return tuple(_with_english(one, other) for one, other in zip(questions, english, strict=True))


def _with_english(question: Question, english: Question) -> Question:
    originals = iter(english.texts)

    def both(texts: Texts, is_label: bool) -> Texts:
        return {**next(originals), **texts}

    return question.with_texts(both)
