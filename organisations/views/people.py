"""The people whom a lead looks after: the list, one membership and what is done about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import get_join_request_of, get_organisation_for
from organisations.access_people import (
    get_away_in,
    get_member_for,
    get_members_in,
    get_part_for,
    is_above,
    part_looked_after,
    reached_in,
)
from organisations.actions import (
    confirm_role,
    confirm_roles,
    decide_join_request,
    end_away,
    end_membership,
    move_member,
    record_away,
    reopen_membership,
)
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_lead_people import AwayForm, EndAwayForm, EndMembershipForm, MoveForm, PeopleFilterForm
from organisations.isolating import isolated
from organisations.links import Place, links_for
from organisations.models import Membership
from organisations.parts import Part
from organisations.selectors_leads import (
    PeopleFilter,
    count_from,
    count_open_requests,
    history_of,
    people_of,
    requests_beside,
    role_counts,
)
from organisations.selectors_merging import merges_into
from organisations.views.pages import (
    PAGE_SIZE,
    LeadRequest,
    posted,
    refusals_in,
    searched,
    show,
    show_form,
    to_what_is_found,
)


@sensitive_post_parameters("name")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: LeadRequest, slug: str) -> HttpResponse:
    """People by name for the organisation's own lead and for who leads units of it, counts for a partnership lead.

    A name to search for comes by POST only and waits in the session: the address holds the other filters.
    """
    part = part_looked_after(request.user, slug)
    if part is None:
        return _counts_only(request, slug)
    counts = role_counts(part, today())
    in_address = {"name": searched(request), **{key: request.GET.get(key, "") for key in ("role", "show")}}
    values = request.POST if request.method == "POST" else in_address
    form = PeopleFilterForm(values, roles=[(count.role_id, count.name) for count in counts])
    chosen = form.chosen()
    if request.method == "POST" and form.is_valid():
        return to_what_is_found(request, chosen.name, role=chosen.role_id or "", show=chosen.show)
    context = {
        **_frame(part),
        **_page_of_people(request, part, chosen, count_from(counts, chosen)),
        "filter_form": form,
        "chosen": chosen,
        "is_filtered": chosen != PeopleFilter(),
        "total": sum(count.registered for count in counts),
        "unconfirmed": sum(count.unconfirmed for count in counts),
    }
    return show(request, "people.html", context)


def _counts_only(request: LeadRequest, slug: str) -> HttpResponse:
    part = Part(organisation := get_organisation_for(request.user, slug))
    counts, requests = role_counts(part, today()), count_open_requests(organisation)
    return show(request, "people_counts.html", {**_frame(part), "counts": counts, "requests": requests})


def _frame(part: Part) -> dict[str, Any]:
    frame = {"title": _("People"), "caption": part.name, "organisation": part.organisation, "part": part}
    return {**frame, "section": "people"}


def _page_of_people(request: LeadRequest, part: Part, chosen: PeopleFilter, count: int | None) -> dict[str, Any]:
    paginator = Paginator(people_of(part, today(), chosen), PAGE_SIZE)
    if count is not None:
        # The counts by role have been read for the filter already and say how long the list is.
        paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    rows = page.object_list
    requests = requests_beside(part, rows)
    note_names_seen(organisation=part.organisation, by=request.user, where="people", rows=len(rows) + len(requests))
    return {
        "page_obj": page,
        "can_confirm": any(not row.is_role_confirmed for row in rows),
        "requests": requests,
    }


@login_required
@require_POST
def people_confirm(request: LeadRequest, slug: str) -> HttpResponse:
    """Confirms the roles that were ticked, all of them or none."""
    memberships = get_members_in(get_part_for(request.user, slug), request.POST.getlist("membership"))
    if not memberships:
        messages.error(request, _("Nothing is changed. Tick at least one role to confirm."))
        return redirect("organisations:people", slug)
    try:
        confirm_roles(memberships=memberships, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, _("Nothing is changed. %(why)s") % {"why": " ".join(refusal.messages)})
    else:
        text = ngettext("%(count)d role is confirmed.", "%(count)d roles are confirmed.", len(memberships))
        messages.success(request, text % {"count": len(memberships)})
    return redirect("organisations:people", slug)


@login_required
@require_safe
def person(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """One membership, with what came before it here."""
    part, membership = get_member_for(request.user, slug, pk)
    organisation = membership.organisation
    note_names_seen(organisation=organisation, by=request.user, where="person", about=membership.goes_on_as, rows=1)
    day = today()
    history = history_of(membership, reached_in(part, day))
    context = {
        "title": str(membership.goes_on_as),
        "caption": part.name,
        "organisation": organisation,
        "part": part,
        "back_url": reverse("organisations:people", args=[slug]),
        "back_label": _("People"),
        "membership": next(row for row in history if row.pk == membership.pk),
        "others": [row for row in history if row.pk != membership.pk],
        "today": day,
        "has_ended": membership.ended_on is not None and membership.ended_on < day,
        "is_self": (is_self := membership.person.is_same_as(request.user)),
        "is_above": not is_self and is_above(part, membership.person),
        "links": links_for(Place.PERSON, slug, pk) if part.is_whole else [],
        "merges": merges_into(membership.person, by_lead=True) if part.is_whole else [],
    }
    return show(request, "person.html", context)


@login_required
@require_POST
def person_confirm(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Confirms one person's role."""
    _part, membership = get_member_for(request.user, slug, pk)
    try:
        confirm_role(membership=membership, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The role is confirmed."))
    return redirect("organisations:person", slug, pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_role(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Puts a person into another role, unit or kind from a day on."""
    part, membership = get_member_for(request.user, slug, pk)
    form = MoveForm(posted(request), membership=membership, part=part, today=today())
    if form.is_valid():
        with refusals_in(form):
            following = move_member(membership=membership, by=request.user, **form.place())
            messages.success(request, _("The change is saved. What the person has learned stays theirs."))
            return redirect("organisations:person", slug, following.pk)
    return _show_person_form(
        request,
        form,
        membership,
        title=_("Change the place of %(person)s") % {"person": isolated(membership.goes_on_as)},
        text=(_("Days before the change keep what was so then."),),
        button_label=_("Save the change"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_end(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a membership on a day, after a question."""
    _part, membership = get_member_for(request.user, slug, pk)
    form = EndMembershipForm(posted(request), membership=membership, today=today())
    if form.is_valid():
        with refusals_in(form):
            end_membership(membership=membership, by=request.user, **form.cleaned_data)
            words = {"person": membership.goes_on_as, "day": date_format(form.cleaned_data["on"])}
            if membership.person.is_same_as(request.user):
                messages.success(request, _("Your last day here is %(day)s.") % words)
                return redirect("/")
            messages.success(request, _("%(person)s leaves on %(day)s. You can undo this on this page.") % words)
            return redirect("organisations:person", slug, pk)
    text = [
        _("After this day nothing is required of them here and they are no longer counted."),
        _("Their training and their certificates stay theirs."),
    ]
    if membership.person.is_same_as(request.user):
        text.insert(0, _("This is you. If you leave, you stop being a lead here as well."))
    return _show_person_form(
        request,
        form,
        membership,
        title=_("Has %(person)s left?") % {"person": isolated(membership.goes_on_as)},
        text=tuple(text),
        button_label=_("Save the last day"),
        ends_something=True,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_return(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Takes the last day away again, after a question."""
    _part, membership = get_member_for(request.user, slug, pk)
    form = forms.Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            reopen_membership(membership=membership, by=request.user)
            messages.success(
                request, _("%(person)s is back in the list.") % {"person": isolated(membership.goes_on_as)}
            )
            return redirect("organisations:person", slug, pk)
    return _show_person_form(
        request,
        form,
        membership,
        title=_("Was the last day of %(person)s a mistake?") % {"person": isolated(membership.goes_on_as)},
        text=(_("They will be counted as if they had never left."),),
        button_label=_("Take the last day away"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_away(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Notes days away; no reason is asked for."""
    _part, membership = get_member_for(request.user, slug, pk)
    form = AwayForm(posted(request), membership=membership, today=today())
    if form.is_valid():
        with refusals_in(form):
            record_away(membership=membership, by=request.user, **form.cleaned_data)
            messages.success(request, _("The days away are saved."))
            return redirect("organisations:person", slug, pk)
    return _show_person_form(
        request,
        form,
        membership,
        title=_("When is %(person)s away?") % {"person": isolated(membership.goes_on_as)},
        text=(
            _("While somebody is away nothing is required of them and they get no e-mails."),
            _("We do not ask why, and no reason is kept."),
        ),
        button_label=_("Save the days away"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_away_end(request: LeadRequest, slug: str, pk: int, away_pk: int) -> HttpResponse:
    """Says on which day a person was away for the last time."""
    _part, membership = get_member_for(request.user, slug, pk)
    away = get_away_in(membership, away_pk)
    form = EndAwayForm(posted(request), away=away, today=today())
    if form.is_valid():
        with refusals_in(form):
            end_away(away=away, by=request.user, on=form.last_day())
            messages.success(request, _("The days away are changed."))
            return redirect("organisations:person", slug, pk)
    return _show_person_form(
        request,
        form,
        membership,
        title=_("When is %(person)s back?") % {"person": isolated(membership.goes_on_as)},
        text=(_("If they were not away at all, enter the first day that was saved."),),
        button_label=_("Save"),
    )


@login_required
@require_POST
def join_request_approve(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Lets a person join who asked to."""
    waiting = get_join_request_of(request.user, slug, pk)
    try:
        decide_join_request(join_request=waiting, is_approved=True, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request, _("%(person)s has joined. We tell them by e-mail.") % {"person": isolated(waiting.person)}
        )
    return redirect("organisations:people", slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_request_refuse(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Refuses a request to join, after a question."""
    waiting = get_join_request_of(request.user, slug, pk)
    form = forms.Form(posted(request))
    people_url = reverse("organisations:people", args=[slug])
    note_names_seen(organisation=waiting.organisation, by=request.user, where="request", about=waiting.person, rows=1)
    if form.is_valid():
        with refusals_in(form):
            decide_join_request(join_request=waiting, is_approved=False, by=request.user, at=timezone.now())
            messages.success(request, _("The request is refused. We tell the person by e-mail."))
            return redirect(people_url)
    return show_form(
        request,
        form,
        title=_("Refuse the request of %(person)s?") % {"person": isolated(waiting.person)},
        organisation=waiting.organisation,
        text=(
            _("They asked with the address %(email)s.") % {"email": isolated(waiting.email)},
            _("They can ask again later."),
        ),
        button_label=_("Refuse the request"),
        ends_something=True,
        cancel_url=people_url,
    )


def _show_person_form(request: LeadRequest, form: forms.Form, membership: Membership, **more: Any) -> HttpResponse:
    organisation = membership.organisation
    note_names_seen(organisation=organisation, by=request.user, where="person", about=membership.goes_on_as, rows=1)
    cancel_url = reverse("organisations:person", args=[organisation.slug, membership.pk])
    return show_form(request, form, organisation=organisation, cancel_url=cancel_url, **more)
