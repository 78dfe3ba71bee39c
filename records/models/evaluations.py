"""What people say of a module when they have completed it, and once more when some time has passed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.models.completions import Completion


class Evaluation(models.Model):
    """Two answers, each on five steps and each of them optional; nothing in words, and nobody is asked twice."""

    class Moment(models.TextChoices):
        """When it was asked."""

        AT_COMPLETION = "at_completion", _("at completion")
        LATER = "later", _("some time later")

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="evaluations")
    moment = models.CharField(max_length=13, choices=Moment.choices)
    #: From 1, not at all, to 5, very much.
    helps = models.PositiveSmallIntegerField(null=True, blank=True)
    knows_next = models.PositiveSmallIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["completion", "moment"], name="one_evaluation_per_completion_and_moment"),
            models.CheckConstraint(
                condition=Q(helps__isnull=False) | Q(knows_next__isnull=False), name="an_evaluation_says_something"
            ),
            models.CheckConstraint(
                condition=(Q(helps__isnull=True) | Q(helps__range=(1, 5)))
                & (Q(knows_next__isnull=True) | Q(knows_next__range=(1, 5))),
                name="an_evaluation_has_five_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.completion_id} {self.moment}"
