"""What every kind of question offers to the editor, to the freezing of versions and to the loader."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.kinds.base_form import QuestionForm
from quizzes.picture_blocks import PictureBlock
from quizzes.questions import LONGEST_TAG, MOST_TAGS, tags_in

#: A question, a part or a choice as a version keeps it.
Content = Mapping[str, Any]


class Problem(NamedTuple):
    """What is wrong with a question, and in which of its fields."""

    field: str
    message: str


class TagsBlock(blocks.CharBlock):
    """What a question is about, as a list with commas; the same in every language."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "required": False,
            "label": gettext_lazy("Tags"),
            "help_text": gettext_lazy("What it is about, separated by commas, such as: consent, indicators."),
            **kwargs,
        }
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        # A migration needs the shape of the data, not our words.
        return "wagtail.blocks.CharBlock", (), {"required": False}

    def clean(self, value: str) -> str:
        tags = tags_in(super().clean(value))
        refuse_tags(tags)
        return ", ".join(tags)


def refuse_tags(tags: Sequence[str]) -> None:
    """Raise ValidationError where a tag is too long, or there are too many."""
    if any(len(tag) > LONGEST_TAG for tag in tags):
        words = _("A tag has at most %(longest)s characters. Separate tags by commas.")
        raise ValidationError(words % {"longest": LONGEST_TAG})
    if len(tags) > MOST_TAGS:
        raise ValidationError(_("A question has at most %(most)s tags.") % {"most": MOST_TAGS})


class QuestionBlock(blocks.StructBlock):
    """The part of the quiz editor for one question; it refuses what its kind calls a problem."""

    #: Set by the kind that the block belongs to.
    kind: Kind

    picture = PictureBlock()

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            # A preview of unfinished work.
            return cleaned
        errors: dict[str, ValidationError] = {}
        for field, message in self.kind.problems(cleaned):
            error: ValidationError = ValidationError(message)
            if isinstance(self.child_blocks[field], blocks.ListBlock):
                error = ListBlockValidationError(non_block_errors=[message])
            errors.setdefault(field, error)
        if errors:
            raise StructBlockValidationError(errors)
        return cleaned

    class Meta:
        label_format = "{text}"


class Kind(ABC):
    """A kind of question: its block, what a frozen version holds, what would be wrong, and the learner's form."""

    name: str
    block_class: type[QuestionBlock]
    form_class: type[QuestionForm]

    def __init__(self) -> None:
        self.block = self.block_class()
        #: The same in a quiz, where the question says its tags itself; in the bank its row has them.
        self.block_in_quiz = self.block_class([("tags", TagsBlock())])
        self.block.kind = self.block_in_quiz.kind = self

    @property
    def template(self) -> str:
        """How the form is drawn."""
        return f"quizzes/kinds/{self.name}/form.html"

    @abstractmethod
    def content_from(self, value: Any) -> dict[str, Any]:
        """What a version of the question keeps of the editor's value."""

    @abstractmethod
    def problems(self, value: Any) -> list[Problem]:
        """Why the question cannot be asked as it stands; empty when it can."""

    @abstractmethod
    def stored_value(self, content: Content) -> dict[str, Any]:
        """The value that the editor would have stored for a question with this content."""
