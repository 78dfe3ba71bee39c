"""Letters that have left, and what came back."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.bounces import Why

WHY = [
    (Why.NO_ADDRESS.value, _("there is no such address")),
    (Why.FULL.value, _("the mailbox is full")),
    (Why.CLOSED.value, _("the mailbox takes no letters")),
    (Why.UNREACHABLE.value, _("the mail server of the address could not be reached")),
    (Why.REFUSED.value, _("the mail server of the address did not let it in")),
    (Why.OTHER.value, _("the mail server of the address sent it back")),
]


class SentLetter(models.Model):
    """That a letter left, and the key by which reports of mail servers name it. It names nobody, and goes in time."""

    #: 128 random bits: whoever does not have the letter cannot say that it came back.
    key = models.CharField(max_length=32, unique=True)
    #: The path of its templates.
    kind = models.CharField(max_length=60)
    #: The numbers of the rows that it is about.
    about = models.JSONField(default=list)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)
    came_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("letter that was sent")
        verbose_name_plural = _("letters that were sent")

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Returnable(models.Model):
    """For rows with a letter that somebody looks at: that it came back, and why."""

    came_back_at = models.DateTimeField(null=True, blank=True)
    came_back_why = models.CharField(max_length=12, choices=WHY, blank=True, default="")

    class Meta:
        abstract = True
