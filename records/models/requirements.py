"""What a partnership or an organisation requires of which roles."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import ModulePage
from organisations.models import Organisation, Partnership, Role
from organisations.querysets import DatedQuerySet


class Requirement(models.Model):
    """That a module is required, by one partnership or one organisation; how is in its versions."""

    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    module = models.ForeignKey(
        ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="requirements"
    )
    module_key = models.UUIDField(db_index=True)
    module_title = models.CharField(max_length=255)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["module_title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=True) ^ Q(organisation__isnull=True),
                name="requirement_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.module_title


class RequirementVersion(models.Model):
    """How a requirement stands from day to day. Never edited: a change ends it and starts the next."""

    class Base(models.TextChoices):
        """From which day the validity of a completion is counted."""

        COMPLETION = "completion", _("the day it was completed")
        EXPIRY = "expiry", _("the old expiry, when renewed inside the window")
        FIXED = "fixed", _("a fixed day, the same for everybody")

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_from = models.DateField(_("from"))
    effective_to = models.DateField(_("to"), null=True, blank=True)
    is_for_all_roles = models.BooleanField(_("everyone"), default=False)
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), blank=True, related_name="requirement_versions")
    #: Kinds of membership it holds for; empty means every kind.
    kinds = models.JSONField(_("kinds of membership"), default=list, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due after, days"), default=30, validators=[MaxValueValidator(730)])
    due_by = models.DateField(_("due by"), null=True, blank=True)
    valid_for_months = models.PositiveSmallIntegerField(
        _("valid for, months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    window_days = models.PositiveSmallIntegerField(
        _("renewal window, days"), default=60, validators=[MaxValueValidator(730)]
    )
    base = models.CharField(_("counted from"), max_length=12, choices=Base.choices, default=Base.EXPIRY)
    #: With the base "fixed": the day on which validity ends for everybody, again after each `valid_for_months`.
    fixed_on = models.DateField(_("fixed day"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a requirement")
        verbose_name_plural = _("versions of a requirement")
        ordering = ["requirement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "number"], name="one_requirement_version_per_number"),
            models.UniqueConstraint(
                fields=["requirement"],
                condition=Q(effective_to__isnull=True),
                name="one_open_version_per_requirement",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="requirement_version_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(due_by__isnull=True) | Q(due_by__gte=F("effective_from")),
                name="requirement_version_due_after_start",
            ),
            models.CheckConstraint(
                condition=(
                    Q(base="fixed", fixed_on__isnull=False, valid_for_months__isnull=False)
                    | (~Q(base="fixed") & Q(fixed_on__isnull=True))
                ),
                name="requirement_version_fixed_in_full_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} from {self.effective_from}"
