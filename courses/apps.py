"""The app's registration."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Names the app."""

    name = "courses"
