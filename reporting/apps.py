"""The app's registration."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Names the app."""

    name = "reporting"

    def ready(self) -> None:
        from organisations.letter_limits import register_letters
        from reporting.selectors.letters import last_letters_of_reports

        register_letters(last_letters_of_reports)

        # Nobody's content: without this Wagtail would queue tasks for the worker at each save.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
