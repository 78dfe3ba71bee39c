"""The app's registration."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GuidanceConfig(AppConfig):
    """Keeps what is cached of guidance fresh, however it was changed."""

    name = "guidance"

    def ready(self) -> None:
        from guidance.models import Contact, Fact, FactVersion, Source
        from guidance.receivers import change_stamp, forget_contacts

        for signal in (post_save, post_delete):
            signal.connect(forget_contacts, sender=Contact, dispatch_uid="guidance.forget_contacts")
            for model in (Contact, Fact, FactVersion, Source):
                signal.connect(change_stamp, sender=model, dispatch_uid=f"guidance.change_stamp.{model.__name__}")
