"""The project's own app: joins the apps below it and holds what belongs to none of them."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Named so that Django finds the project's commands and checks."""

    name = "config"
    verbose_name = "Signpost"

    def ready(self) -> None:
        from config import checks, receivers  # noqa: F401

        receivers.connect()
