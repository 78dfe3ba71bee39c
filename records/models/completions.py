"""Completions: the record itself, which survives its page, its quiz, its organisation and its role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Edition, ModulePage
from organisations.models import Membership, Organisation, Role
from records.models.learning import Enrolment


class Completion(models.Model):
    """That a person completed a module on a day. Never changed; a mistake is voided with a reason."""

    class Source(models.TextChoices):
        """How the person came to it; reports keep the three apart."""

        ASSESSED = "assessed", _("assessed")
        ATTENDED = "attended", _("attended")
        RECOGNISED = "recognised", _("recognised")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions")
    enrolment = models.OneToOneField(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="completion"
    )
    module = models.ForeignKey(
        ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="completions"
    )
    module_key = models.UUIDField()
    title = models.CharField(max_length=255)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="completions")
    edition_number = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    lesson_keys = models.JSONField(default=list)
    completed_on = models.DateField()
    #: The completion that the lessons done here are added to, and the day from which its validity counts.
    adds_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="added")
    counted_from = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.ASSESSED)
    #: Of the attempt that passed; none where the module has no counting quiz.
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    void_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ["-completed_on", "-pk"]
        indexes = [
            # With all that coverage asks of a completion, so that it reads the index alone.
            models.Index(
                fields=["person", "module_key", "completed_on", "id", "source", "edition_number", "voided_at"],
                name="completion_newest",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                    | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""))
                ),
                name="completion_voided_in_full_or_not",
            ),
            models.CheckConstraint(
                # What it was added to may have been deleted, with its time.
                condition=Q(adds_to__isnull=True, counted_from__isnull=True) | Q(counted_from__lte=F("completed_on")),
                name="completion_adds_to_what_came_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.completed_on}"


class CompletionMembership(models.Model):
    """Where the person worked on the day of the completion, copied."""

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="memberships")
    membership = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation_name = models.CharField(max_length=200)
    role = models.ForeignKey(Role, null=True, on_delete=models.SET_NULL, related_name="+")
    role_name = models.CharField(max_length=120)

    class Meta:
        ordering = ["organisation_name", "pk"]

    def __str__(self) -> str:
        return self.organisation_name


class LessonsNotDone(models.Model):
    """That lessons which a role has of its own were not done in a completion: it is not good for that role."""

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="lessons_not_done")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("lessons of a role not done")
        verbose_name_plural = _("lessons of a role not done")
        constraints = [models.UniqueConstraint(fields=["completion", "role"], name="lessons_not_done_once_per_role")]

    def __str__(self) -> str:
        return f"{self.role_id}"
