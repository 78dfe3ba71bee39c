"""What the installation knows of itself."""

from django.db import models


class WorkerBeat(models.Model):
    """The last sign of life of a background worker."""

    worker = models.CharField(max_length=64, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
