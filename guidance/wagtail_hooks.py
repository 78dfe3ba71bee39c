"""The CMS face of guidance: only registration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from guidance import rich_text
from guidance.access import may_check
from guidance.dashboard import ChecksPanel
from guidance.models import Contact, Fact, Source
from guidance.places import refuse_delete
from guidance.viewsets import GuidanceViewSetGroup

register_snippet(GuidanceViewSetGroup)


@hooks.register("register_rich_text_features")
def register_quotes(features: FeatureRegistry) -> None:
    """Lets rich text quote facts and contacts."""
    rich_text.register(features)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Plain words for the history of a fact or a contact."""
    actions.register_action("guidance.check", _("Check"), _("Checked, still true"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """What must be looked at again."""
    return [path("", include("guidance.urls"))]


class ChecksMenuItem(MenuItem):
    """Shown to those who keep facts and contacts."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_check(request.user)


@hooks.register("register_admin_menu_item")
def register_checks() -> MenuItem:
    """The way to what must be looked at again."""
    return ChecksMenuItem(_("To check"), reverse("guidance:checks"), name="checks", icon_name="history", order=251)


@hooks.register("construct_homepage_panels")
def show_checks(request: HttpRequest, panels: list[Any]) -> None:
    """Says on the dashboard how many wait."""
    panels.append(ChecksPanel())


@hooks.register("before_delete_snippet")
def keep_what_is_quoted(request: HttpRequest, instances: Iterable[object]) -> HttpResponse | None:
    """Says at once, on the way to any delete page, that what is quoted or named is kept, and where it stands."""
    rows = [instance for instance in instances if isinstance(instance, Fact | Contact | Source)]
    try:
        refuse_delete(rows)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect(rows[0].snippet_viewset.get_url_name("list"))
    return None


@hooks.register("before_bulk_action")
def keep_many_that_are_quoted(
    request: HttpRequest, action_type: str, objects: list[object], action: object
) -> HttpResponse | None:
    """The same for many at once: bulk deletion does not ask the other hook."""
    return keep_what_is_quoted(request, objects) if action_type == "delete" else None
