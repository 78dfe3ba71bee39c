"""Which of this app's fields exist in seven languages."""

from modeltranslation.translator import TranslationOptions, register

from guidance.models import Contact, Fact, FactVersion


@register(Fact)
class FactTranslation(TranslationOptions):
    """What the fact is about."""

    fields = ("label",)
    required_languages = {"en": ("label",)}


@register(FactVersion)
class FactVersionTranslation(TranslationOptions):
    """What the fact says."""

    fields = ("value", "explanation")
    required_languages = {"en": ("value",)}


@register(Contact)
class ContactTranslation(TranslationOptions):
    """What a reader needs in order to choose and call."""

    fields = ("label", "when", "hours")
    required_languages = {"en": ("label",)}
