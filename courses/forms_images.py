"""The form of a picture: one that is shown keeps its file, and none says where it was taken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from courses.in_editions import image_obstacles
from quizzes.formats.bare_pictures import bare
from quizzes.formats.pictures import BROKEN


class WholeImageField(WagtailImageField):
    """Wagtail's field, which knows a picture by its beginning and stumbles where the rest of it is broken."""

    def to_python(self, data: Any) -> Any:
        """The file; raises ValidationError for one whose size cannot be read."""
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        except BROKEN:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from None


class ApprovedImageForm(BaseImageForm):
    """Wagtail's form; another file under an approved picture would go round the review."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if old := self.fields.get("file"):
            self.fields["file"] = WholeImageField(label=old.label, required=old.required, widget=old.widget)

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
