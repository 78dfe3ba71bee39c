"""Writes of the front page."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from wagtail.models import Locale, Page, Site

from courses.actions import prepare_cms_groups
from courses.models import CourseIndexPage
from courses.translated import CODES, localised
from home.models import HomePage


@transaction.atomic
def prepare_site(*, hostname: str = "localhost", port: int = 80) -> HomePage:
    """Makes the front page and the list of courses where they are missing, and gives the CMS groups their permissions.

    Changes no page that is there.

    Wagtail's welcome page, which every new database holds, makes room.
    """
    home = HomePage.objects.first()
    if home is None:
        Locale.objects.get_or_create(language_code="en")
        root = Page.get_first_root_node()
        Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
        root.refresh_from_db()
        home = root.add_child(instance=HomePage(**_titles("Signpost"), slug="home"))
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": hostname, "port": port, "root_page": home, "site_name": "Signpost"},
        )
    if not CourseIndexPage.objects.exists():
        home.add_child(instance=CourseIndexPage(**_titles(gettext_noop("Courses")), slug="courses"))
    prepare_cms_groups()
    return home


def _titles(text: str) -> dict[str, str]:
    """A title in every language, as the interface says it."""
    titles = {}
    for code in CODES:
        with translation.override(code):
            titles[localised("display_title", code)] = gettext(text)
    return titles


@transaction.atomic
def set_site_address(*, hostname: str, port: int) -> None:
    """Tells Wagtail at which address the site stands, for links in previews and mail."""
    Site.objects.filter(is_default_site=True).update(hostname=hostname, port=port)
    Site.clear_site_root_paths_cache()
