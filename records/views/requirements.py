"""What is required of whom: for leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import authority_of
from organisations.clock import today
from organisations.models import Organisation, Partnership
from organisations.views.pages import LeadRequest, posted, refusals_in
from records.access_requirements import (
    get_owners_for,
    get_requirement_to_change,
    get_requirement_to_read,
    get_requirements_for,
    may_change,
)
from records.actions.requirements import change_requirement, create_requirements, end_requirement
from records.forms_requirements import EndForm, RequirementForm, TermsForm, initial_of
from records.models import Requirement
from records.requirement_words import words_for, words_of
from records.selectors.requirement_effect import Effect, effect_of
from records.selectors.requirements import (
    RequirementRow,
    Touched,
    is_required_already,
    row_of,
    rows_of,
    touched_by,
    touched_by_version,
    with_versions,
)
from records.terms import Terms


@login_required
@require_safe
def requirements(request: LeadRequest) -> HttpResponse:
    """Everything that is required by whom the lead leads, and by the partnership of their organisation."""
    rows = rows_of(get_requirements_for(request.user, today()), today())
    context = {
        "in_force": [(row, words_of(row.version)) for row in rows if row.phase == "in_force"],
        "planned": [(row, words_of(row.version)) for row in rows if row.phase == "planned"],
        "ended": [(row, words_of(row.version)) for row in rows if row.phase == "ended"],
    }
    return render(request, "records/requirements/list.html", context)


@login_required
@require_safe
def requirement(request: LeadRequest, pk: int) -> HttpResponse:
    """One requirement with every version it has had."""
    found = get_requirement_to_read(request.user, pk, today())
    row = _row(found)
    authority = authority_of(request.user)
    is_theirs = may_change(authority, found)
    context = {
        "row": row,
        "words": words_of(row.version),
        "versions": [(version, words_of(version)) for version in reversed(found.versions.all())],
        "may_change": row.phase != "ended" and is_theirs,
        "touched": touched_by_version(row, today(), only_in=None if is_theirs else authority.organisation_ids),
    }
    return render(request, "records/requirements/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_new(request: LeadRequest) -> HttpResponse:
    """Requires a module, or each module of a course, after showing whom that touches."""
    form = RequirementForm(posted(request), owners=get_owners_for(request.user), today=today())
    if not form.is_valid() or "edit" in request.POST:
        return _form(request, form, title=_("Require a module"))
    owner, modules = form.chosen_owner, form.modules
    if "confirmed" in request.POST:
        with refusals_in(form):
            made = create_requirements(
                modules=modules,
                partnership=owner.partnership,
                organisation=owner.organisation,
                effective_from=form.cleaned_data["effective_from"],
                by=request.user,
                **form.terms(),
            )
            for each in made:
                messages.success(request, _("%(module)s is now a requirement.") % {"module": each.module_title})
            return redirect("records:requirements")
        return _form(request, form, title=_("Require a module"))
    context = {
        "module": ", ".join(module.title for module in modules),
        "owner": owner,
        "is_repeated": any(is_required_already(owner.place, each.translation_key, today()) for each in modules),
        "touched": _touched(form, owner.place),
        "effects": [
            (each.title, _effects(request, form, owner.place, each.translation_key, at_once=len(modules)))
            for each in modules
        ],
    }
    title = _("Require this module?") if len(modules) == 1 else _("Require these modules?")
    return _confirm(request, form, title=title, button_label=_("Require it"), **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_change(request: LeadRequest, pk: int) -> HttpResponse:
    """Ends the version in force and starts the next, after showing whom that touches."""
    found = get_requirement_to_change(request.user, pk)
    row = _row(found)
    keep = list(row.version.roles.all())
    form = TermsForm(posted(request), initial=initial_of(row.version), today=today(), keep=keep)
    title = _("Change what is required")
    if not form.is_valid() or "edit" in request.POST:
        return _form(request, form, title=title, requirement=found)
    if "confirmed" in request.POST:
        with refusals_in(form):
            change_requirement(
                requirement=found,
                effective_from=form.cleaned_data["effective_from"],
                by=request.user,
                **form.terms(),
            )
            messages.success(request, _("The change is saved. Days before it keep what was required then."))
            return redirect("records:requirement", pk)
        return _form(request, form, title=title, requirement=found)
    context = {
        "module": found.module_title,
        "owner": row.owner,
        "requirement": found,
        "touched_before": touched_by_version(row, today()),
        "touched": _touched(form, row.owner),
        "effects": [(found.module_title, _effects(request, form, row.owner, found.module_key, found))],
    }
    return _confirm(request, form, title=_("Save this change?"), button_label=_("Save the change"), **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_end(request: LeadRequest, pk: int) -> HttpResponse:
    """Ends a requirement after a chosen day; one that has not begun is withdrawn."""
    found = get_requirement_to_change(request.user, pk)
    row = _row(found)
    form = EndForm(posted(request), earliest=today())
    if form.is_valid():
        with refusals_in(form):
            end_requirement(requirement=found, on=form.cleaned_data["on"], by=request.user)
            messages.success(request, _("The end is saved. What people completed stays theirs."))
            return redirect("records:requirements")
    context = {
        "form": form,
        "row": row,
        "words": words_of(row.version),
        "touched": touched_by_version(row, today()),
    }
    return render(request, "records/requirements/end.html", context)


def _row(found: Requirement) -> RequirementRow:
    prefetch_related_objects([found], with_versions())
    return row_of(found, today())


def _touched(form: TermsForm, owner: Partnership | Organisation) -> Touched:
    return touched_by(owner, Terms(**form.terms()), day=today())


def _effects(
    request: LeadRequest,
    form: TermsForm,
    owner: Partnership | Organisation,
    module_key: UUID,
    requirement: Requirement | None = None,
    *,
    at_once: int = 1,
) -> list[Effect] | None:
    return effect_of(
        owner,
        module_key,
        Terms(**form.terms()),
        effective_from=form.cleaned_data["effective_from"],
        requirement=requirement,
        modules=at_once,
        is_asked_for="count" in request.POST,
    )


def _form(request: LeadRequest, form: TermsForm, **context: Any) -> HttpResponse:
    return render(request, "records/requirements/form.html", {"form": form, **context})


def _confirm(request: LeadRequest, form: TermsForm, **context: Any) -> HttpResponse:
    """Shows what would be saved; the values go on in hidden fields until the lead says yes."""
    kept = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    context |= {
        "form": form,
        "kept": kept,
        "words": words_for(Terms(**form.terms())),
        "starts_on": form.cleaned_data["effective_from"],
        # What was too much to count at once is counted when the lead asks for it, unless that is too much, too.
        "may_be_counted": "count" not in request.POST and any(each is None for _title, each in context["effects"]),
    }
    return render(request, "records/requirements/confirm.html", context)
