"""What the project does when something below it changes."""

from typing import Any

from django.db.models.signals import post_save

from config import error_pages
from guidance.models import Contact


def keep_helpline_for_error_pages(sender: type[Contact], instance: Contact, **kwargs: Any) -> None:
    """Writes the helpline where an error page finds it without the database."""
    if instance.key == error_pages.HELPLINE_KEY:
        number = {
            "label": instance.label_en,
            "number": instance.number,
            "href": f"tel:{instance.number.replace(' ', '')}" if instance.number else instance.url,
        }
        error_pages.write(brand="Signpost", helpline=number)


def connect() -> None:
    """Connects every receiver, once."""
    post_save.connect(keep_helpline_for_error_pages, sender=Contact, dispatch_uid="error-pages-helpline")
