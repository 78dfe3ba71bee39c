"""What a learner fills in for one question: it shows what is kept, reads what is sent, and says what is missing."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django import forms
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.rules import rules_of
from quizzes.questions import DEFAULT_LANGUAGE, Part, Question, Texts, in_language, pieces_of
from quizzes.showing import plain_text

UNREADABLE = _("We could not read that answer, so we did not save it. Please choose again.")


class QuestionForm(forms.Form):
    """The answer to one question, with the answer that the page showed when it was opened."""

    #: How its fields are drawn; the templates name what they need of it.
    template: str
    #: A script that makes answering easier where there is one; without it everything works.
    script = ""
    #: What to do, above the fields.
    hint: str | Promise = ""
    #: Whether the same page comes again after each answer.
    has_steps = False
    #: What was stored when the page was opened, so that a second window does not overwrite unseen.
    seen = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        question: Question,
        language: str,
        english: Collection[str] = (),
        stored: Sequence[str] = (),
        chosen: Sequence[str] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial={"seen": json.dumps(list(stored))})
        self.question = question
        self.language = language
        self.english = english
        self.stored = rules_of(question).known(question, stored)
        self.before = self._answer_before()
        #: What stands in the fields: what is kept, or what somebody just chose.
        self.shown = self.stored if chosen is None else rules_of(question).known(question, chosen)
        self.add_fields()

    def _answer_before(self) -> tuple[str, ...]:
        """The answer that the page builds on: what was kept when it was opened, as far as that is still kept."""
        sent = self.data.get(self.add_prefix("seen")) if self.is_bound else None
        if sent is None:
            return self.stored
        seen = rules_of(self.question).known(self.question, answer_in(sent))
        return seen if self.stored[: len(seen)] == seen else self.stored

    @abstractmethod
    def add_fields(self) -> None:
        """The fields of the kind, filled with what is shown."""

    @abstractmethod
    def read(self) -> Sequence[str]:
        """The answer that valid fields hold."""

    def clean(self) -> dict[str, Any]:
        """Refuses what reads as no answer at all, such as signs that nobody sees."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not rules_of(self.question).may_keep(self.question, self.read()):
            self.add_error(next(name for name in self.fields if name != "seen"), UNREADABLE)
        return cleaned

    @property
    def answer(self) -> list[str]:
        """The answer that was sent; only after `is_valid`."""
        return list(self.read())

    @property
    def seen_answer(self) -> list[str]:
        """The answer that was stored when the page was opened."""
        return answer_in(self.cleaned_data["seen"])

    @property
    def is_over(self) -> bool:
        """Whether nothing can be sent any more; only a case knows that."""
        return False

    @property
    def is_rtl(self) -> bool:
        """Whether its texts are written from right to left."""
        return bool(translation.get_language_info(self.language)["bidi"])

    def words(self, texts: Texts) -> SafeString:
        """A text in the language of the quiz, with its English where it is shown too."""
        said = format_html(
            '<span lang="{}" dir="{}">{}</span>',
            self.language,
            "rtl" if self.is_rtl else "ltr",
            in_language(texts, self.language),
        )
        english = self._english_of(texts)
        return (
            format_html('{}<span class="in-english" lang="en" dir="ltr">{}</span>', said, english) if english else said
        )

    def plain_words(self, texts: Texts) -> str:
        """The same without marks, for the lines of a list."""
        said, english = plain_text(in_language(texts, self.language)), plain_text(self._english_of(texts))
        return f"{said} – {english}" if english else said

    def _english_of(self, texts: Texts) -> str:
        text = texts.get(DEFAULT_LANGUAGE, "")
        return text if text and text in (self.english or ()) else ""


class PartForm(QuestionForm):
    """A field for each part."""

    #: What a field is called.
    field_name = "part"

    @abstractmethod
    def part_field(self, number: int, part: Part, given: str) -> forms.Field:
        """The field of a part, with what was given for it before."""

    @abstractmethod
    def given(self, part: Part, value: str) -> str:
        """What a valid field gives for its part."""

    def add_fields(self) -> None:
        before = dict(each.split("=", 1) for each in self.shown)
        for number, part in enumerate(self.question.parts, 1):
            self.fields[f"{self.field_name}-{number}"] = self.part_field(number, part, before.get(part.key, ""))

    def read(self) -> Sequence[str]:
        return [
            f"{part.key}={self.given(part, self.cleaned_data[f'{self.field_name}-{number}'])}"
            for number, part in enumerate(self.question.parts, 1)
        ]

    @property
    def parts(self) -> Iterator[Any]:
        """The fields of the parts."""
        return (self[f"{self.field_name}-{number}"] for number in range(1, len(self.question.parts) + 1))

    @property
    def passage(self) -> Iterator[tuple[str, Any, Part | None, int]]:
        """The passage piece by piece: words, and between them parts with their fields and
        numbers."""
        fields = list(self.parts)
        text = in_language(self.question.text, self.language)
        for piece in pieces_of(text, len(fields)):
            if isinstance(piece, int):
                yield "", fields[piece], self.question.parts[piece], piece + 1
            else:
                # What may be shown as it is stays so in pieces: markers stand outside of its tags.
                yield (SafeString(piece) if isinstance(text, SafeData) else piece), None, None, 0


def numbered_options(form: QuestionForm, choices: Sequence[Any]) -> list[tuple[str, Any]]:
    """Choices for a list by their place on the page: their keys could tell what is right."""
    lines = [(str(number), form.plain_words(choice.text)) for number, choice in enumerate(choices, 1)]
    return [("", _("Choose")), *lines]


def place_of(choices: Sequence[Any], key: str) -> str:
    """The place of the choice with a key, as in `numbered_options`."""
    return next((str(number) for number, choice in enumerate(choices, 1) if choice.key == key), "")


def answer_in(seen: str) -> list[str]:
    """The answer that a page showed, from its hidden field; nonsense is none."""
    try:
        answer = json.loads(seen or "[]")
    except (ValueError, RecursionError):
        return []
    return [str(each) for each in answer] if isinstance(answer, list) else []
