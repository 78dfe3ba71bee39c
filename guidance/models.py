"""Dated facts and contacts: each stands once, with its source, and pages quote it by reference."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index

from guidance.hours import WHOLE_WEEK, Stretch
from guidance.opening_days import Days
from guidance.validators import validate_uk_number
from organisations.models import Area, Organisation, Partnership


class Confidence(models.TextChoices):
    """How sure the checker was; no quiz question turns on anything below confirmed."""

    HIGH = "high", _("confirmed in the source")
    MEDIUM = "medium", _("check this")
    UNKNOWN = "unknown", _("not confirmed")


class Source(index.Indexed, models.Model):
    """A document that facts and lessons rest on."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    version = models.CharField(_("version"), max_length=80, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)

    search_fields = [index.AutocompleteField("title"), index.SearchField("title"), index.SearchField("publisher")]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Fact(index.Indexed, ClusterableModel):
    """One statement that can go out of date; its wording on a day is in its versions."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    label = models.CharField(_("what it is"), max_length=200)

    search_fields = [index.AutocompleteField("label_en"), index.SearchField("label_en")]

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class FactVersion(models.Model):
    """What a fact says from a day on, where that comes from and how sure it is."""

    fact = ParentalKey(Fact, on_delete=models.CASCADE, related_name="versions")
    value = models.CharField(_("value"), max_length=300)
    explanation = models.TextField(_("explanation"), blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="facts")
    starts_on = models.DateField(_("from"))
    checked_on = models.DateField(_("checked on"))
    review_by = models.DateField(_("review by"))
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence.choices)

    class Meta:
        verbose_name = _("version of a fact")
        verbose_name_plural = _("versions of a fact")
        ordering = ["-starts_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["fact", "starts_on"], name="one_fact_version_per_day")]

    def __str__(self) -> str:
        return self.value

    @property
    def is_confirmed(self) -> bool:
        """Whether it was read in a current source; anything else is shown as “check this”."""
        return self.confidence == Confidence.HIGH


class Contact(index.Indexed, ClusterableModel):
    """A number or address to turn to, for the whole country or for one partnership, area or organisation."""

    class Scope(models.TextChoices):
        """For whom the contact is; a learner sees the nearest."""

        NATIONAL = "national", _("national")
        PARTNERSHIP = "partnership", _("partnership")
        AREA = "area", _("area")
        ORGANISATION = "organisation", _("organisation")

    class Purpose(models.TextChoices):
        """What it answers: of contacts for one purpose a person is shown the nearest."""

        EMERGENCY = "emergency", _("emergency")
        HELPLINE = "helpline", _("helpline")
        DUTY_TEAM = "duty-team", _("duty team")
        SAFEGUARDING = "safeguarding", _("safeguarding lead")
        POLICE = "police", _("police, when it is not an emergency")
        REPORT = "report", _("telling what you know without a name")
        ADULT_SUPPORT = "adult-support", _("support for adults")
        CHILD_SUPPORT = "child-support", _("support for children")
        LEGAL = "legal-advice", _("legal advice")
        LISTENING = "listening", _("someone to listen")
        OTHER = "other", _("something else")

    class Opening(models.TextChoices):
        """What is known of its hours."""

        UNVERIFIED = "unverified", _("nobody has confirmed the hours")
        ALWAYS = "always", _("open at any time")
        TIMES = "times", _("open at the times below")

    key = models.SlugField(_("key"), max_length=80, unique=True)
    purpose = models.CharField(
        _("what it is for"),
        max_length=20,
        choices=Purpose.choices,
        default=Purpose.OTHER,
        help_text=_("Of the contacts for one purpose, people see the one nearest to where they work."),
    )
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, default=Scope.NATIONAL)
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts")
    label = models.CharField(_("name"), max_length=150)
    number = models.CharField(
        _("telephone number"),
        max_length=30,
        blank=True,
        validators=[validate_uk_number],
        help_text=_("Digits and spaces, such as 08000 121 700. Dial it once before you save."),
    )
    url = models.URLField(_("web address"), blank=True)
    when = models.CharField(_("when to use it"), max_length=300, blank=True)
    opening = models.CharField(_("hours"), max_length=12, choices=Opening.choices, default=Opening.UNVERIFIED)
    out_of_hours_number = models.CharField(
        _("telephone number out of hours"),
        max_length=30,
        blank=True,
        validators=[validate_uk_number],
        help_text=_("Where to ring when the first number is closed, if it is another one."),
    )
    #: Empty while unverified: an hour that is wrong sends a person to a closed line.
    hours = models.CharField(_("confirmed hours, in words"), max_length=150, blank=True)
    is_on_every_page = models.BooleanField(_("shown at the foot of every page"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence.choices, default=Confidence.UNKNOWN
    )

    search_fields = [
        index.AutocompleteField("label_en"),
        index.SearchField("label_en"),
        index.SearchField("number"),
    ]

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position", "label"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scope="national", partnership__isnull=True, area__isnull=True, organisation__isnull=True)
                    | Q(scope="partnership", partnership__isnull=False, area__isnull=True, organisation__isnull=True)
                    | Q(scope="area", partnership__isnull=True, area__isnull=False, organisation__isnull=True)
                    | Q(scope="organisation", partnership__isnull=True, area__isnull=True, organisation__isnull=False)
                ),
                name="contact_scope_fits",
            ),
            models.CheckConstraint(condition=~Q(number="") | ~Q(url=""), name="contact_has_number_or_address"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_confirmed(self) -> bool:
        """Whether it was read in a current source; anything else is shown as “check this”."""
        return self.confidence == Confidence.HIGH

    @property
    def stretches(self) -> list[Stretch]:
        """When it is open; none while nobody has confirmed it."""
        if self.opening == self.Opening.ALWAYS:
            return [Stretch(WHOLE_WEEK, time(0), time(0))]
        if self.opening == self.Opening.UNVERIFIED:
            return []
        return [row.stretch for row in self.opening_times.all()]

    def clean(self) -> None:
        super().clean()
        if not self.number and not self.url:
            raise ValidationError(_("Give a telephone number or a web address."))
        for name in ("partnership", "area", "organisation"):
            is_wanted = self.scope == name
            if is_wanted and getattr(self, f"{name}_id") is None:
                raise ValidationError({name: _("Choose whose contact this is.")})
            if not is_wanted and getattr(self, f"{name}_id") is not None:
                raise ValidationError({name: _("Leave this empty, or choose another scope.")})


class OpeningTime(models.Model):
    """When a contact is open on some days of the week, in London time."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="opening_times")
    days = models.CharField(_("days"), max_length=10, choices=Days.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"), help_text=_("A time before “from” is on the next day."))

    class Meta:
        verbose_name = _("opening time")
        verbose_name_plural = _("opening times")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_days_display()}, {self.opens:%H:%M}–{self.closes:%H:%M}"

    @property
    def stretch(self) -> Stretch:
        """The same for the rule about hours."""
        return Stretch(Days(self.days).weekdays, self.opens, self.closes)


class Check(models.Model):
    """That a person looked a fact or a contact up on a day and found it still true; never changed."""

    fact_version = models.ForeignKey(
        FactVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="checks"
    )
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="checks")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    checked_on = models.DateField(_("checked on"))
    #: The review day that this check moved, and where to.
    review_by_before = models.DateField(null=True, blank=True)
    review_by = models.DateField(_("review by"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fact_version__isnull=False, contact__isnull=True)
                | Q(fact_version__isnull=True, contact__isnull=False),
                name="a_check_is_of_a_fact_or_a_contact",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact_version or self.contact}, {self.checked_on}"
