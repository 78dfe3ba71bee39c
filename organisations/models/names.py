"""Who looked at people's names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisations import Organisation, Partnership


class NamesAgreement(models.Model):
    """That the lead of an organisation lets a partnership's leads read its people's names, from a moment on.

    Never changed but by its end: who agreed and who withdrew, and when, stay to be read.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names_agreements")
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="names_agreements")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_at = models.DateTimeField(_("agreed"), default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement on names")
        verbose_name_plural = _("agreements on names")
        ordering = ["-agreed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "partnership"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_agreement_on_names_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} with {self.partnership_id}"


class NamesSeen(models.Model):
    """That somebody was shown names of people, or took them away in a file: numbers only, never what was sought."""

    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="names_seen"
    )
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="names_seen"
    )
    #: Which page or file; `organisations.audit` says how each reads.
    place = models.CharField(_("where"), max_length=40)
    #: Whose page it was; none for a list.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="names_seen_of"
    )
    rows = models.PositiveIntegerField(_("how many names"))
    seen_at = models.DateTimeField(_("when"), default=timezone.now)

    #: Nobody's content: without this Wagtail would queue a task for each look.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("look at names")
        verbose_name_plural = _("looks at names")
        ordering = ["-seen_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "seen_at"], name="names_seen_where_and_when")]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(partnership__isnull=True), name="names_seen_in_one_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rows} names on {self.place}"
