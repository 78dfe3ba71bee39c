"""Looking at answers again, because what counted as right in a question was wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.models import Correction, QuestionVersion
from records.models.learning import Attempt


class Regrade(models.Model):
    """A corrected key on its way: written, proposed with a reason, and applied or returned by somebody else; or
    laid aside before that."""

    class State(models.TextChoices):
        """How far it has come."""

        WRITTEN = "written", _("written, not proposed yet")
        PROPOSED = "proposed", _("waits for somebody else")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        RETURNED = "returned", _("returned")
        DISCARDED = "discarded", _("laid aside")

    #: As it was asked.
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="regrades")
    #: With what is right.
    content = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    #: Why it was returned.
    answer = models.TextField(max_length=500, blank=True)
    correction = models.OneToOneField(
        Correction, null=True, blank=True, on_delete=models.PROTECT, related_name="regrade"
    )
    #: What came of it, in numbers only.
    counts = models.JSONField(default=dict, blank=True)
    #: Attempts to look at when it was applied, those that are behind us, and the last of these.
    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    last_attempt = models.PositiveBigIntegerField(default=0)
    #: The last that can have been marked by the old key; none until the worker has waited for whoever was handing in.
    until_attempt = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_decides_their_own_regrade",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["applying", "applied"], correction__isnull=False)
                | (~Q(state__in=["applying", "applied"]) & Q(correction__isnull=True)),
                name="an_applied_regrade_has_its_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"regrade {self.pk}"


class RegradedAttempt(models.Model):
    """What an attempt came to when it was looked at again; the newest holds, and nobody loses a pass.

    Append-only but for when its letter left.
    """

    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="regraded")
    score_before = models.DecimalField(max_digits=5, decimal_places=4)
    was_passed = models.BooleanField()
    #: What the answers are worth by the corrected key.
    score_marked = models.DecimalField(max_digits=5, decimal_places=4)
    #: What holds from now on: where a pass is kept that the key does not give, the score before.
    score = models.DecimalField(max_digits=5, decimal_places=4)
    is_passed = models.BooleanField()
    #: When a letter about a pass may leave, and when it did; none for who reads it on their pages only.
    goes_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt looked at again")
        verbose_name_plural = _("attempts looked at again")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["regrade", "attempt"], name="an_attempt_once_per_regrade"),
            models.CheckConstraint(condition=Q(was_passed=False) | Q(is_passed=True), name="nobody_loses_a_pass"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} in {self.regrade_id}"
