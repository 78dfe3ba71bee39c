"""The CMS face of the front page: only registration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def register_way_back() -> MenuItem:
    """The way from the CMS back to the site."""
    return MenuItem(_("Back to Signpost"), "/", name="back-to-signpost", icon_name="home", order=1)
