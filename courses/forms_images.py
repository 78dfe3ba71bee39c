"""The form of a picture: one that is shown keeps its file, and none says where it was taken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from courses.in_editions import image_obstacles
from quizzes.formats.bare_pictures import bare


class ApprovedImageForm(BaseImageForm):
    """Wagtail's form; another file under an approved picture would go round the review."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "file" in self.changed_data and (obstacles := image_obstacles([self.instance])):
            raise ValidationError({"file": obstacles})
        return cleaned

    def clean_file(self) -> Any:
        """The picture without what a camera says of it: a photograph would tell where a safe place is."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            picture = bare(file.read())
        except ValueError:
            raise ValidationError(_("The picture is broken. Save it again with another programme.")) from None
        return InMemoryUploadedFile(BytesIO(picture), "file", file.name, file.content_type, len(picture), None)
