"""Which of this app's fields exist in seven languages."""

from modeltranslation.translator import TranslationOptions, register

from home.models import HomePage


@register(HomePage)
class HomePageTranslation(TranslationOptions):
    """The front page."""

    fields = ("display_title", "summary", "introduction")
    required_languages = {"en": ("display_title",)}
