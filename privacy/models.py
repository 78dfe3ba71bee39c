"""What the privacy notice says, how long records are kept, and requests to remove a person's details."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Partnership
from organisations.querysets import or_none


class NoticeDetails(models.Model):
    """What a partnership says of itself on the privacy notice; all else there follows from the settings in force."""

    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="notice")
    controller = models.CharField(_("who is responsible"), max_length=200)
    contact = models.TextField(_("how to reach them"), max_length=500)
    more = models.TextField(_("anything to add"), max_length=2000, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("details of the privacy notice")
        verbose_name_plural = _("details of the privacy notice")

    def __str__(self) -> str:
        return self.controller


class ErasureRequest(models.Model):
    """That a person's details be removed: asked for in one step, carried out in another."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("open")
        CANCELLED = "cancelled", _("taken back")
        REFUSED = "refused", _("refused")
        DONE = "done", _("done")

    class Refusal(models.TextChoices):
        """Why a request may be refused; there is no free text, so that nobody's story is told here."""

        LAW = "law", _("The law asks us to keep this record.")
        CLAIM = "claim", _("The record is needed for a legal claim.")
        UNSURE = "unsure", _("We cannot be sure who is asking.")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure_requests", editable=False
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_by_letter = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    #: Nothing is removed before; until then the person may take the request back.
    runs_from = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=10, choices=Refusal.choices, blank=True, default="")

    class Meta:
        verbose_name = _("request to remove details")
        verbose_name_plural = _("requests to remove details")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="open"), name="one_open_erasure_request_per_person"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="erasure_request_decided_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class LastLetter(models.Model):
    """Where a person is told that their details are removed: it belongs to nobody, and goes with the letter."""

    address = models.EmailField(editable=False)
    language = models.CharField(max_length=10, editable=False)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"letter {self.pk}"


class RecordType(models.TextChoices):
    """The kinds of records that have a period of their own."""

    INVITATIONS = "invitations", _("Invitations that have ended")
    IMPORTS = "imports", _("Files of people and headcounts, with rows that were not taken")
    REQUESTS = "join_requests", _("Requests to join that were answered")
    DETAILS = "details", _("Staff number and work address of people who left")
    OPEN_WORK = "open_work", _("Modules begun and left lying")
    ANSWERS = "answers", _("Answers given in quizzes")
    PEOPLE = "people", _("People who left and do not use their account")
    HELD_NAMES = "held_names", _("Names of people without an account who were at a briefing")
    REMINDERS = "reminders", _("Reminders that were sent")
    NAMES = "names", _("Log of who looked at names")
    UNUSED = "unused", _("Accounts that were never used")
    ERASURES = "erasures", _("Requests to remove details that have ended")
    TASKS = "tasks", _("Background work that is finished")


class RetentionPeriod(models.Model):
    """How many months one kind of record is kept: set for a partnership, or by an organisation for itself."""

    record_type = models.CharField(max_length=20, choices=RecordType.choices)
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="retention_periods"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="retention_periods"
    )
    #: None means without end.
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("period of keeping")
        verbose_name_plural = _("periods of keeping")
        ordering = ["record_type", "pk"]
        constraints = [
            models.UniqueConstraint(
                "record_type",
                or_none("partnership"),
                or_none("organisation"),
                name="one_period_per_record_type_and_place",
            ),
            models.CheckConstraint(
                condition=Q(partnership__isnull=True) ^ Q(organisation__isnull=True), name="period_has_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type}: {self.months}"


class RetentionRun(models.Model):
    """One going-over of everything that is past its period, in small steps that can stop and go on."""

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: The London day of a nightly run; two workers make one.
    night_of = models.DateField(null=True, blank=True, unique=True)
    #: Ids of the organisations it goes over; none for all of them and what belongs to no organisation.
    organisation_ids = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("deletion run")
        verbose_name_plural = _("deletion runs")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"run {self.pk}"


class RetentionResult(models.Model):
    """What a run has done so far to one kind of record of one organisation."""

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="results")
    record_type = models.CharField(max_length=20, choices=RecordType.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    done = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("result of a deletion run")
        verbose_name_plural = _("results of a deletion run")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "run", "record_type", or_none("organisation"), name="one_result_per_run_type_and_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type}: {self.done}"
