"""Headcounts: how many people an organisation says it has."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import authority_of, get_organisation_for
from organisations.actions import record_headcount
from organisations.clock import today
from organisations.forms_leads import HeadcountForm
from organisations.models import Headcount, Organisation
from organisations.selectors_leads import headcount_history, headcount_rows, headcount_taken
from organisations.views.pages import PAGE_SIZE, LeadRequest, posted, refusals_in, show, show_form


@login_required
@require_safe
def headcounts(request: LeadRequest, slug: str) -> HttpResponse:
    """The newest figure per role, and every figure before it."""
    organisation = get_organisation_for(request.user, slug)
    context = {
        "title": _("Headcounts"),
        "caption": organisation.name,
        "organisation": organisation,
        "section": "headcounts",
        "may_import": authority_of(request.user).may_see_names(organisation),
        "rows": headcount_rows(organisation, today()),
        "page_obj": Paginator(headcount_history(organisation), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return show(request, "headcounts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def headcount_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Adds a figure; one of the same role, kind and day is replaced only after a question."""
    organisation = get_organisation_for(request.user, slug)
    form = HeadcountForm(posted(request), today=today())
    taken = None
    if form.is_valid():
        taken = headcount_taken(organisation, form.cleaned_data)
        if taken is None or request.POST.get("replace") == _stamp(taken):
            with refusals_in(form):
                record_headcount(organisation=organisation, by=request.user, **form.cleaned_data)
                messages.success(request, _("The headcount is saved."))
                return redirect("organisations:headcounts", slug)
    return _show_headcount_form(request, form, organisation, taken)


def _show_headcount_form(
    request: LeadRequest, form: HeadcountForm, organisation: Organisation, taken: Headcount | None
) -> HttpResponse:
    return show_form(
        request,
        form,
        title=_("Replace this headcount?") if taken else _("Add a headcount"),
        organisation=organisation,
        button_label=_("Save the headcount"),
        cancel_url=reverse("organisations:headcounts", args=[organisation.slug]),
        template="headcount_replace.html" if taken else "form.html",
        taken=taken,
        stamp=_stamp(taken) if taken else "",
    )


def _stamp(headcount: Headcount) -> str:
    """Tells whether the figure that a lead agreed to replace is still the one that is there."""
    return f"{headcount.pk}-{headcount.people}"
