"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Names the app."""

    name = "privacy"

    def ready(self) -> None:
        from organisations.links import Link, Place, register_link

        # Names the kinds of letters.
        from privacy import mail  # noqa: F401

        register_link(
            Place.ACCOUNT, Link(_("Your data: take it with you, or ask for it to be removed"), "privacy:account")
        )
        # Wagtail indexes what refers to what at every save; nothing here is anybody's content.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
