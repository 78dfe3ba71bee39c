"""The plainest page that Wagtail can serve with the same body."""

from wagtail.fields import StreamField
from wagtail.models import Page

from courses.blocks import BodyBlock


class BarePage(Page):
    """A title and a StreamField, drawn by a bare template."""

    body = StreamField(BodyBlock())
    template = "bench/bare_page.html"
