"""The app's registration."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Names the app."""

    name = "reporting"

    def ready(self) -> None:
        # Names the kinds of letters.
        from reporting import mail  # noqa: F401

        # Nobody's content: without this Wagtail would queue tasks for the worker at each save.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
