"""Deleting one page in the CMS. Apart, because Wagtail's addresses are complete only once all hooks are read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import pages as wagtails_pages
from wagtail.models import Page

from courses.views.deleting import refusal


@never_cache
@require_admin_access
def delete(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wagtail's own page for it, unless something keeps the page or one below: Wagtail would ask first who may."""
    page = get_object_or_404(Page, pk=page_id).specific
    # By its name: where Wagtail keeps the view differs between its releases.
    wagtails = next(pattern for pattern in wagtails_pages.urlpatterns if pattern.name == "delete")
    return refusal(request, [page]) or wagtails.callback(request, page_id=page_id)
