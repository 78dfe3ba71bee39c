"""Training elsewhere that completes a module here: on what evidence, and which course equals what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from organisations.models import Organisation
from records.models.completions import Completion


class Recognition(models.Model):
    """What a recognised completion rests on: who says so, of which training, and what shows it."""

    completion = models.OneToOneField(Completion, on_delete=models.CASCADE, related_name="recognition")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    course = models.CharField(_("course"), max_length=200, blank=True, default="")
    #: What shows it: the number of a certificate, or where the paper is kept.
    reference = models.CharField(_("reference"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("recognition of training")
        verbose_name_plural = _("recognitions of training")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reference=""), name="recognition_says_what_shows_it")
        ]

    def __str__(self) -> str:
        return f"recognition {self.pk}"


class OutsideCourse(models.Model):
    """A course elsewhere that equals an edition of a module, for one organisation's files."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="outside_courses")
    name = models.CharField(_("course"), max_length=200)
    #: The name as it is compared.
    key = models.CharField(max_length=200)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("course elsewhere")
        verbose_name_plural = _("courses elsewhere")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_module_per_outside_course")]

    def __str__(self) -> str:
        return self.name
