"""That a module is not asked of somebody, although a requirement says it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership
from organisations.querysets import DatedQuerySet


class Waiver(models.Model):
    """A module that is not required of a member from day to day, for a reason that the person may read."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="waivers")
    module_key = models.UUIDField()
    module_title = models.CharField(max_length=255)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="waiver_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["membership", "module_key"],
                condition=Q(ended_on__isnull=True),
                name="one_open_waiver_per_member_and_module",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_title} from {self.started_on}"
