"""Translations under the CMS's door: reading one beside its English, and signing it off."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import access, actions
from courses.completeness import OTHERS, Line, completeness
from courses.forms import SignOffForm
from courses.models import Edition, TranslationReview
from courses.translated import LANGUAGE_NAMES
from courses.translated_parts import translated_parts
from courses.translated_texts import translators_of, words_hash
from courses.views.doors import CmsRequest
from downloads.tables import csv_response


@require_safe
def translations(request: CmsRequest) -> HttpResponseBase:
    """How far each language is; with `language` also what is missing in it, with `format=csv` as a file."""
    if not access.may_see_submissions(request.user):
        return redirect("wagtailadmin_home")
    lines = completeness()
    if request.GET.get("format") == "csv":
        return csv_response("translations.csv", _table(lines))
    code = request.GET.get("language", "")
    code = code if code in OTHERS else ""
    context = {
        "lines": lines,
        "languages": [(each, LANGUAGE_NAMES[each]) for each in OTHERS],
        "code": code,
        "language": LANGUAGE_NAMES.get(code, ""),
        "missing": [
            (line, [(text.label, text.url_in(code)) for text in texts])
            for line in lines
            if code and (texts := line.missing(code))
        ],
    }
    return render(request, "courses/cms/translations.html", context)


def _table(lines: list[Line]) -> list[list[str]]:
    heading = [_("Kind"), _("Title"), *(LANGUAGE_NAMES[code] for code in OTHERS)]
    return [heading, *([line.kind, line.title, *(cell.words for cell in line.cells)] for line in lines)]


@require_safe
def read(request: CmsRequest, pk: int, code: str) -> HttpResponse:
    """What learners have in a language beside the English, part by part, and the form that signs it off."""
    edition = access.get_translation_for(request.user, pk, code)
    form = SignOffForm(initial={"seen": words_hash(edition, code), "shown_name": request.user.name})
    return _page(request, edition, code, form)


@require_POST
def sign_off(request: CmsRequest, pk: int, code: str) -> HttpResponse:
    """Signs the translation off in the name given."""
    edition = access.get_translation_to_sign_off(request.user, pk, code)
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            actions.sign_off_translation(
                edition=edition, language=code, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (ValidationError, PermissionDenied) as error:
            form.add_error(None, getattr(error, "messages", None) or str(error))
        else:
            words = {"title": edition.title, "language": LANGUAGE_NAMES[code]}
            messages.success(request, _("“%(title)s” is signed off in %(language)s.") % words)
            return redirect("courses:translation", pk, code)
    return _page(request, edition, code, form, status=400)


def _page(request: CmsRequest, edition: Edition, code: str, form: SignOffForm, status: int = 200) -> HttpResponse:
    reviews = TranslationReview.objects.filter(module_key=edition.module_key, language=code)
    is_translator = edition.module is not None and request.user.pk in translators_of(edition.module, code)
    context = {
        "edition": edition,
        "code": code,
        "language": LANGUAGE_NAMES[code],
        "parts": translated_parts(edition, code),
        "form": form,
        "is_reviewed": edition.is_reviewed(code),
        "last_review": reviews.first(),
        "is_translator": is_translator,
        "may_sign_off": access.may_review(request.user) and not is_translator and not edition.is_reviewed(code),
    }
    return render(request, "courses/cms/translation.html", context, status=status)
