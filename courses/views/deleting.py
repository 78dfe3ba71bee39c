"""Deleting pages in the CMS: why something stays is said at once, before Wagtail asks anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.models import Page

from courses.access import deletion_obstacles


class DeletePages(DeleteBulkAction):
    """Wagtail's own page for deleting several, unless something keeps one of them or a page below; 404 for none.

    Wagtail would ask first, or say no more than that the person has no permission.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(each.isdecimal() or each == "all" for each in request.GET.getlist("id")):
            raise Http404
        allowed, others = self.get_actionable_objects()
        pages = [*allowed, *others["items_with_no_access"]]
        return refusal(request, pages) or super().dispatch(request, *args, **kwargs)


def refusal(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Says why these pages stay to whoever may write on them, and leads back to where they are listed."""
    written = [page for page in pages if page.permissions_for_user(request.user).can_edit()]
    obstacles = deletion_obstacles(written) if written else []
    for obstacle in obstacles:
        messages.error(request, obstacle)
    return redirect("wagtailadmin_explore", written[0].get_parent().pk) if obstacles else None
