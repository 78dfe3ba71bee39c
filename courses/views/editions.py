"""What learners had: the editions of a module, and each as it read on a day."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import access, actions
from courses.facts import quoted_in_texts_of
from courses.forms import DayOfReadingForm, ReasonForm
from courses.past_editions import (
    edition_on,
    editions_of,
    languages_of_edition,
    line_of,
    modules_with_editions,
    parts_of_edition,
)
from courses.translated import DEFAULT, LANGUAGE_NAMES, direction
from courses.views.doors import CmsRequest, say
from guidance.quoting import at_hand
from guidance.reading import reading_as_of
from organisations.clock import today


@require_safe
def all_editions(request: CmsRequest) -> HttpResponse:
    """Every module that learners ever had."""
    access.refuse_others(request.user)
    return render(request, "courses/cms/all_editions.html", {"newest": modules_with_editions()})


@require_safe
def editions(request: CmsRequest, module_key: UUID) -> HttpResponse:
    """The editions of a module, and the way to the one that was live on a day."""
    access.refuse_others(request.user)
    lines = editions_of(module_key)
    if not lines:
        raise Http404(_("There is nothing at this address."))
    form = DayOfReadingForm(request.GET if "on" in request.GET else None, first=lines[-1].first_day, last=today())
    found = None
    if form.is_valid():
        found = edition_on(module_key, form.cleaned_data["on"])
        if found:
            address = reverse("courses:edition", args=[found.edition.pk])
            return redirect(f"{address}?{urlencode({'on': form.cleaned_data['on'].isoformat()})}")
    is_missed = form.is_bound and form.is_valid() and found is None
    context = {"lines": lines, "form": form, "is_missed": is_missed, "title": lines[0].edition.title}
    return render(request, "courses/cms/editions.html", context, status=400 if form.errors else 200)


@require_safe
def edition(request: CmsRequest, pk: int) -> HttpResponse:
    """An edition in one language as it read on a day while it was live, with what its facts said then."""
    row = access.get_edition_for(request.user, pk)
    line = line_of(row)
    last = line.last_day or today()
    form = DayOfReadingForm(request.GET if "on" in request.GET else None, first=line.first_day, last=last)
    day = form.cleaned_data["on"] if form.is_valid() else last
    languages = languages_of_edition(row)
    code = request.GET.get("language", DEFAULT)
    code = code if code in languages else DEFAULT
    contents = [row.content, *row.lessons.values_list("content", flat=True)]
    with reading_as_of(day), at_hand(quoted_in_texts_of(*contents)):
        context = {
            "line": line,
            "may_call_off": row.is_refreshing and access.may_review(request.user),
            "edition": row,
            "parts": parts_of_edition(row),
            "form": form,
            "day": day,
            "code": code,
            "direction": direction(code),
            "languages": [(each, LANGUAGE_NAMES[each]) for each in languages],
        }
        return render(request, "courses/cms/edition.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: CmsRequest, pk: int) -> HttpResponse:
    """Asks why, then lets what was completed before the edition hold as it did."""
    row = access.get_edition_to_call_off(request.user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_off_refresher(
                edition=row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Nobody has to learn edition %(number)s again.") % {"number": row.number})
        except ValidationError as error:
            say(request, error)
        return redirect("courses:edition", row.pk)
    return render(
        request, "courses/cms/call_off.html", {"edition": row, "form": form}, status=400 if form.errors else 200
    )
