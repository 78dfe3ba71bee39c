"""The app's registration."""

from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    """Names the app."""

    name = "guidance"
