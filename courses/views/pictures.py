"""Deleting a picture in the CMS: one that approved lessons show stays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.images import get_image_model
from wagtail.images.views.images import DeleteView

from courses.in_editions import image_obstacles
from courses.views.doors import CmsRequest


def delete(request: CmsRequest, image_id: int) -> HttpResponse:
    """Wagtail's own page for deleting, unless something that was approved shows the picture."""
    image = get_object_or_404(get_image_model(), pk=image_id)
    # Who may not delete it is refused by Wagtail, and not told what shows it.
    may_delete = DeleteView().permission_policy.user_has_permission_for_instance(request.user, "delete", image)
    obstacles = image_obstacles([image]) if may_delete else []
    if not obstacles:
        return DeleteView.as_view()(request, image_id=image_id)
    for obstacle in obstacles:
        messages.error(request, obstacle)
    return redirect("wagtailimages:index")
