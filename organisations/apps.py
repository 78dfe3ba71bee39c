"""The app's registration."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Names the app."""

    name = "organisations"

    def ready(self) -> None:
        # `mail` names the kinds of letters.
        from organisations import import_kinds_here, mail, receivers  # noqa: F401

        receivers.connect()
        import_kinds_here.register()
