"""The form of a picture: one that approved lessons show keeps its file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.forms import BaseImageForm

from courses.in_editions import image_obstacles


class ApprovedImageForm(BaseImageForm):
    """Wagtail's form; another file under an approved picture would go round the review."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "file" in self.changed_data and (obstacles := image_obstacles([self.instance])):
            raise ValidationError({"file": obstacles})
        return cleaned
