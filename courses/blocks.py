"""The building blocks of a lesson."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from guidance.models import Fact
from guidance.notation import KINDS as QUOTES
from guidance.quoting import quoted, refuse_unknown
from guidance.reading import reading_day
from guidance.selectors import current_version, with_versions

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", *QUOTES]
SHORT_FEATURES = ["bold", "italic", "link", *QUOTES]


class QuotingCharBlock(blocks.CharBlock):
    """A short plain text that may quote facts and contacts, as `{fact:key}`; refuses a key that nothing has."""

    def clean(self, value: str) -> str:
        cleaned = super().clean(value)
        refuse_unknown(cleaned)
        return cleaned

    def deconstruct(self) -> tuple[str, Any, Any]:
        # A migration needs the shape of the data, not our class.
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.CharBlock", args, kwargs


class DoDontBlock(blocks.StructBlock):
    """What to do beside what not to do."""

    do = blocks.ListBlock(QuotingCharBlock(label=_("Point")), label=_("Do"), min_num=1)
    dont = blocks.ListBlock(QuotingCharBlock(label=_("Point")), label=_("Do not"), min_num=1)

    class Meta:
        icon = "check"
        label = _("Do and do not")
        template = "courses/blocks/do_dont.html"


class QuotationBlock(blocks.StructBlock):
    """Somebody's words and whose they are."""

    text = blocks.TextBlock(label=_("Words"))
    attribution = blocks.CharBlock(label=_("Whose words"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "courses/blocks/quotation.html"


class StepBlock(blocks.StructBlock):
    """One step."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, required=False)


class TableBlock(blocks.StructBlock):
    """A plain table: the first row names the columns."""

    caption = blocks.CharBlock(label=_("Caption"))
    columns = blocks.ListBlock(blocks.CharBlock(label=_("Column")), label=_("Columns"), min_num=2, max_num=5)
    rows = blocks.ListBlock(
        blocks.ListBlock(QuotingCharBlock(label=_("Cell"), required=False), label=_("Row")), label=_("Rows"), min_num=1
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        wanted = len(cleaned["columns"])
        if any(len(row) != wanted for row in cleaned["rows"]):
            message = _("Each row needs as many cells as there are columns: %(number)s.")
            raise blocks.StructBlockValidationError(
                {"rows": ValidationError(message, params={"number": wanted})},
            )
        return cleaned

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["rows"] = [[quoted(cell) for cell in row] for row in value["rows"]]
        return context

    class Meta:
        icon = "table"
        label = _("Table")
        template = "courses/blocks/table.html"


class PairBlock(blocks.StructBlock):
    """What happened beside what helps."""

    happened = blocks.RichTextBlock(label=_("What happened"), features=SHORT_FEATURES)
    helps = blocks.RichTextBlock(label=_("What helps"), features=SHORT_FEATURES)

    class Meta:
        icon = "grip"
        label = _("What happened, what helps")
        template = "courses/blocks/pair.html"


class FactBlock(SnippetChooserBlock):
    """A fact by reference: what it says, when it was checked and where it comes from are read on the day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("target_model", None)
        super().__init__(Fact, **kwargs)

    def bulk_to_python(self, values: list[int | None]) -> list[Fact | None]:
        # The facts of a page come with their versions in two queries, however many there are.
        facts = with_versions(Fact.objects.all()).in_bulk([value for value in values if value is not None])
        return [facts.get(value) for value in values]

    def get_context(self, value: Fact | None, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["version"] = current_version(value, reading_day()) if value else None
        return context

    class Meta:
        icon = "info-circle"
        label = _("Fact")
        template = "courses/blocks/fact.html"


class BodyBlock(blocks.StreamBlock):
    """Everything a lesson can be made of."""

    heading = blocks.CharBlock(icon="title", label=_("Heading"), template="courses/blocks/heading.html")
    text = blocks.RichTextBlock(
        features=TEXT_FEATURES, icon="pilcrow", label=_("Text"), template="courses/blocks/text.html"
    )
    image = ImageBlock(label=_("Image"), template="courses/blocks/image.html")
    key_point = blocks.RichTextBlock(
        features=SHORT_FEATURES, icon="pick", label=_("Key point"), template="courses/blocks/key_point.html"
    )
    do_dont = DoDontBlock()
    quotation = QuotationBlock()
    steps = blocks.ListBlock(
        StepBlock(label=_("Step")), icon="list-ol", label=_("Steps"), template="courses/blocks/steps.html"
    )
    table = TableBlock()
    contact = SnippetChooserBlock(
        "guidance.Contact", icon="mail", label=_("Contact"), template="courses/blocks/contact.html"
    )
    fact = FactBlock()
    pair = PairBlock()
