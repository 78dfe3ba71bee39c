"""The app's registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Names the app."""

    name = "records"
