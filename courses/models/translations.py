"""Who has read a translation beside its English and vouches for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.pages import ModulePage


class TranslationReview(models.Model):
    """One module in one language, signed off exactly as it read that day: another word on either side, and it no
    longer holds."""

    module = models.ForeignKey(
        ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="translation_reviews"
    )
    module_key = models.UUIDField()
    title = models.CharField(max_length=255)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    #: Of all words of the module, its lessons and quizzes in English and in the language.
    english_hash = models.CharField(max_length=64)
    texts_hash = models.CharField(max_length=64)
    edition_number = models.PositiveIntegerField()
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shown_name = models.CharField(
        _("name to show"),
        max_length=150,
        help_text=_("Trainers and leads see this name beside the translation. An organisation will do, too."),
    )
    signed_off_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sign-off of a translation")
        verbose_name_plural = _("sign-offs of translations")
        ordering = ["module_key", "language", "-signed_off_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["module_key", "language", "english_hash", "texts_hash"], name="one_sign_off_per_translation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}), {self.shown_name}"
