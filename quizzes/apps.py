"""The app's registration."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Names the app."""

    name = "quizzes"
