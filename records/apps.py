"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class RecordsConfig(AppConfig):
    """Names the app and connects what must follow from events."""

    name = "records"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed
        from django.contrib.auth.signals import user_logged_in

        from courses.access import register_deletion_check
        from courses.events import edition_published, refresher_called_off
        from courses.learning_again import register_counter
        from organisations.events import (
            letter_came_back,
            membership_changed,
            memberships_changed,
            memberships_went_on,
            partnership_membership_changed,
            people_about_to_merge,
            people_merged,
            people_parted,
            person_renamed,
        )
        from organisations.links import Link, Place, register_link
        from organisations.merging import register_merge_teller

        # The mail modules name the kinds of letters.
        from records import import_kind, mail, mail_briefings, receivers  # noqa: F401
        from records.access_deleting import records_below
        from records.events import completion_recorded, completion_voided, completions_recorded
        from records.selectors.learning_again import people_who_completed
        from records.selectors.merging import told_of_merge

        membership_changed.connect(receivers.on_membership_changed)
        memberships_changed.connect(receivers.on_memberships_changed)
        memberships_went_on.connect(receivers.on_memberships_went_on)
        partnership_membership_changed.connect(receivers.on_partnership_membership_changed)
        people_about_to_merge.connect(receivers.on_people_about_to_merge)
        people_merged.connect(receivers.on_people_merged)
        people_parted.connect(receivers.on_people_parted)
        person_renamed.connect(receivers.on_person_renamed)
        letter_came_back.connect(receivers.on_letter_came_back)
        email_confirmed.connect(receivers.on_address_proved)
        user_logged_in.connect(receivers.on_signed_in)
        completion_recorded.connect(receivers.on_completion_changed)
        completion_voided.connect(receivers.on_completion_changed)
        completions_recorded.connect(receivers.on_completions_recorded)
        edition_published.connect(receivers.on_edition_published)
        refresher_called_off.connect(receivers.on_refresher_called_off)
        import_kind.register()

        register_deletion_check(records_below)
        register_counter(people_who_completed)
        register_merge_teller(told_of_merge)
        register_link(Place.ACCOUNT, Link(gettext_lazy("My record"), "records:my_record"))
        register_link(Place.PERSON, Link(gettext_lazy("What they completed here"), "records:person_record"))

        # Wagtail indexes what refers to what at every save of a model with a foreign key. A record is nobody's
        # content: without this each answer handed in would queue several tasks for the worker.
        for model in self.get_models():
            setattr(model, "wagtail_reference_index_ignore", True)  # noqa: B010
