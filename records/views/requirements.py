"""What is required of whom: for leads."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import authority_of
from organisations.clock import today
from organisations.models import Organisation, Partnership
from organisations.views.pages import LeadRequest, posted, refusals_in
from records.access_requirements import (
    counted_in,
    get_effect_count_for,
    get_owners_for,
    get_requirement_to_change,
    get_requirement_to_read,
    get_requirements_for,
    may_change,
)
from records.actions.requirement_effect import effects_so_far, plan_of, start_counting
from records.actions.requirements import change_requirement, create_requirements, end_requirement
from records.forms_requirements import EndForm, RequirementForm, TermsForm, initial_of
from records.models import EffectCount, Requirement
from records.requirement_words import with_names, words_for, words_of
from records.selectors.requirement_plans import ModuleEffects, Plan, effects_of, repeated_in, touched_by_plan
from records.selectors.requirements import RequirementRow, row_of, rows_of, touched_by_version, with_versions
from records.terms import Terms

#: Seconds after which the page of a count under way asks again.
AGAIN = "3"


@login_required
@require_safe
def requirements(request: LeadRequest) -> HttpResponse:
    """Everything that is required by whom the lead leads, by the partnership of their organisation and within it."""
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
    context = {
        "row": row,
        "words": words_of(row.version),
        "versions": [(version, words_of(version)) for version in reversed(found.versions.all())],
        "is_theirs": may_change(authority, found),
        "touched": touched_by_version(row, today(), only_in=counted_in(authority, found)),
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
    titles = [(each.translation_key, each.title) for each in modules]
    return _look_at(request, form, owner.place, titles)


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
    return _look_at(request, form, row.owner, [(found.module_key, found.module_title)], found)


@login_required
@require_safe
def requirement_effect(request: LeadRequest, key: UUID) -> HttpResponse:
    """A draft whose effect the worker counts: how far it is, or what it found, and the same way on."""
    count = get_effect_count_for(request.user, key)
    filled_in = QueryDict(mutable=True)
    for name, values in count.filled_in.items():
        filled_in.setlist(name, values)
    plan = plan_of(count)
    form: TermsForm
    if count.requirement is None:
        form = RequirementForm(filled_in, owners=get_owners_for(request.user), today=today())
    else:
        form = TermsForm(filled_in, today=today(), keep=list(_row(count.requirement).version.roles.all()))
    if not form.is_valid():
        messages.info(
            request, _("What was filled in cannot be saved any more, as its days have passed. Fill it in anew.")
        )
        return redirect(_address(plan))
    response = _confirm(request, plan, form, effects_so_far(count), count=count)
    if count.state == EffectCount.State.COUNTING:
        response["Refresh"] = AGAIN
    return response


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


def _look_at(
    request: LeadRequest,
    form: TermsForm,
    owner: Partnership | Organisation,
    modules: list[tuple[UUID, str]],
    requirement: Requirement | None = None,
) -> HttpResponse:
    """What it does, before it is saved; or, of very many people, how far the worker is with counting them."""
    plan = Plan(owner, modules, Terms(**form.terms()), form.cleaned_data["effective_from"], today(), requirement)
    effects = effects_of(plan)
    if effects is not None:
        return _confirm(request, plan, form, effects)
    count = start_counting(plan=plan, filled_in=_filled_in(form), at=timezone.now())
    return redirect("records:requirement_effect", count.key)


def _address(plan: Plan) -> str:
    """Where it is saved."""
    if plan.requirement is None:
        return reverse("records:requirement_new")
    return reverse("records:requirement_change", args=[plan.requirement.pk])


def _filled_in(form: TermsForm) -> dict[str, list[str]]:
    """What was filled in, by the names of the fields."""
    data = cast(QueryDict, form.data)
    return {name: data.getlist(name) for name in form.fields if name in data}


def _form(request: LeadRequest, form: TermsForm, **context: Any) -> HttpResponse:
    return render(request, "records/requirements/form.html", {"form": form, **context})


def _confirm(
    request: LeadRequest,
    plan: Plan,
    form: TermsForm,
    effects: list[ModuleEffects],
    count: EffectCount | None = None,
) -> HttpResponse:
    """Shows what would be saved; the values go on in hidden fields until the lead says yes."""
    title = _("Require this module?") if len(plan.modules) == 1 else _("Require these modules?")
    context = {
        "title": _("Save this change?") if plan.requirement else title,
        "button_label": _("Save the change") if plan.requirement else _("Require it"),
        "plan": plan,
        "address": _address(plan),
        "words": words_for(plan.terms),
        "touched": touched_by_plan(plan, today()),
        "touched_before": touched_by_version(_row(plan.requirement), today()) if plan.requirement else None,
        "repeated": ", ".join(repeated_in(plan, today())),
        "effects": [(title, days and with_names(days, plan, today())) for title, days in effects],
        "count": count,
        "kept": [(name, value) for name, values in _filled_in(form).items() for value in values],
    }
    return render(request, "records/requirements/confirm.html", context)
