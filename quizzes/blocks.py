"""The question forms of the quiz editor: one block per kind of question."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class TranslatedTextBlock(blocks.StructBlock):
    """One text in seven languages; English is asked for, the others may follow."""

    def __init__(self, local_blocks: tuple = (), **kwargs: object) -> None:
        fields = [
            (code, blocks.TextBlock(required=code == settings.LANGUAGE_CODE, label=name, rows=2))
            for code, name in settings.LANGUAGES
        ]
        super().__init__([*fields, *local_blocks], **kwargs)


class ChoiceBlock(blocks.StructBlock):
    """A choice, whether it is right, and what the learner reads about it afterwards."""

    text = TranslatedTextBlock(label=_("choice"))
    is_correct = blocks.BooleanBlock(required=False, label=_("this is right"))
    feedback = TranslatedTextBlock(label=_("feedback"))


class SingleChoiceBlock(blocks.StructBlock):
    """A question with exactly one right choice."""

    text = TranslatedTextBlock(label=_("question"))
    choices = blocks.ListBlock(ChoiceBlock(), min_num=2, max_num=8)
    explanation = TranslatedTextBlock(label=_("why"))


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a quiz; the block's own id is the question's key for ever."""

    single_choice = SingleChoiceBlock()
