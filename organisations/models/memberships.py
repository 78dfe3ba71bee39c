"""Who works where, in which role, and how many people there are in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisations import Organisation, Role, Unit
from organisations.querysets import DatedQuerySet, MembershipQuerySet, or_none

if TYPE_CHECKING:
    from organisations.models.people import User


class Kind(models.TextChoices):
    """How a person belongs to an organisation."""

    EMPLOYEE = "employee", _("employee")
    AGENCY = "agency", _("agency worker")
    VOLUNTEER = "volunteer", _("volunteer")
    STUDENT = "student", _("student")
    ELECTED = "elected", _("elected member")
    CONTRACTOR = "contractor", _("contractor")


class Membership(models.Model):
    """A person in an organisation, perhaps in one of its units, in one role, from day to day.

    A change of role, unit or kind ends one membership and starts the next, so that every day keeps its own.
    """

    Kind = Kind

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.EMPLOYEE)
    staff_number = models.CharField(_("staff number"), max_length=50, blank=True)
    #: The address under which this organisation knows the person; a personal address is never copied here.
    work_email = models.EmailField(_("work e-mail address"), blank=True)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)
    role_confirmed_at = models.DateTimeField(_("role confirmed at"), null=True, blank=True)
    role_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["started_on", "pk"]
        indexes = [models.Index(fields=["organisation", "role", "started_on"], name="membership_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ended_on__isnull=True),
                name="one_open_membership_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id} from {self.started_on}"

    @property
    def goes_on_as(self) -> User:
        """The person as they go on: the one into whom this one was merged, if any."""
        return self.person.merged_into or self.person

    @property
    def is_role_confirmed(self) -> bool:
        """Whether a lead has confirmed the role that the person chose."""
        return self.role_confirmed_at is not None


class Away(models.Model):
    """Days on which a member is away: nothing is required and no mail is sent. No reason is kept."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="away")
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("time away")
        verbose_name_plural = _("times away")
        ordering = ["started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="away_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} away from {self.started_on}"


class Headcount(models.Model):
    """How many people an organisation says it has in a role on a day.

    No role means the whole organisation; no kind means every kind. The newest figure up to a day counts.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="headcounts")
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="headcounts")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True, default="")
    people = models.PositiveIntegerField(_("people"))
    counted_on = models.DateField(_("counted on"))
    source = models.CharField(_("source"), max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        ordering = ["-counted_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", or_none("role"), "kind", "counted_on", name="one_headcount_per_role_kind_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} in {self.organisation_id} on {self.counted_on}"
