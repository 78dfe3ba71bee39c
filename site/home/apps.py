"""The app's registration."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Names the app."""

    name = "home"
