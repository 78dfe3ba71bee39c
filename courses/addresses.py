"""Where a page is found, by its place in the tree and without reading it."""

from __future__ import annotations

from django.urls import reverse
from wagtail.models import Site


def page_address(url_path: str | None) -> str | None:
    """The address of the page at a place in the tree; none without a place."""
    for root in Site.get_site_root_paths():
        if url_path and url_path.startswith(root.root_path):
            return reverse("wagtail_serve", args=[url_path[len(root.root_path) :]])
    return None


def place_of(path: str) -> str | None:
    """The place in the tree that an address below the language stands for; none where only the host's name can say."""
    roots = Site.get_site_root_paths()
    return f"{roots[0].root_path}{path}" if len(roots) == 1 and path.endswith("/") else None


def place_above(url_path: str) -> str:
    """The place of the page above."""
    return url_path.rstrip("/").rpartition("/")[0] + "/"
