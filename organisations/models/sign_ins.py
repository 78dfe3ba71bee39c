"""Where people are signed in, and the codes that let people without e-mail in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.memberships import Membership


class SignIn(models.Model):
    """One browser in which a person is signed in; it goes when they sign out there.

    Kept are the sort of browser and system and the hour of the last use, so that its owner knows it again: no network
    address, no place, no version.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40)
    browser = models.CharField(_("browser"), max_length=30, blank=True)
    system = models.CharField(_("system"), max_length=30, blank=True)
    is_shared_computer = models.BooleanField(_("shared computer"), default=False)
    started_at = models.DateTimeField(_("signed in"), default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(_("last used"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-last_seen_at", "-pk"]

    def __str__(self) -> str:
        return f"Sign-in {self.pk} of {self.person_id}"


class SignInCode(models.Model):
    """A code that an organisation's lead gives to a member who has no e-mail: it lets them choose a password, once."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="sign_in_code")
    code_hash = models.CharField(max_length=128)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(_("works until"))

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")

    def __str__(self) -> str:
        return f"Sign-in code for membership {self.membership_id}"
