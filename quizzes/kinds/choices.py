"""Questions with a list of choices: one right, or several right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_kind import Kind, PlainChoice, Problem, QuestionBlock, Texts
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of


class ChoiceBlock(blocks.StructBlock):
    """A choice, whether it is right, and what the learner reads about it afterwards."""

    text = TranslatedTextBlock(label=gettext_lazy("What it says"))
    is_correct = blocks.BooleanBlock(required=False, label=gettext_lazy("This choice is right"))
    feedback = TranslatedTextBlock(
        label=gettext_lazy("Feedback"),
        help_text=gettext_lazy("Read by those who chose this: say why it helps, or why it is not quite right."),
    )

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Choice")
        label_format = "{text}"


class ChoiceListBlock(blocks.ListBlock):
    """The choices of a question; a new question starts with two empty ones."""

    def get_default(self) -> blocks.list_block.ListValue:
        return self.normalize([self.child_block.get_default() for _number in range(2)])

    def deconstruct_with_lookup(self, lookup: Any) -> tuple[str, Any, Any]:
        # A migration needs the shape of the data, not our class.
        _path, args, kwargs = super().deconstruct_with_lookup(lookup)
        return "wagtail.blocks.ListBlock", args, kwargs


class ChoicesBlock(QuestionBlock):
    """A question, its choices and why."""

    text = TranslatedTextBlock(label=gettext_lazy("Question"))
    choices = ChoiceListBlock(ChoiceBlock(), label=gettext_lazy("Choices"), max_num=8)
    explanation = TranslatedTextBlock(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("Read by everyone after the quiz, whatever they chose."),
    )


class SingleChoiceBlock(ChoicesBlock):
    """A question with exactly one right choice."""

    class Meta:
        icon = "radio-full"
        label = gettext_lazy("One right choice")
        label_format = "{text}"


class MultipleChoiceBlock(ChoicesBlock):
    """A question with several right choices, each worth a part."""

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Several right choices")
        label_format = "{text}"


class ChoicesKind(Kind):
    """What the two kinds share."""

    def content_from(self, value: Any) -> dict[str, Any]:
        return {
            "text": texts_of(value["text"]),
            "choices": [
                {
                    "key": item.id,
                    "text": texts_of(item.value["text"]),
                    "is_correct": bool(item.value["is_correct"]),
                    "feedback": texts_of(item.value["feedback"]),
                }
                for item in value["choices"].bound_blocks
            ],
            "explanation": texts_of(value["explanation"]),
        }

    def problems(self, value: Any) -> list[Problem]:
        choices = self.content_from(value)["choices"]
        found = []
        if len(choices) < 2:
            found.append(_("Give at least two choices."))
        if len({choice["text"].get(DEFAULT, "").casefold() for choice in choices}) < len(choices):
            found.append(_("Two choices say the same. Change or remove one."))
        if not all(choice["feedback"].get(DEFAULT) for choice in choices):
            found.append(_("Write feedback for every choice."))
        if wrong_count := self.wrong_count(sum(choice["is_correct"] for choice in choices)):
            found.append(wrong_count)
        problems = [Problem("choices", message) for message in found]
        if not texts_of(value["text"]).get(DEFAULT):
            problems.append(Problem("text", _("Write the question in English.")))
        return problems

    def wrong_count(self, right: int) -> str:
        """What to say when the number of right choices does not fit the kind; empty when it does."""
        raise NotImplementedError

    def stored_value(self, text: Texts, choices: Sequence[PlainChoice], explanation: Texts) -> dict[str, Any]:
        return {"text": text, "choices": [choice.stored() for choice in choices], "explanation": explanation}


class SingleChoice(ChoicesKind):
    """Exactly one choice is right."""

    name = "single_choice"
    block_class = SingleChoiceBlock

    def wrong_count(self, right: int) -> str:
        if right == 0:
            return _("Mark the choice that is right.")
        if right > 1:
            return _("Mark one choice only as right, or use “Several right choices” instead.")
        return ""


class MultipleChoice(ChoicesKind):
    """At least two choices are right; each wrong one chosen takes back a right one."""

    name = "multiple_choice"
    block_class = MultipleChoiceBlock

    def wrong_count(self, right: int) -> str:
        return "" if right >= 2 else _("Mark at least two choices as right, or use “One right choice” instead.")
