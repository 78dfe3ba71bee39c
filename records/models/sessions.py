"""Briefings in a room: the session, who is invited, who was there, and who asks for one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Edition, ModulePage
from organisations.models import Organisation, Partnership, User
from organisations.models.people import removed_person
from organisations.querysets import or_none
from records.models.completions import Completion


class Session(models.Model):
    """A briefing on one module, at a place and a time; it keeps what it needs of the module."""

    class State(models.TextChoices):
        """Where the session stands."""

        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="sessions")
    module = models.ForeignKey(ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    module_key = models.UUIDField()
    title = models.CharField(max_length=255)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    edition_number = models.PositiveIntegerField(null=True, blank=True)
    #: Told to those who said that they come, and to nobody else.
    place = models.CharField(_("place"), max_length=300)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    host = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="hosted_sessions"
    )
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    cancel_reason = models.CharField(max_length=300, blank=True, default="")
    #: For checking in; `records.rules.sessions` says when it works.
    code = models.CharField(max_length=16, unique=True)
    #: Grows with each change, so that calendars take the newer one.
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["partnership", "starts_at"], name="session_where_and_when")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancel_reason="") | ~Q(state="cancelled") & Q(cancel_reason=""),
                name="session_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {timezone.localtime(self.starts_at):%d %B %Y %H:%M}"


class SessionInvitation(models.Model):
    """An organisation asked to a session, or a person's own place in it; with the answer once there is one."""

    class Answer(models.TextChoices):
        """What was answered."""

        NONE = "", _("no answer yet")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="session_invitations")
    #: Whose place it is; none where it is the organisation's invitation.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="session_places"
    )
    #: How many people the organisation says will come.
    people = models.PositiveSmallIntegerField(null=True, blank=True)
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("invitation to a briefing")
        verbose_name_plural = _("invitations to a briefing")
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation"],
                condition=Q(person__isnull=True),
                name="an_organisation_is_invited_once",
            ),
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(person__isnull=False), name="a_person_has_one_place"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} at {self.session_id}"


#: What stands as the reason when the same person turns out to be on a list twice.
TWICE = "The same person is on this list twice."
#: What does where whoever confirmed it turns out to be the same person, and where they turn out not to be.
OWN = "Nobody confirms their own attendance. It waits for somebody else to confirm it."
PARTED = "The two entries were parted. What was confirmed before stands again."


class Attendance(models.Model):
    """That somebody was in the room: a person, a name held until it is known whose it is, or one without a name."""

    class How(models.TextChoices):
        """How it came to be noted."""

        CODE = "code", _("own phone")
        DEVICE = "device", _("device passed round")
        REGISTER = "register", _("register")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    #: Made with the form, so that the same press twice is one attendance.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    #: As given by whoever has no account; empty once it is known whose they are.
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    is_unnamed = models.BooleanField(default=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    #: Of an organisation that is not listed.
    organisation_text = models.CharField(_("organisation"), max_length=120, blank=True, default="")
    how = models.CharField(max_length=10, choices=How.choices)
    checked_in_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: On the list, but not in the room.
    missed_at = models.DateTimeField(null=True, blank=True)
    #: Who said whose attendance it is; nobody where a proved address did.
    matched_at = models.DateTimeField(null=True, blank=True)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    completion = models.OneToOneField(
        Completion, null=True, blank=True, on_delete=models.PROTECT, related_name="attendance"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    void_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["checked_in_at", "pk"]
        indexes = [models.Index(fields=["email"], name="attendance_held_email", condition=~Q(email=""))]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(person__isnull=False, voided_at__isnull=True),
                name="nobody_is_twice_in_a_session",
            ),
            models.UniqueConstraint(
                "session",
                Lower("email"),
                condition=~Q(email="") & Q(voided_at__isnull=True),
                name="an_address_is_once_in_a_session",
            ),
            models.UniqueConstraint(
                "session",
                Lower("name"),
                Lower("organisation_text"),
                or_none("organisation"),
                condition=Q(email="", voided_at__isnull=True) & ~Q(name=""),
                name="a_name_is_once_in_a_session",
            ),
            models.CheckConstraint(
                condition=(
                    Q(person__isnull=False, name="", email="", is_unnamed=False)
                    | Q(person__isnull=True, is_unnamed=True, name="", email="")
                    | Q(person__isnull=True, is_unnamed=False) & ~Q(name="")
                ),
                name="attendance_of_a_person_a_name_or_nobody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, completion__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, missed_at__isnull=True),
                name="attendance_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("confirmed_by")) | Q(confirmed_by__isnull=True),
                name="nobody_confirms_their_own",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="attendance_voided_in_full_or_not",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(organisation_text=""),
                name="attendance_of_one_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name or str(_("Somebody without a name"))

    def is_confirmed_by(self, person: User) -> bool:
        """Whether the person confirmed it themselves, whichever of their accounts they did it with."""
        return self.confirmed_by is not None and self.confirmed_by.is_same_as(person)

    @property
    def shown_name(self) -> str:
        """The name to read; empty for who is counted without one."""
        if self.person is not None:
            return self.person.get_full_name() or removed_person()
        return self.name


class BriefingRequest(models.Model):
    """That an organisation asks for a briefing, and what became of it."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("waiting")
        PLANNED = "planned", _("a briefing is planned")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="briefing_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="briefing_requests")
    module = models.ForeignKey(ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    module_key = models.UUIDField()
    title = models.CharField(max_length=255)
    people = models.PositiveSmallIntegerField(_("how many people"))
    when = models.CharField(_("when it suits"), max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests")
    reason = models.CharField(max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("request for a briefing")
        verbose_name_plural = _("requests for a briefing")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "organisation", "module_key"],
                condition=Q(state="open"),
                name="one_open_request_per_partnership_and_module",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="a_request_is_open_until_decided",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="a_request_declined_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.title} for {self.organisation_id}"
