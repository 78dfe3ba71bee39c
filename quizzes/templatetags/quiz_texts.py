"""What templates need to show a question in the one language of its quiz."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from django import template
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from quizzes import marking, questions
from quizzes.kinds.base_form import QuestionForm
from quizzes.questions import Question
from quizzes.showing import plain_text

register = template.Library()


@register.filter
def in_language(texts: questions.Texts, code: str) -> str:
    """The text in a language, or in English."""
    return questions.in_language(texts, code)


@register.simple_tag
def in_english(texts: questions.Texts, english: Collection[str] = ()) -> SafeString:
    """The English of a text, to stand under its translation, if it is among the texts given."""
    text = texts.get(questions.DEFAULT_LANGUAGE, "")
    if not text or text not in (english or ()):
        return SafeString("")
    return format_html('<span class="in-english" lang="en" dir="ltr">{}</span>', text)


@register.filter
def direction(code: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if translation.get_language_info(code)["bidi"] else "ltr"


@register.simple_tag
def question_text(question: Question, code: str) -> SafeString:
    """The question in a language; in a passage, its phrases as they stand and a line for each gap."""
    text = questions.in_language(question.text, code)
    pieces = (
        _words(piece, question, code) for piece in questions.pieces_of(conditional_escape(text), len(question.parts))
    )
    # Every piece is escaped, or was safe as a whole.
    return SafeString("".join(pieces))


@register.simple_tag
def question_in_english(question: Question, english: Collection[str] = ()) -> SafeString:
    """The English of the question, to stand under its translation, if it is among the texts given."""
    if question.text.get(questions.DEFAULT_LANGUAGE, "") not in (english or ()):
        return SafeString("")
    return format_html(
        '<span class="in-english" lang="en" dir="ltr">{}</span>', question_text(question, questions.DEFAULT_LANGUAGE)
    )


def _words(piece: str | int, question: Question, code: str) -> str:
    if not isinstance(piece, int):
        return piece
    phrase = questions.in_language(question.parts[piece].text, code)
    return format_html("“{}”", phrase) if phrase else "……"


@register.simple_tag
def question_picture(question: Question, code: str) -> SafeString:
    """The picture of a question, with what it shows in a language; nothing where it has none."""
    picture = question.picture
    if picture is None:
        return SafeString("")
    alt = plain_text(questions.in_language(picture.alt, code))
    if picture.drawn is None:
        # Its file is gone: what it shows can still be read.
        return format_html('<p class="govuk-body" lang="{}" dir="{}">[{}]</p>', code, direction(code), alt)
    return format_html(
        '<p class="quiz__picture"><img src="{}" width="{}" height="{}" alt="{}" lang="{}" dir="{}"></p>',
        picture.drawn.url,
        picture.drawn.width,
        picture.drawn.height,
        alt,
        code,
        direction(code),
    )


@register.simple_tag
def words(form: QuestionForm, texts: questions.Texts) -> SafeString:
    """A text as the form shows it."""
    return form.words(texts)


@register.filter
def is_marked(question: Question) -> bool:
    """Whether the question counts in a score."""
    return marking.is_marked(question)


@register.filter
def said(question: Question, answer: Iterable[str] | None) -> tuple[questions.Line, ...]:
    """The answer line by line."""
    return marking.said(question, answer or ())


@register.filter
def missed(question: Question, answer: Iterable[str] | None) -> tuple[questions.Line, ...]:
    """What is right, where the lines of the answer do not say it; only for a page after the quiz is handed in."""
    return marking.missed(question, answer or ())


@register.filter
def verdict(marked: Decimal) -> str:
    """The word for a mark, as in the class `verdict--…`."""
    return marking.verdict(marked)
