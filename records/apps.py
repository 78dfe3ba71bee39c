"""The app's registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Names the app and connects what must follow from events."""

    name = "records"

    def ready(self) -> None:
        from organisations.events import membership_changed, partnership_membership_changed
        from records import receivers
        from records.events import completion_recorded, completion_voided

        membership_changed.connect(receivers.on_membership_changed)
        partnership_membership_changed.connect(receivers.on_partnership_membership_changed)
        completion_recorded.connect(receivers.on_completion_changed)
        completion_voided.connect(receivers.on_completion_changed)

        # Wagtail indexes what refers to what at every save of a model with a foreign key. A record is nobody's
        # content: without this each answer handed in would queue several tasks for the worker.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
