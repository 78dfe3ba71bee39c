"""The app's registration."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Names the app and connects what must follow from events."""

    name = "reporting"

    def ready(self) -> None:
        from organisations.events import letter_came_back

        # `mail` names the kinds of letters.
        from reporting import mail, receivers  # noqa: F401

        letter_came_back.connect(receivers.on_letter_came_back)

        # Nobody's content: without this Wagtail would queue tasks for the worker at each save.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
