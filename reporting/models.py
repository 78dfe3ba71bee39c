"""Reports that are published and then never change, and who asked to be written to each month."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Partnership, Returnable


class Report(models.Model):
    """The coverage of a day and the delivery of a period, as a partnership publishes them."""

    class State(models.TextChoices):
        """Where the report stands."""

        DRAFT = "draft", _("draft")
        SHARED = "shared", _("with the organisations")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="reports")
    day = models.DateField(_("coverage on"))
    delivery_from = models.DateField(_("delivery from"))
    delivery_to = models.DateField(_("delivery to"))
    #: What was chosen to look at, as it stands in an address; empty for everything.
    scope = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    #: Counts below this are hidden; 0 hides none. Kept from the day on which the numbers were counted.
    threshold = models.PositiveSmallIntegerField(default=0)
    #: Everything that is printed, and the exact numbers behind it; none while it is a draft.
    payload = models.JSONField(null=True, blank=True)
    #: SHA-256 of the payload, from the moment of publication.
    checksum = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: When the numbers were counted and the organisations told.
    shared_at = models.DateTimeField(null=True, blank=True)
    #: The first day on which it may be published.
    publish_from = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdraw_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(delivery_to__gte=F("delivery_from")), name="report_period_has_an_end"),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True, payload__isnull=True, publish_from__isnull=True)
                | Q(shared_at__isnull=False, payload__isnull=False, publish_from__isnull=False),
                name="report_is_shared_with_its_numbers",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, checksum="")
                | Q(published_at__isnull=False, shared_at__isnull=False) & ~Q(checksum=""),
                name="report_is_published_with_its_checksum",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", shared_at__isnull=True)
                | Q(state="shared", shared_at__isnull=False, published_at__isnull=True)
                | Q(state="published", published_at__isnull=False)
                | Q(state="withdrawn"),
                name="report_state_fits_its_times",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdraw_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdraw_reason=""),
                name="report_is_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} on {self.day}"

    @property
    def is_published(self) -> bool:
        """Whether its numbers have become final, also where it was withdrawn later."""
        return self.published_at is not None


class ReportPart(models.Model):
    """An organisation's row of a report: that it was shown to its leads, and the comment that is printed with it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="report_parts")
    comment = models.CharField(_("comment"), max_length=600, blank=True, default="")
    commented_at = models.DateTimeField(null=True, blank=True)
    commented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of a report")
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "organisation"], name="an_organisation_has_one_row_in_a_report")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.report_id}"


class ReportLetter(Returnable):
    """That a lead is to be told of a report that they can look at. The next sharing and its post change the letter."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_letters")
    #: When the report was shared of which it tells.
    shared_at = models.DateTimeField()
    #: What is told later is told too late: the report may be published by then.
    tell_by = models.DateTimeField()
    #: When the letter may leave; none where none can before that.
    goes_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("letter about a report")
        verbose_name_plural = _("letters about a report")
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "goes_at"], name="report_letter_of_the_week")]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "person"],
                condition=Q(posted_at__isnull=True),
                name="one_letter_about_a_report_waits",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(goes_at__isnull=False),
                name="a_report_letter_posted_had_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} about {self.report_id}"


class MonthlyReader(models.Model):
    """A lead who is written to each month, or who stopped that: then nobody else begins it again."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="monthly_reader")
    since = models.DateTimeField(default=timezone.now, editable=False)
    #: The lead who chose it for them; none where they did it themselves.
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_own_choice = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reader of the monthly report")
        verbose_name_plural = _("readers of the monthly report")
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(is_own_choice=True, chosen_by__isnull=True),
                name="only_the_reader_stops_the_monthly_letter",
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class MonthlyLetter(models.Model):
    """That a lead was written to in a month: never twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="monthly_letters")
    #: Its first day.
    month = models.DateField()
    queued_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("monthly letter")
        verbose_name_plural = _("monthly letters")
        ordering = ["-month", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "month"], name="one_letter_a_month")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.month:%B %Y}"
