"""Where a module or a lesson is found, also when its page was renamed, withdrawn or deleted."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from wagtail.models import Site


def page_address(url_path: str | None) -> str | None:
    """The address of a page by its place in the tree, without reading the page; none without a page."""
    for root in Site.get_site_root_paths():
        if url_path and url_path.startswith(root.root_path):
            return reverse("wagtail_serve", args=[url_path[len(root.root_path) :]])
    return None


def module_address(module_key: UUID, module_path: str | None) -> str:
    """The module's page; where that is gone, the address that people at work in it keep."""
    return page_address(module_path) or reverse("records:module", args=[module_key])


def lesson_address(
    module_key: UUID, lesson_key: UUID, *, module_path: str | None, lesson_path: str | None, slug: str
) -> str:
    """The lesson's page; where that is gone, its place below the module's; where both are gone, its own address."""
    path = lesson_path or (f"{module_path}{slug}/" if module_path else None)
    return page_address(path) or reverse("records:lesson", args=[module_key, lesson_key])
