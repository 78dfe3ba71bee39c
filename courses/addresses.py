"""Where a page is found, by its place in the tree and without reading it."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from django.urls import reverse
from django.utils import translation
from wagtail.models import Site


def page_address(url_path: str | None) -> str | None:
    """The address of the page at a place in the tree; none without a place."""
    if not url_path:
        return None
    for root in Site.get_site_root_paths():
        if url_path.startswith(root.root_path):
            return _start_of_addresses(translation.get_language()) + quote(url_path[len(root.root_path) :])
    return None


@cache
def _start_of_addresses(code: str | None) -> str:
    """Where the addresses of pages begin in a language; each page lists several, and looking one up takes long."""
    return reverse("wagtail_serve", args=["page/"]).removesuffix("page/")


def place_of(path: str) -> str | None:
    """The place in the tree that an address below the language stands for; none where only the host's name can say."""
    roots = Site.get_site_root_paths()
    return f"{roots[0].root_path}{path}" if len(roots) == 1 and path.endswith("/") else None


def place_above(url_path: str) -> str:
    """The place of the page above."""
    return url_path.rstrip("/").rpartition("/")[0] + "/"
