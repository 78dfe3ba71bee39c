"""What the project does when something below it changes."""

from typing import Any

from django.db.models.signals import post_save
from django.utils.translation import gettext as _

from config import error_pages
from guidance.models import Contact
from guidance.notation import CONTACT, Quote
from guidance.places import Place, register_place_finder
from guidance.quoting import quoted_words
from organisations.mail import register_footer_line


def keep_helpline_for_error_pages(sender: type[Contact], instance: Contact, **kwargs: Any) -> None:
    """Writes the helpline where an error page finds it without the database."""
    if instance.key == error_pages.HELPLINE_KEY:
        number = {
            "label": instance.label_en,
            "number": instance.number,
            "href": f"tel:{instance.number.replace(' ', '')}" if instance.number else instance.url,
        }
        error_pages.write(brand="Signpost", helpline=number)


def write_helpline_for_error_pages() -> None:
    """Writes it anew: after a restore, and on each web machine when it starts, for another may have changed it."""
    for contact in Contact.objects.filter(key=error_pages.HELPLINE_KEY):
        keep_helpline_for_error_pages(Contact, contact)


def helpline_line() -> str:
    """The helpline for the end of a letter, as it is on the day of sending."""
    contact = quoted_words(Quote(CONTACT, error_pages.HELPLINE_KEY).token)
    return _("If you are worried about someone, or about yourself: %(contact)s") % {"contact": contact}


def letters_quoting() -> dict[Quote, list[Place]]:
    """What every letter quotes; error pages hold the same number."""
    place = Place(_("The end of every letter, and error pages"), "", is_live=True, is_draft=False)
    return {Quote(CONTACT, error_pages.HELPLINE_KEY): [place]}


def connect() -> None:
    """Connects every receiver, once."""
    register_footer_line(helpline_line)
    register_place_finder(letters_quoting)
    post_save.connect(keep_helpline_for_error_pages, sender=Contact, dispatch_uid="error-pages-helpline")
