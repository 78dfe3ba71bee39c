"""What one person is given beyond the rules of a quiz; nobody asks for a reason, and none is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.models.learning import Enrolment


class ExtraAttempt(models.Model):
    """One more attempt at a quiz for somebody who had used all; append-only."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="extra_attempts")
    lesson_key = models.UUIDField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attempt that was added")
        verbose_name_plural = _("attempts that were added")
        ordering = ["given_at", "pk"]
        indexes = [models.Index(fields=["enrolment", "lesson_key"], name="extra_attempt_place")]

    def __str__(self) -> str:
        return f"{self.lesson_key}"


class MoreTime(models.Model):
    """How much longer somebody has for every quiz with a time limit."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="more_time")
    #: How much is added to a limit, in per cent; empty: no limit at all.
    extra_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("more time for quizzes")
        verbose_name_plural = _("more time for quizzes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
