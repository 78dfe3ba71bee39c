"""Parts of the editor that several kinds of question share, and what a version keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Problem
from quizzes.questions import markers_in
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of

#: The most choices, parts or accepted answers that one question may have.
MOST = 20


class Items(blocks.ListBlock):
    """A list that begins with as many empty lines as make sense."""

    def __init__(self, child_block: Any, *, begins_with: int = 2, **kwargs: Any) -> None:
        self.begins_with = begins_with
        super().__init__(child_block, max_num=kwargs.pop("max_num", MOST), **kwargs)

    def get_default(self) -> blocks.list_block.ListValue:
        return self.normalize([self.child_block.get_default() for _number in range(self.begins_with)])

    def deconstruct_with_lookup(self, lookup: Any) -> tuple[str, Any, Any]:
        # A migration needs the shape of the data, not our class, our labels or our limits.
        child = lookup.add_block(self.child_block)
        return "wagtail.blocks.ListBlock", (child,), {}


def explanation_block() -> TranslatedTextBlock:
    """What everyone reads after the quiz."""
    return TranslatedTextBlock(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("Read by everyone after the quiz, whatever they chose."),
    )


def feedback_block() -> TranslatedTextBlock:
    """What is said about one choice."""
    return TranslatedTextBlock(
        label=gettext_lazy("Feedback"),
        required=False,
        help_text=gettext_lazy("Read by those who chose this: say why it helps, or why it is not quite right."),
    )


def passage_block(example: Any) -> TranslatedTextBlock:
    """A text with the places of its parts."""
    return TranslatedTextBlock(label=gettext_lazy("Passage"), help_text=example)


class WordingBlock(blocks.StructBlock):
    """A choice without a worth of its own: right or not."""

    text = TranslatedTextBlock(label=gettext_lazy("What it says"))
    is_correct = blocks.BooleanBlock(required=False, label=gettext_lazy("This choice is right"))
    feedback = feedback_block()

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Choice")
        label_format = "{text}"


# --- from the editor to a version ------------------------------------------------------------------
def question_content(value: Any, choices: Iterable[Content] = (), **more: Any) -> dict[str, Any]:
    """What a version keeps of a question; what says nothing is left out."""
    return {
        "text": texts_of(value["text"]),
        "choices": list(choices),
        "explanation": texts_of(value["explanation"]),
        **_saying({"picture": _picture_content(value["picture"])}),
        **_saying(more),
    }


def _picture_content(value: Any) -> dict[str, Any]:
    image = value["image"]
    return {"image": image.pk, "alt": texts_of(value["alt"])} if image else {}


def choice_content(item: Any, *, is_correct: bool, text: str = "text", **more: Any) -> dict[str, Any]:
    """What a version keeps of a choice."""
    return {
        "key": item.id,
        "text": texts_of(item.value[text]) if text else {},
        "is_correct": is_correct,
        "feedback": texts_of(item.value["feedback"]),
        **_saying(more),
    }


def part_content(item: Any, **more: Any) -> dict[str, Any]:
    """What a version keeps of a part."""
    return {"key": item.id, **_saying(more)}


def wording_contents(items: Any) -> list[dict[str, Any]]:
    """What a version keeps of choices that are right or not."""
    return [choice_content(item, is_correct=bool(item.value["is_correct"])) for item in items.bound_blocks]


def _saying(more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value not in (None, "", {}, [], False)}


def decimal_text(value: Decimal | None) -> str:
    """A number as a version keeps it: always written in the same way; "" where there is none."""
    return "" if value is None else f"{value.normalize() + 0:f}"


# --- from a version to the editor ------------------------------------------------------------------
def stored_item(key: Any, value: Any) -> dict[str, Any]:
    """A line of a list as the editor would have stored it."""
    return {"type": "item", "id": str(key or uuid4()), "value": value}


def stored_question(content: Content, **more: Any) -> dict[str, Any]:
    """A question as the editor would have stored it."""
    texts = {name: dict(content.get(name) or {}) for name in ("text", "explanation")}
    picture = content.get("picture") or {}
    kept = {"picture": {"image": picture.get("image"), "alt": dict(picture.get("alt") or {})}} if picture else {}
    return {**kept, **texts, **more}


def stored_wordings(choices: Iterable[Content]) -> list[dict[str, Any]]:
    """Choices that are right or not, as the editor would have stored them."""
    return [
        stored_item(
            choice.get("key"),
            {
                "text": dict(choice.get("text") or {}),
                "is_correct": bool(choice.get("is_correct")),
                "feedback": dict(choice.get("feedback") or {}),
            },
        )
        for choice in choices
    ]


# --- what is wrong ---------------------------------------------------------------------------------
def text_problems(content: Content, message: str) -> list[Problem]:
    """What to say when the question, or what its picture shows, has no English text."""
    problems = [] if content["text"].get(DEFAULT) else [Problem("text", message)]
    if "picture" in content and not content["picture"]["alt"].get(DEFAULT):
        words = _("Say in English what the picture shows: some people hear it read out instead.")
        problems.append(Problem("picture", words))
    return problems


def said_twice(choices: Sequence[Content]) -> bool:
    """Whether two choices say the same in English."""
    return len({choice["text"].get(DEFAULT, "").casefold() for choice in choices}) < len(choices)


def unexplained(content: Content, choices: Iterable[Content]) -> str:
    """What to say where learners would read no reason: nothing about each of the choices, and no "Why"; "" when all
    is well."""
    is_said = content["explanation"].get(DEFAULT) or all(choice["feedback"].get(DEFAULT) for choice in choices)
    return "" if is_said else _("Write feedback for every choice, or say in “Why” what is right and why.")


def passage_problems(content: Content, count: int) -> list[Problem]:
    """What to say when a passage does not have the place of each part exactly once, in each of its languages."""
    wanted = list(range(1, count + 1))
    words = _(
        "The passage in the language “%(code)s” must hold each of %(markers)s exactly once, and no other number."
    )
    markers = " ".join(f"[[{number}]]" for number in wanted)
    return [
        Problem("text", words % {"code": code, "markers": markers or "[[1]]"})
        for code, passage in content["text"].items()
        if sorted(markers_in(passage)) != (wanted or [1])
    ]


def wordings_problem(choices: Sequence[Content]) -> str:
    """What to say about the choices of one part, of which one must be right; "" when all is well."""
    if len(choices) < 2:
        return _("Give at least two choices.")
    if said_twice(choices):
        return _("Two choices say the same. Change or remove one.")
    if sum(choice["is_correct"] for choice in choices) != 1:
        return _("Mark exactly one choice as right.")
    return ""


def numbered(name: str, problems: Iterable[tuple[int, str]]) -> list[Problem]:
    """Problems of single lines of a list, each with the number of its line."""
    words = _("Number %(number)s: %(problem)s")
    return [Problem(name, words % {"number": number, "problem": text}) for number, text in problems if text]
