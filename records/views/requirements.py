"""What is required of whom: for leads."""

from __future__ import annotations

from dataclasses import dataclass
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
    get_effect_count_for,
    get_owners_for,
    get_requirement_to_change,
    get_requirement_to_read,
    get_requirements_for,
    may_change,
)
from records.actions.requirement_effect import effects_in, start_counting
from records.actions.requirements import change_requirement, create_requirements, end_requirement
from records.forms_requirements import EndForm, RequirementForm, TermsForm, initial_of
from records.models import EffectCount, Requirement
from records.requirement_words import words_for, words_of
from records.selectors.requirement_effect import Draft, Effect, effect_of
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

#: Seconds after which the page of a count under way asks again.
AGAIN = "3"


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
    draft = _new(form)
    effects = _effects(draft, form)
    return _confirm(request, draft, form, effects) if effects is not None else _count(draft, form)


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
    draft = _change(row)
    effects = _effects(draft, form)
    return _confirm(request, draft, form, effects) if effects is not None else _count(draft, form)


@login_required
@require_safe
def requirement_effect(request: LeadRequest, key: UUID) -> HttpResponse:
    """A draft whose effect the worker counts: how far it is, or what it found, and the same way on."""
    count = get_effect_count_for(request.user, key)
    filled_in = QueryDict(mutable=True)
    for name, values in count.filled_in.items():
        filled_in.setlist(name, values)
    form: TermsForm
    if count.requirement is None:
        form, address = (
            RequirementForm(filled_in, owners=get_owners_for(request.user), today=today()),
            reverse("records:requirement_new"),
        )
        draft = _new(form) if form.is_valid() else None
    else:
        row = _row(count.requirement)
        keep, address = (
            list(row.version.roles.all()),
            reverse("records:requirement_change", args=[count.requirement_id]),
        )
        form = TermsForm(filled_in, today=today(), keep=keep)
        draft = _change(row) if form.is_valid() else None
    if draft is None:
        messages.info(
            request, _("What was filled in cannot be saved any more, as its days have passed. Fill it in anew.")
        )
        return redirect(address)
    is_counted = count.state == EffectCount.State.DONE
    effects = [
        (title, effects_in(count, number) if is_counted else None)
        for number, (_key, title) in enumerate(count.modules)
    ]
    response = _confirm(request, draft, form, effects, count=count)
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


def _touched(form: TermsForm, owner: Partnership | Organisation) -> Touched:
    return touched_by(owner, Terms(**form.terms()), day=today())


@dataclass(frozen=True)
class _Draft:
    """What the page before saving is about."""

    address: str
    owner: Partnership | Organisation
    modules: list[tuple[UUID, str]]
    requirement: Requirement | None
    title: str
    button_label: str
    context: dict[str, Any]


def _new(form: RequirementForm) -> _Draft:
    owner, modules = form.chosen_owner, form.modules
    repeated = [each.title for each in modules if is_required_already(owner.place, each.translation_key, today())]
    return _Draft(
        reverse("records:requirement_new"),
        owner.place,
        [(each.translation_key, each.title) for each in modules],
        None,
        _("Require this module?") if len(modules) == 1 else _("Require these modules?"),
        _("Require it"),
        {"repeated": ", ".join(repeated)},
    )


def _change(row: RequirementRow) -> _Draft:
    found = row.requirement
    return _Draft(
        reverse("records:requirement_change", args=[found.pk]),
        row.owner,
        [(found.module_key, found.module_title)],
        found,
        _("Save this change?"),
        _("Save the change"),
        {"requirement": found, "touched_before": touched_by_version(row, today())},
    )


def _effects(draft: _Draft, form: TermsForm) -> list[tuple[str, list[Effect] | None]] | None:
    """What it does to coverage, module by module; none where that is too much to count now."""
    found: list[tuple[str, list[Effect] | None]] = []
    for key, title in draft.modules:
        pk = draft.requirement.pk if draft.requirement else None
        asked = Draft(draft.owner, key, Terms(**form.terms()), form.cleaned_data["effective_from"], pk)
        effects = effect_of(asked, modules=len(draft.modules))
        if effects is None:
            return None
        found.append((title, effects))
    return found


def _filled_in(form: TermsForm) -> dict[str, list[str]]:
    """What was filled in, by the names of the fields."""
    data = cast(QueryDict, form.data)
    return {name: data.getlist(name) for name in form.fields if name in data}


def _count(draft: _Draft, form: TermsForm) -> HttpResponse:
    """Lets the worker count it, and shows how far it is."""
    count = start_counting(
        owner=draft.owner,
        modules=draft.modules,
        terms=Terms(**form.terms()),
        effective_from=form.cleaned_data["effective_from"],
        filled_in=_filled_in(form),
        requirement=draft.requirement,
        at=timezone.now(),
    )
    return redirect("records:requirement_effect", count.key)


def _form(request: LeadRequest, form: TermsForm, **context: Any) -> HttpResponse:
    return render(request, "records/requirements/form.html", {"form": form, **context})


def _confirm(
    request: LeadRequest,
    draft: _Draft,
    form: TermsForm,
    effects: list[tuple[str, list[Effect] | None]],
    count: EffectCount | None = None,
) -> HttpResponse:
    """Shows what would be saved; the values go on in hidden fields until the lead says yes."""
    context = {
        **draft.context,
        "address": draft.address,
        "title": draft.title,
        "button_label": draft.button_label,
        "module": ", ".join(title for _key, title in draft.modules),
        "owner": draft.owner,
        "touched": _touched(form, draft.owner),
        "effects": effects,
        "count": count,
        "form": form,
        "kept": [(name, value) for name, values in _filled_in(form).items() for value in values],
        "words": words_for(Terms(**form.terms())),
        "starts_on": form.cleaned_data["effective_from"],
    }
    return render(request, "records/requirements/confirm.html", context)
