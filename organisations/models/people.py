"""The person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def removed_person() -> str:
    """What stands where the name of somebody stood whose details were removed."""
    return gettext("Removed person")


class UserManager(BaseUserManager["User"]):
    """Finds people; `organisations.actions` makes them."""

    def get_by_natural_key(self, email: str | None) -> User:
        """The person with this e-mail address, whatever its case."""
        return self.get(email__iexact=email)

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """An operator for a new installation, made on the command line only."""
        user = self.model(email=email.lower(), is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in or whose training an organisation records.

    The e-mail address is optional: people without one are known by organisation and staff number.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    has_one_time_password = models.BooleanField(default=False, editable=False)
    #: Set with the first appointment and never taken back: pages of everybody else need not look for one.
    has_been_appointed = models.BooleanField(default=False, db_default=False, editable=False)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    #: From then on the row stands for somebody whose details were removed: it keeps the numbers true, no more.
    erased_at = models.DateTimeField(_("details removed at"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_person_per_email",
                violation_error_message=_("Another person already uses this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", email="", is_active=False),
                name="who_is_erased_has_no_details",
            ),
        ]

    @property
    def human_id(self) -> int:
        """The number of the row that goes on for this person: its own, unless it was merged into another."""
        return self.merged_into_id or self.pk

    def is_same_as(self, other: User) -> bool:
        """Whether both rows are one person."""
        return self.human_id == other.human_id

    def __str__(self) -> str:
        if self.erased_at is not None:
            return removed_person()
        return self.name or self.email or str(self.key)

    def get_full_name(self) -> str:
        """The whole name, as the person writes it."""
        return self.name if self.erased_at is None else removed_person()

    def get_short_name(self) -> str:
        """The whole name too: the first word is not everybody's given name."""
        return self.get_full_name()
