"""The app's registration."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GuidanceConfig(AppConfig):
    """Keeps the contacts at the foot of every page fresh, however one was changed."""

    name = "guidance"

    def ready(self) -> None:
        from guidance.models import Contact
        from guidance.receivers import forget_contacts

        for signal in (post_save, post_delete):
            signal.connect(forget_contacts, sender=Contact, dispatch_uid="guidance.forget_contacts")
