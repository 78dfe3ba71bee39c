"""Which of this app's fields exist in seven languages."""

from modeltranslation.translator import TranslationOptions, register

from quizzes.models import Quiz


@register(Quiz)
class QuizTranslation(TranslationOptions):
    """What the learner reads before the first question; questions carry their own languages."""

    fields = ("title", "introduction")
    required_languages = {"en": ("title",)}
