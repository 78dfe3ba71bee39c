"""Training from elsewhere, for an organisation's own lead: files in and out, and which course equals which module."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from downloads.tables import csv_response, xlsx_response
from organisations.access import get_organisation_with_names_for
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.isolating import isolated
from organisations.models import Organisation
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form
from records.access_completion_files import get_outside_course_of
from records.actions.recognition import map_course, unmap_course
from records.forms_people import OutsideCourseForm, edition_words
from records.selectors.completion_files import completion_lines, completions_of
from records.selectors.recognition import outside_courses_of, recognised_editions


@never_cache
@login_required
@require_safe
def completions(request: LeadRequest, slug: str) -> HttpResponse:
    """Where files come in and go out, and what courses elsewhere equal."""
    organisation = get_organisation_with_names_for(request.user, slug)
    context = {
        "title": _("Training from elsewhere"),
        "caption": organisation.name,
        "organisation": organisation,
        "section": "people",
        "modules": sorted({edition.title for edition in recognised_editions() if edition.is_live}, key=str.casefold),
        "courses": [(course, edition_words(course.edition)) for course in outside_courses_of(organisation)],
        "count": completions_of(organisation).count(),
    }
    return show(request, "completions.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outside_course_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Says what a course elsewhere equals."""
    organisation = get_organisation_with_names_for(request.user, slug)
    back = _back(request, organisation)
    form = OutsideCourseForm(
        posted(request), editions=recognised_editions(), initial={"name": request.GET.get("course", "")[:200]}
    )
    if form.is_valid():
        with refusals_in(form):
            made = map_course(organisation=organisation, by=request.user, at=timezone.now(), **form.cleaned_data)
            words = _("“%(course)s” equals %(edition)s now. Completions that are on record stay as they are.")
            messages.success(request, words % {"course": made.name, "edition": edition_words(made.edition)})
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("What does a course elsewhere equal?"),
        organisation=organisation,
        button_label=_("Save"),
        cancel_url=back,
    )


def _back(request: LeadRequest, organisation: Organisation) -> str:
    """The file that the lead came from, else the list."""
    file = request.GET.get("file", "")
    if file.isascii() and file.isdecimal() and len(file) < 19:
        return reverse("records:completions_import", args=[organisation.slug, int(file)])
    return reverse("records:completions", args=[organisation.slug])


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outside_course_remove(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Forgets what a course elsewhere equals, after a question."""
    course = get_outside_course_of(request.user, slug, pk)
    back = reverse("records:completions", args=[slug])
    if request.method == "POST":
        unmap_course(course=course, by=request.user)
        messages.success(request, _("Files with “%(course)s” are not taken any more.") % {"course": course.name})
        return redirect(back)
    return show_form(
        request,
        Form(),
        title=_("Forget what this course equals?"),
        organisation=course.organisation,
        text=(
            _("%(course)s equals %(edition)s.")
            % {"course": isolated(course.name), "edition": isolated(edition_words(course.edition))},
            _("Completions that are on record stay. New files with this course are not taken."),
        ),
        button_label=_("Forget it"),
        cancel_url=back,
        ends_something=True,
    )


@login_required
@require_safe
def completions_csv(request: LeadRequest, slug: str) -> HttpResponseBase:
    """Everything completed, as a table for a spreadsheet or another system."""
    organisation = _noted(request, slug)
    return csv_response(_file_name(organisation, "csv"), completion_lines(organisation))


@login_required
@require_safe
def completions_xlsx(request: LeadRequest, slug: str) -> HttpResponseBase:
    """The same as a workbook."""
    organisation = _noted(request, slug)
    return xlsx_response(_file_name(organisation, "xlsx"), [(_("Completions"), completion_lines(organisation))])


def _noted(request: LeadRequest, slug: str) -> Organisation:
    organisation = get_organisation_with_names_for(request.user, slug)
    rows = completions_of(organisation).count()
    note_names_seen(organisation=organisation, by=request.user, where="completions file", rows=rows)
    return organisation


def _file_name(organisation: Organisation, ending: str) -> str:
    return f"{_('completions')}-{organisation.slug}-{today().isoformat()}.{ending}"
