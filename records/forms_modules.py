"""A module, or a whole course, to choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage, ModulePage
from organisations.forms_leads import MOST_DIGITS


class _PageField(forms.ModelChoiceField):
    """A page of the courses."""

    def to_python(self, value: Any) -> Any:
        """Refuses a number that no database can look for, which nobody chose from the list."""
        if len(str(value or "")) > MOST_DIGITS:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class ModuleField(_PageField):
    """A module that is in use, by title."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Choose a module."), "invalid_choice": _("Choose a module from the list.")}
        modules = modules_in_use().order_by("title")
        super().__init__(queryset=modules, empty_label=_("Choose a module"), error_messages=messages, **kwargs)


class CourseField(_PageField):
    """A course, by title; it stands for its modules."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid_choice": _("Choose a course from the list.")}
        courses = CoursePage.objects.order_by("title")
        super().__init__(queryset=courses, empty_label=_("No course"), error_messages=messages, **kwargs)


def modules_in_use(course: CoursePage | None = None) -> QuerySet[ModulePage]:
    """Modules that learners have now, of one course or of all."""
    modules = ModulePage.objects.child_of(course) if course else ModulePage.objects.all()
    return modules.filter(editions__is_live=True).distinct()
