"""How people come into an organisation."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.letters import WHY
from organisations.models.memberships import Kind
from organisations.models.organisations import Organisation, Role, Unit


class Invitation(models.Model):
    """A letter that lets one e-mail address join an organisation in a role.

    Opening its link changes nothing; the button on the page uses it up, once, by the address it was sent to.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.EMPLOYEE)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    is_for_lead = models.BooleanField(_("will lead the organisation"), default=False)
    #: At least 128 random bits; kept so that a lead can hand the link over when mail does not arrive.
    token = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: When the letter could not be handed to the mail server, or came back; empty once it was sent again.
    unsent_at = models.DateTimeField(null=True, blank=True)
    #: Why it came back; empty where our own mail server did not take it.
    unsent_why = models.CharField(max_length=12, choices=WHY, blank=True, default="")

    class State(models.TextChoices):
        """What has become of it."""

        OPEN = "open", _("open")
        USED = "used", _("used")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.organisation_id}"

    def state_at(self, moment: datetime) -> Invitation.State:
        """What it is at a moment; what was used stays used."""
        if self.accepted_at is not None:
            return self.State.USED
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        return self.State.OPEN if moment < self.expires_at else self.State.EXPIRED


class JoinRequest(models.Model):
    """A person with a proved address of a shared domain asks to join; a lead decides."""

    class Outcome(models.TextChoices):
        """What the lead decided."""

        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="join_requests")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail address"))
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(decided_at__isnull=True),
                name="one_open_request_per_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"request {self.pk} to join {self.organisation_id}"
