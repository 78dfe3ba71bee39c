"""What the project does when something below it changes."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext as _

from config import error_pages
from config.health import migrations_wait
from courses.actions import prepare_cms_groups
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


def prepare_groups_after_migrating(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Gives the CMS groups their permissions once a database has all of them: when it is new, and at each upgrade.

    Emptying a database sends the same signal, without a plan; what the groups may work on is gone then.
    """
    if using == DEFAULT_DB_ALIAS and "plan" in kwargs and not migrations_wait():
        prepare_cms_groups()


def connect() -> None:
    """Connects every receiver, once."""
    # Permissions are made app by app; after the last app all of them are there.
    last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
    post_migrate.connect(prepare_groups_after_migrating, sender=last, dispatch_uid="prepare-cms-groups")
    register_footer_line(helpline_line)
    register_place_finder(letters_quoting)
    post_save.connect(keep_helpline_for_error_pages, sender=Contact, dispatch_uid="error-pages-helpline")
