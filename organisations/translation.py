"""Which of this app's fields exist in seven languages."""

from modeltranslation.translator import TranslationOptions, register

from organisations.models import Role


@register(Role)
class RoleTranslation(TranslationOptions):
    """A role's name is read by learners."""

    fields = ("name",)
    required_languages = {"en": ("name",)}
