"""The app's registration."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Names the app."""

    name = "privacy"

    def ready(self) -> None:
        # Wagtail indexes what refers to what at every save; nothing here is anybody's content.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
