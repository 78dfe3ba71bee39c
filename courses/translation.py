"""Which of this app's fields exist in seven languages."""

from modeltranslation.translator import TranslationOptions, register

from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage


@register(CourseIndexPage)
class CourseIndexPageTranslation(TranslationOptions):
    """The list of courses."""

    fields = ("display_title", "summary", "introduction")
    required_languages = {"en": ("display_title",)}


@register(CoursePage)
class CoursePageTranslation(TranslationOptions):
    """A course."""

    fields = ("display_title", "summary", "introduction")
    required_languages = {"en": ("display_title",)}


@register(ModulePage)
class ModulePageTranslation(TranslationOptions):
    """A module."""

    fields = ("display_title", "summary", "introduction", "provenance")
    required_languages = {"en": ("display_title",)}


@register(LessonPage)
class LessonPageTranslation(TranslationOptions):
    """A lesson."""

    fields = ("display_title", "summary", "content_note", "body", "gentle_body")
    required_languages = {"en": ("display_title",)}
