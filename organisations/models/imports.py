"""Files of people and headcounts on their way in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.memberships import Membership
from organisations.models.organisations import Organisation, Partnership, Role


class ImportRun(models.Model):
    """One file that somebody brought: what it holds, what was decided about it, and what became of it."""

    class Kind(models.TextChoices):
        """What the file is about. Apps above have kinds of their own: see `import_kinds`."""

        PEOPLE = "people", _("people")
        HEADCOUNTS = "headcounts", _("headcounts")
        HEADCOUNTS_OF_MANY = "headcounts_of_many", _("headcounts of organisations of a partnership")

    class State(models.TextChoices):
        """How far it is."""

        UPLOADED = "uploaded", _("columns to check")
        CHECKING = "checking", _("being read")
        CHECKED = "checked", _("waiting for your answer")
        APPLYING = "applying", _("being saved")
        DONE = "done", _("saved")
        CANCELLED = "cancelled", _("cancelled")
        UNREADABLE = "unreadable", _("could not be read")

    class Mode(models.TextChoices):
        """What happens when rows are refused."""

        ALL = "all", _("Save all rows, or none")
        GOOD = "good", _("Save the good rows, and give me a file of the others")

    #: What the file is about: an organisation, or the organisations of a partnership.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=200)
    #: The file itself, until its rows are read.
    content = models.BinaryField(null=True, blank=True)
    header = models.JSONField(default=list)
    #: The first rows, to show what stands in each column; gone with the file.
    samples = models.JSONField(default=list, blank=True)
    #: The place of the column of each field.
    columns = models.JSONField(default=dict, blank=True)
    #: The role of those of whom the file says none.
    default_role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: Whether whoever brought it leads units: it touches only their people.
    is_of_units = models.BooleanField(default=False)
    #: Answers to what the kind asks before the rows are read.
    options = models.JSONField(default=dict, blank=True)
    mode = models.CharField(max_length=4, choices=Mode.choices, blank=True, default="")
    #: The last day of people who stand in no row; none lets them be.
    missing_end_on = models.DateField(null=True, blank=True)
    sends_invitations = models.BooleanField(default=False)
    #: How many rows became what, as planned and as done.
    planned = models.JSONField(default=dict, blank=True)
    done = models.JSONField(default=dict, blank=True)
    #: The rows of the file, with whoever is ended because no row names them, and how many of these are behind us.
    total = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    #: Why the file as a whole was refused.
    fault = models.CharField(max_length=30, blank=True, default="")

    #: Nobody's content: without this Wagtail would queue a task for each step.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(state="applying"), name="one_import_is_applied_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["partnership", "kind"],
                condition=Q(state="applying"),
                name="one_import_of_a_partnership_is_applied_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, partnership__isnull=True)
                | Q(organisation__isnull=True, partnership__isnull=False),
                name="import_is_about_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.kind} into {self.organisation_id or f'partnership {self.partnership_id}'}"

    @property
    def place(self) -> Organisation | Partnership:
        """What the file is about."""
        place = self.organisation or self.partnership
        assert place is not None  # the constraint import_is_about_one_place
        return place

    @property
    def of_one(self) -> Organisation:
        """The organisation of a file that is about one."""
        assert self.organisation is not None
        return self.organisation

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has it."""
        return self.state in (self.State.CHECKING, self.State.APPLYING)

    @property
    def refused(self) -> int:
        """Rows that were not taken, so far as is known."""
        return (self.done or self.planned).get("refused", 0)

    @property
    def settled(self) -> int:
        """Rows about which nothing is to be done, as planned: saving begins behind them."""
        return sum(self.planned.get(name, 0) for name in ("unchanged", "left_out", "refused"))

    @property
    def has_good_rows(self) -> bool:
        """Whether any row was taken: who stands in no row is not one."""
        return any(number for name, number in self.planned.items() if name not in ("refused", "missing"))


class ImportRow(models.Model):
    """One row of a file between reading and saving; it goes when it is saved. Refused ones stay for the error file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    #: The number that a spreadsheet shows; 0 for somebody who stands in no row.
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    values = models.JSONField(default=dict)
    #: Field, reason and text of each refusal, and the number of another row where it is about one.
    refusals = models.JSONField(default=list, blank=True)
    #: What stood in a refused row, for the error file.
    cells = models.JSONField(default=list, blank=True)
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.run_id}"
