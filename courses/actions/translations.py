"""Signing off a translation."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import Edition, TranslationReview
from courses.translated import DEFAULT
from courses.translated_texts import quiz_lacks, signed_off_languages, translators_of, words_hash
from organisations.models import User
from quizzes.selectors import questions_of


@transaction.atomic
def sign_off_translation(
    *, edition: Edition, language: str, seen: str, shown_name: str, by: User, at: datetime
) -> TranslationReview:
    """Says that the edition's words in a language say what the English says, in the name of a reviewer.

    It holds for these words only, in this edition and in every other that has exactly them. `seen` is the hash of the
    words that the reviewer read. Raises PermissionDenied for who translated it, ValidationError when the words are
    others by now, when part of the translation is missing, for English, and when it is signed off already.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if language == DEFAULT or language not in edition.languages:
        raise ValidationError(_("The module is not whole in this language yet."))
    if edition.module is not None and by.pk in translators_of(edition.module, language):
        raise PermissionDenied(_("Nobody signs off their own translation. Please ask another reviewer."))
    if edition.is_reviewed(language):
        raise ValidationError(_("This translation is signed off already."))
    around = edition.check_version
    if around and quiz_lacks(questions_of(around), around, language):
        raise ValidationError(_("The questions before and after are not whole in this language yet."))
    for lesson in edition.lessons.filter(quiz_version__isnull=False).select_related("quiz_version"):
        if lesson.quiz_version and quiz_lacks(questions_of(lesson.quiz_version), lesson.quiz_version, language):
            raise ValidationError(
                _("The quiz of “%(lesson)s” is not whole in this language yet.") % {"lesson": lesson.title}
            )
    texts_hash = words_hash(edition, language)
    if seen != texts_hash:
        raise ValidationError(_("The translation has changed since you opened this page. Please read it again."))
    review = TranslationReview(
        module=edition.module,
        module_key=edition.module_key,
        title=edition.title,
        language=language,
        english_hash=words_hash(edition, DEFAULT),
        texts_hash=texts_hash,
        edition_number=edition.number,
        signed_off_by=by,
        shown_name=shown_name.strip(),
        signed_off_at=at,
    )
    review.full_clean()
    review.save()
    for each in Edition.objects.filter(module_key=edition.module_key).select_for_update():
        renew_reviewed_languages(edition=each)
    data = {"language": language, "edition": edition.number}
    log(instance=edition.module or review, action="courses.sign_off", user=by, timestamp=at, data=data)
    return review


def renew_reviewed_languages(*, edition: Edition) -> None:
    """Writes down which of the edition's languages are signed off; runs inside its caller's transaction."""
    reviewed = signed_off_languages(edition)
    if reviewed != edition.reviewed_languages:
        edition.reviewed_languages = reviewed
        edition.save(update_fields=["reviewed_languages"])
