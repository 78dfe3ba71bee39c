"""The app's registration."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Names the app."""

    name = "organisations"

    def ready(self) -> None:
        from organisations import import_kinds_here, receivers

        receivers.connect()
        import_kinds_here.register()
