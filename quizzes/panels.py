"""Parts of the quiz editor that tell a translator what is missing, and where several questions come in at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.panels import ObjectList, Panel

from quizzes.drafts import draft_lines, texts_of_field
from quizzes.models import Quiz
from quizzes.questions import in_language, lacks

DEFAULT = settings.LANGUAGE_CODE


class Missing(NamedTuple):
    """A text that is there in English and not in a language."""

    #: The line of the quiz, from 1; 0 for its own texts.
    line: int
    text: str
    #: The question of the bank that it belongs to; it is translated there.
    of_bank: int | None = None


def missing_in(quiz: Quiz) -> dict[str, list[Missing]]:
    """What each language other than English lacks, in the order of the quiz; two queries at most."""
    found: dict[str, list[Missing]] = {code: [] for code, _name in settings.LANGUAGES if code != DEFAULT}
    own = [texts_of_field(quiz, name) for name in ("title", "introduction")]
    parts: list[tuple[int, dict[str, str], int | None]] = [(0, text, None) for text in own]
    for line in draft_lines(quiz):
        for question in line.questions:
            parts += [(line.number, dict(text), question.bank_pk) for text in question.as_question().texts]
    for code, missing in found.items():
        missing += [Missing(number, in_language(text, DEFAULT), pk) for number, text, pk in parts if lacks(text, code)]
    return found


class LanguageTab(ObjectList):
    """A tab of one language; its name says how many texts are missing."""

    def __init__(self, children: Sequence[Any], *, code: str, **kwargs: Any) -> None:
        super().__init__(children, **kwargs)
        self.code = code

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "code": self.code}

    class BoundPanel(ObjectList.BoundPanel):
        """The tab with its quiz."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            count = len(of_instance(self.instance).get(self.panel.code, ()))
            if count:
                # Set apart, so that the number stays on its side of a name that is written from right to left.
                said = {"language": f"\u2068{self.panel.heading}\u2069", "count": count}
                self.heading = _("%(language)s: %(count)s missing") % said


class MissingTextsPanel(Panel):
    """The texts that a language lacks, each with the line in which it is written."""

    def __init__(self, *, code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = code

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "code": self.code}

    class BoundPanel(Panel.BoundPanel):
        """The list for the quiz that is open."""

        template_name = "quizzes/cms/missing_panel.html"

        @cached_property
        def missing(self) -> list[Missing]:
            """What is missing in the quiz as it was saved last."""
            return of_instance(self.instance).get(self.panel.code, [])


def of_instance(quiz: Quiz) -> dict[str, list[Missing]]:
    """What is missing, read once for all tabs of a page; nothing before a quiz is saved."""
    if quiz.pk is None:
        return {}
    if not hasattr(quiz, "missing_texts"):
        quiz.missing_texts = missing_in(quiz)
    return quiz.missing_texts
