"""Where each member stands with each requirement, as intervals of days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership, Organisation, Role
from records.models.completions import Completion
from records.models.requirements import RequirementVersion


class Standing(models.Model):
    """One stretch of one membership under one requirement version.

    Holds intervals only, never a state as of some day: the state on any day follows by comparing dates, so
    nothing has to run at midnight. A stretch ends where the next begins: after an expiry without renewal, or at
    time away. `records.rules` computes stretches; `rebuild_standing --check` proves that the rows equal them.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="standing")
    requirement_version = models.ForeignKey(RequirementVersion, on_delete=models.CASCADE, related_name="standing")
    # Copied from the two above so that a coverage table reads one table.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="standing")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="standing")
    module_key = models.UUIDField()
    required_from = models.DateField()
    required_to = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    satisfied_from = models.DateField(null=True, blank=True)
    satisfied_to = models.DateField(null=True, blank=True)
    # What the person has shown, on each day of the stretch from the first of these on: how they came to the newest
    # completion that there is, and the newest edition that they completed.
    shown_on = models.DateField(null=True, blank=True)
    shown_source = models.CharField(max_length=12, choices=Completion.Source, blank=True, default="")
    shown_edition = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standing")
        ordering = ["membership", "requirement_version", "required_from"]
        indexes = [
            models.Index(fields=["organisation", "module_key", "required_from"], name="standing_coverage"),
            models.Index(fields=["person", "module_key"], name="standing_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "requirement_version", "required_from"], name="one_standing_per_stretch"
            ),
            models.CheckConstraint(
                condition=Q(required_to__isnull=True) | Q(required_to__gte=F("required_from")),
                name="standing_required_in_order",
            ),
            models.CheckConstraint(
                condition=Q(satisfied_from__isnull=False) | Q(satisfied_to__isnull=True),
                name="standing_satisfied_has_a_start",
            ),
            models.CheckConstraint(
                condition=Q(satisfied_from__isnull=True, shown_on__isnull=True, shown_source="", shown_edition=0)
                | (Q(satisfied_from__isnull=False, shown_on__isnull=False) & ~Q(shown_source="")),
                name="standing_satisfied_says_what_was_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} from {self.required_from}"
