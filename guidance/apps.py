"""The app's registration."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GuidanceConfig(AppConfig):
    """Keeps what is cached of guidance fresh, however it was changed."""

    name = "guidance"

    def ready(self) -> None:
        from guidance.models import Contact, Fact, FactVersion, OpeningTime, Source
        from guidance.receivers import change_stamp
        from guidance.selectors_gaps import contact_notes
        from organisations.notes import register_note_finder

        register_note_finder(contact_notes)
        for signal in (post_save, post_delete):
            for model in (Contact, Fact, FactVersion, OpeningTime, Source):
                signal.connect(change_stamp, sender=model, dispatch_uid=f"guidance.change_stamp.{model.__name__}")
