"""Who was reminded, when, and who was left out."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Returnable


class ReminderRound(models.Model):
    """One time that people were reminded: by a lead in their own words, or by Signpost before something ends."""

    #: Made when the page is opened: pressed twice, the button sends once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Whose lead sent it; none where Signpost did.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="reminder_rounds"
    )
    words = models.TextField(_("own words"), max_length=500, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    #: The day on which Signpost reminded by itself: once a day, whichever worker asks first.
    automatic_on = models.DateField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("round of reminders")
        verbose_name_plural = _("rounds of reminders")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, automatic_on__isnull=True)
                | Q(organisation__isnull=True, automatic_on__isnull=False, words=""),
                name="reminders_by_a_lead_or_by_signpost",
            )
        ]

    def __str__(self) -> str:
        return f"reminders {self.pk}"


class Reminder(Returnable):
    """That one person was reminded of what an organisation asks, or left out and why; changed by its post only."""

    class Outcome(models.TextChoices):
        """What became of it."""

        SENT = "sent", _("gets a letter")
        RECENTLY = "recently", _("had a letter within the week")
        AWAY = "away", _("is away")
        NO_ADDRESS = "no_address", _("has no e-mail address")
        NOT_NEEDED = "not_needed", _("was asked for nothing any more")

    round = models.ForeignKey(ReminderRound, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reminders")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    #: When the letter may leave; none for who is left out.
    goes_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "goes_at"], name="reminder_of_the_week")]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="one_reminder_per_round_and_person"),
            models.CheckConstraint(
                condition=Q(outcome="sent", goes_at__isnull=False)
                | (~Q(outcome="sent") & Q(goes_at__isnull=True, posted_at__isnull=True)),
                name="reminder_goes_or_is_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.outcome}"
