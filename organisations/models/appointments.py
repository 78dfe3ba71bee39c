"""What a person may do, as dated rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisations import Organisation, Partnership, Unit
from organisations.querysets import AppointmentQuerySet, or_none


class Appointment(models.Model):
    """A person's authority as trainer, reviewer, lead or operator, within one scope.

    It holds from the day it started until the day it ended, which is the first day without it.
    """

    class Kind(models.TextChoices):
        """What the person is appointed as."""

        TRAINER = "trainer", _("trainer")
        REVIEWER = "reviewer", _("reviewer")
        ORGANISATION_LEAD = "organisation_lead", _("organisation lead")
        UNIT_LEAD = "unit_lead", _("unit lead")
        PARTNERSHIP_LEAD = "partnership_lead", _("partnership lead")
        OPERATOR = "operator", _("operator")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(_("appointed as"), max_length=20, choices=Kind.choices)
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    #: Of a trainer: codes of the languages that the person writes in; empty means every language.
    languages = models.JSONField(_("languages"), default=list, blank=True)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="appointment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        kind__in=["trainer", "reviewer", "partnership_lead"],
                        partnership__isnull=False,
                        organisation__isnull=True,
                        unit__isnull=True,
                    )
                    | Q(
                        kind="organisation_lead",
                        partnership__isnull=True,
                        organisation__isnull=False,
                        unit__isnull=True,
                    )
                    | Q(kind="unit_lead", partnership__isnull=True, organisation__isnull=True, unit__isnull=False)
                    | Q(kind="operator", partnership__isnull=True, organisation__isnull=True, unit__isnull=True)
                ),
                name="appointment_scope_fits_its_kind",
            ),
            models.UniqueConstraint(
                "person",
                "kind",
                or_none("partnership"),
                or_none("organisation"),
                or_none("unit"),
                condition=Q(ended_on__isnull=True),
                name="one_open_appointment_per_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.kind} from {self.started_on}"

    @property
    def language_names(self) -> list[str]:
        """The languages that a trainer is limited to, each in its own name."""
        return [name for code, name in settings.LANGUAGES if code in self.languages]


class Writing(models.Model):
    """What the permissions to write in a language belong to; it never has a row.

    Whoever holds a permission on a kind of thing is shown its history in the CMS, so these belong to nothing that has
    one: on appointments they would show trainers who was appointed by whom.
    """

    class Meta:
        default_permissions = ()
        permissions = [(f"write_{code}", f"Can write in {name}") for code, name in settings.LANGUAGES]

    def __str__(self) -> str:
        return "writing"
