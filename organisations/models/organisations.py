"""Partnerships, organisations, their units, and the roles people have in them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# The type checker cannot see the managers that modeltranslation makes: of Role, and of contacts further up.
from organisations.querysets import DatedQuerySet, OrganisationQuerySet, or_none


class Partnership(models.Model):
    """An anti-slavery partnership: the organisations that answer for its training together."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    is_demo = models.BooleanField(_("invented, for the demo"), default=False)
    #: In what is published, counts of people below this are hidden; 0 hides none.
    small_counts_below = models.PositiveSmallIntegerField(_("small counts are those below"), default=5)

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A part of a partnership's ground, such as a borough, with contacts of its own."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("partnership", Lower("name"), name="one_area_per_partnership_and_name"),
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_area_per_partnership_and_address"),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """An employer or group whose people learn: a force, a council, a trust, a charity, a business."""

    class Kind(models.TextChoices):
        """What sort of organisation it is; duties follow from this and the nation."""

        POLICE = "police", _("police")
        COUNCIL = "council", _("council")
        HEALTH = "health", _("health")
        FIRE = "fire", _("fire and rescue")
        CENTRAL = "central", _("central government")
        EDUCATION = "education", _("education")
        HOUSING = "housing", _("housing")
        JUSTICE = "justice", _("courts, prisons and probation")
        CHARITY = "charity", _("charity")
        FAITH = "faith", _("faith group")
        BUSINESS = "business", _("business")
        OTHER = "other", _("other")

    class Nation(models.TextChoices):
        """Where the organisation's duties come from."""

        ENGLAND = "england", _("England")
        WALES = "wales", _("Wales")
        SCOTLAND = "scotland", _("Scotland")
        NORTHERN_IRELAND = "northern_ireland", _("Northern Ireland")

    class FirstResponderStatus(models.TextChoices):
        """Whether the organisation may refer to the National Referral Mechanism."""

        UNKNOWN = "unknown", _("not checked yet")
        YES = "yes", _("First Responder organisation")
        NO = "no", _("not a First Responder organisation")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    nation = models.CharField(_("nation"), max_length=20, choices=Nation.choices, default=Nation.ENGLAND)
    first_responder = models.CharField(
        _("First Responder status"),
        max_length=10,
        choices=FirstResponderStatus.choices,
        default=FirstResponderStatus.UNKNOWN,
    )
    first_responder_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    first_responder_source = models.CharField(_("source"), max_length=200, blank=True)
    first_responder_checked_on = models.DateField(_("checked on"), null=True, blank=True)
    #: Where it works: a police force covers several.
    areas = models.ManyToManyField(Area, verbose_name=_("areas"), blank=True, related_name="organisations")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    #: Of which it is part since the day after it closed; its people's clocks run on there.
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_demo = models.BooleanField(_("invented, for the demo"), default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_organisation_per_name")]

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """What an organisation was called until a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200)
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["-last_day"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "last_day"], name="one_former_name_per_last_day")
        ]

    def __str__(self) -> str:
        return self.name


class PartnershipMembership(models.Model):
    """An organisation's time in a partnership, from day to day."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="organisation_memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partnership_memberships")
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of a partnership")
        verbose_name_plural = _("memberships of a partnership")
        ordering = ["started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="partnership_membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["partnership", "organisation"],
                condition=Q(ended_on__isnull=True),
                name="one_open_membership_of_a_partnership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.partnership_id} from {self.started_on}"


class OrganisationDomain(models.Model):
    """An e-mail domain whose proved addresses may join the organisation.

    A domain that several organisations share, or that outsiders use, needs a lead's approval each time.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("e-mail domain"), max_length=253)
    needs_approval = models.BooleanField(_("a lead approves each person"), default=False)

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint("organisation", Lower("domain"), name="one_row_per_organisation_and_domain")
        ]

    def __str__(self) -> str:
        return self.domain


class Unit(models.Model):
    """A station, ward, team or branch of an organisation, to any depth."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organisation", or_none("parent"), "name", name="one_unit_per_name_and_parent")
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A job that people do, such as housing officer; what is required follows from it."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
