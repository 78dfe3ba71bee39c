"""What the starter content has loaded, so that loading again changes nothing that a person has touched."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StarterItem(models.Model):
    """One thing that came with Signpost: what was shipped, and how it stood here just after it was loaded."""

    key = models.CharField(max_length=150, unique=True)
    #: Of the files, as they were loaded last: another hash there means that a newer text has been shipped.
    shipped_hash = models.CharField(max_length=64)
    #: Of what stood in the database just after loading: another hash there means that somebody has changed it.
    content_hash = models.CharField(max_length=64)
    object_id = models.PositiveBigIntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("starter item")
        verbose_name_plural = _("starter items")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
