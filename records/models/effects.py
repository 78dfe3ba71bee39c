"""Counting what a requirement would do to coverage, where that is too much to do while somebody waits."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Partnership
from records.models.requirements import Requirement


class EffectCount(models.Model):
    """One draft of a requirement whose effect the worker counts: how far it is, and what it has found.

    Holds numbers and what was chosen, and nothing about anybody.
    """

    class State(models.TextChoices):
        """How far it has come."""

        COUNTING = "counting", _("being counted")
        DONE = "done", _("counted")
        FAILED = "failed", _("could not be counted")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: In whose name it would be required: one of the two.
    partnership = models.ForeignKey(Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    #: The one that would change; none where it would be new.
    requirement = models.ForeignKey(Requirement, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    #: The key and title of each module.
    modules = models.JSONField()
    #: What was filled in, by the name of each field, and the same as terms.
    filled_in = models.JSONField()
    terms = models.JSONField()
    effective_from = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.COUNTING)
    asked_at = models.DateTimeField(default=timezone.now)
    #: People to count, module by module, and how many of them are behind us.
    total = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    #: The module under way, by its place, and the last of its people behind us.
    module = models.PositiveSmallIntegerField(default=0)
    last_person = models.PositiveBigIntegerField(default=0)
    #: How often the counting began without coming further.
    tries = models.PositiveSmallIntegerField(default=0)
    #: For each module that was begun its days with the numbers so far.
    numbers = models.JSONField(default=list, blank=True)

    #: Nobody's content: without this Wagtail would queue a task for each step.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("count of an effect")
        verbose_name_plural = _("counts of effects")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, organisation__isnull=True)
                | Q(partnership__isnull=True, organisation__isnull=False),
                name="effect_count_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"count of effect {self.pk}"

    @property
    def owner(self) -> Partnership | Organisation:
        """In whose name it would be required."""
        owner = self.partnership or self.organisation
        assert owner is not None  # the constraint effect_count_has_one_owner
        return owner
