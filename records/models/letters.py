"""Letters about briefings: to leads who are asked to one, and to those who come, when it is cancelled or moved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Returnable
from records.models.sessions import SessionInvitation


class BriefingLetter(Returnable):
    """That somebody is to be told of a briefing. The next change of it, its post and their lead change it only."""

    class About(models.TextChoices):
        """What it tells them of."""

        CHANGED = "changed", _("cancelled or moved")
        ASKED = "asked", _("their organisation is asked")

    about = models.CharField(max_length=10, choices=About.choices, default=About.CHANGED)
    #: Why they are told: their own place, or the invitation of the organisation that they lead.
    invitation = models.ForeignKey(SessionInvitation, on_delete=models.CASCADE, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="briefing_letters")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    #: What is told later is told too late: they may be on their way, or cannot send anybody any more.
    tell_by = models.DateTimeField()
    #: When the letter may leave; none where none can before the briefing.
    goes_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    #: That their lead told them in another way, where no letter came in time.
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("letter about a briefing")
        verbose_name_plural = _("letters about a briefing")
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "goes_at"], name="briefing_letter_of_the_week")]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "person", "about"],
                condition=Q(posted_at__isnull=True),
                name="one_letter_about_a_briefing_waits",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(goes_at__isnull=False), name="a_letter_posted_had_its_time"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=False) | Q(told_by__isnull=True), name="whoever_told_did_so_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} about {self.invitation_id}"
