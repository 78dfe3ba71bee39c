"""Wagtail's users app without its screens: `organisations.actions` alone writes people and their groups."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Points Wagtail at viewsets that have no menu and no address."""

    user_viewset = "organisations.viewsets.NoScreens"
    group_viewset = "organisations.viewsets.NoScreens"
