"""What trainers and reviewers say to each other about a submission."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.editions import Submission


class Comment(models.Model):
    """A remark on one part of a submission in one language, or an answer to one; kept after the decision."""

    #: Names of the parts that have no key of their own.
    COURSE = "course"
    MODULE = "module"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    #: "course", "module" or a lesson's key.
    part = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    #: The remark that this one answers; an answer has no answers of its own.
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("comment"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | Q(resolved_at__isnull=True),
                name="only_a_first_comment_is_resolved",
            )
        ]

    def __str__(self) -> str:
        return self.text[:50]
