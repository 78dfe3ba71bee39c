"""The CMS face of courses: only registration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from courses.access import may_see_submissions
from courses.dashboard import WhatWaitsPanel
from courses.in_editions import image_obstacles
from courses.models import LessonPage, ModulePage
from courses.models.pages import ApprovedPage
from courses.views import deleting, pictures


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Plain words for the history of a module; a reviewer is called a reviewer and nothing more."""
    actions.register_action("courses.submit", _("Hand in for review"), _("Handed in for review"))
    actions.register_action("courses.withdraw", _("Withdraw from review"), _("Withdrawn from review"))
    actions.register_action("courses.return", _("Return to the trainers"), _("Returned to the trainers"))
    actions.register_action("courses.comment", _("Comment"), _("Commented"))
    actions.register_action("courses.resolve_comment", _("Resolve a comment"), _("Resolved a comment"))
    actions.register_action("courses.reopen_comment", _("Reopen a comment"), _("Reopened a comment"))
    actions.register_action("courses.schedule", _("Approve for later"), _("Approved, to go live later"))
    actions.register_action("courses.put_back", _("Put back in use"), _("Put back in use"))
    actions.register_action("courses.retire", _("Take out of use"), _("Taken out of use"))
    actions.register_action("courses.call_off_refresher", _("Call off learning again"), _("Learning again called off"))
    actions.register_action("courses.sign_off", _("Sign off a translation"), _("Signed off a translation"))
    actions.register_action("courses.edition", _("Put an edition live"), _("An edition went live"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Handing in and reviewing."""
    return [path("", include("courses.urls"))]


class ReviewsMenuItem(MenuItem):
    """Shown to those who write or review."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_submissions(request.user)


@hooks.register("register_admin_menu_item")
def register_reviews() -> MenuItem:
    """The way to the submissions."""
    return ReviewsMenuItem(_("Reviews"), reverse("courses:reviews"), name="reviews", icon_name="check", order=110)


@hooks.register("register_admin_menu_item")
def register_translations() -> MenuItem:
    """The way to how far each language is."""
    url = reverse("courses:translations")
    return ReviewsMenuItem(_("Translations"), url, name="translations", icon_name="globe", order=115)


class HandInMenuItem(ActionMenuItem):
    """The way from a module, or from one of its lessons, to its review."""

    name = "action-hand-in"
    label = _("Hand in for review")
    icon_name = "check"
    order = 10

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"], ModulePage | LessonPage)

    def get_url(self, context: dict[str, Any]) -> str:
        page = context["page"]
        return reverse("courses:hand_in", args=[page.module.pk if isinstance(page, LessonPage) else page.pk])


@hooks.register("register_page_action_menu_item")
def register_hand_in() -> ActionMenuItem:
    """Adds it to the menu under the editor."""
    return HandInMenuItem()


@hooks.register("construct_page_action_menu")
def leave_only_approval(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Takes away every button that would go round a review."""
    page = context.get("page") or context.get("parent_page")
    if isinstance(page, Page) and (isinstance(page.specific, ApprovedPage) or context["view"] == "create"):
        away = {"action-publish", "action-unpublish", "action-submit", "action-restart-workflow"}
        menu_items[:] = [item for item in menu_items if item.name not in away]


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Puts what waits first on the dashboard and takes Wagtail's own moderation panels away."""
    panels[:] = [panel for panel in panels if "workflow" not in (getattr(panel, "name", "") or "")]
    panels.append(WhatWaitsPanel())


@hooks.register("before_bulk_action")
def keep_in_use(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """Refuses to delete pages or pictures that learners are using, or that an app above needs."""
    if action_type != "delete":
        return None
    pages = [each for each in objects if isinstance(each, Page)]
    if pages:
        return deleting.refusal(request, pages)
    obstacles = image_obstacles(objects)
    for obstacle in obstacles:
        messages.error(request, obstacle)
    return redirect("wagtailimages:index") if obstacles else None


# In the place of Wagtail's own, which asks the hook above late.
hooks.register("register_bulk_action", deleting.DeletePages, order=10)


@hooks.register("register_admin_urls", order=-10)
def keep_pictures_in_use() -> list[Any]:
    """Stands before Wagtail's own address, which asks no hook."""
    return [path("images/<int:image_id>/delete/", pictures.delete)]


@hooks.register("before_move_page")
def ask_before_the_question(request: HttpRequest, page: Page, destination: Page) -> None:
    """Refuses already the page that asks whether to move; Wagtail refuses only the answer."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied
