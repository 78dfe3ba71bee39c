"""Invitations: what was sent, one more, many at once, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import authority_of, get_organisation_for
from organisations.access_invitations import (
    get_invitation_seen_by,
    get_invitation_to_withdraw,
    get_part_to_invite_into,
    invitations_seen_by,
    may_withdraw,
)
from organisations.actions import invite_people, invite_person, send_unsent_again, withdraw_invitation
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_lead_people import AddressLine, InvitationForm, SeveralInvitationsForm
from organisations.isolating import isolated
from organisations.mail import invitation_link
from organisations.models import Invitation, Organisation, User
from organisations.parts import Part
from organisations.selectors_leads import (
    addresses_of_members,
    addresses_with_an_open_invitation,
    in_order,
    unsent_of,
)
from organisations.views.pages import PAGE_SIZE, LeadRequest, posted, refusals_in, show, show_form


@dataclass(frozen=True)
class InvitationRow:
    """An invitation in the list; only an open one has a link to hand over."""

    invitation: Invitation
    state: str
    link: str
    may_withdraw: bool


@login_required
@require_safe
def invitations(request: LeadRequest, slug: str) -> HttpResponse:
    """The invitations of an organisation, or into the units led; a partnership lead sees those that they sent."""
    part = get_part_to_invite_into(request.user, slug)
    organisation = part.organisation
    found = in_order(invitations_seen_by(request.user, part), timezone.now())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    note_names_seen(organisation=organisation, by=request.user, where="invitations", rows=len(page.object_list))
    context = {
        "title": _("Invitations"),
        "caption": part.name,
        "organisation": organisation,
        "part": part,
        "section": "invitations",
        "page_obj": page,
        "unsent": unsent_of(found, timezone.now()).count(),
        "rows": [_row(request.user, part, invitation) for invitation in page],
        "sees_all": authority_of(request.user).may_see_names(organisation),
    }
    return show(request, "invitations.html", context)


def _row(person: User, part: Part, invitation: Invitation) -> InvitationRow:
    state = invitation.state_at(timezone.now())
    link = invitation_link(invitation) if state == Invitation.State.OPEN else ""
    return InvitationRow(invitation, state, link, may_withdraw(person, part, invitation))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Invites one person."""
    part = get_part_to_invite_into(request.user, slug)
    form = InvitationForm(posted(request), part=part)
    if form.is_valid():
        with refusals_in(form):
            invitation = invite_person(
                organisation=part.organisation,
                email=form.cleaned_data["email"],
                is_for_lead=form.cleaned_data.get("is_for_lead", False),
                by=request.user,
                at=timezone.now(),
                **form.place(),
            )
            messages.success(
                request, _("The invitation is on its way to %(email)s.") % {"email": isolated(invitation.email)}
            )
            return redirect("organisations:invitations", slug)
    return show_form(
        request,
        form,
        title=_("Invite a person"),
        organisation=part.organisation,
        caption=part.name,
        part=part,
        button_label=_("Send the invitation"),
        cancel_url=reverse("organisations:invitations", args=[slug]),
        template="invitation_new.html",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations_several(request: LeadRequest, slug: str) -> HttpResponse:
    """Invites many people: first shows which lines are good, then sends to all of those or to none."""
    organisation = get_organisation_for(request.user, slug)
    form = SeveralInvitationsForm(posted(request), part=Part(organisation))
    is_checked = form.is_valid() and "change" not in request.POST
    if not is_checked:
        return _show_several(request, form, organisation)
    good, refused = _sort(organisation, form.cleaned_data["addresses"])
    confirmed = request.POST.get("send") == _fingerprint(good)
    if good and confirmed:
        with refusals_in(form):
            invite_people(
                organisation=organisation,
                emails=[line.email for line in good],
                by=request.user,
                at=timezone.now(),
                **form.place(),
            )
            text = ngettext(
                "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", len(good)
            )
            messages.success(request, text % {"count": len(good)})
            return redirect("organisations:invitations", slug)
        return _show_several(request, form, organisation)
    context = {
        "title": _("Check before you send"),
        "caption": organisation.name,
        "organisation": organisation,
        "back_url": reverse("organisations:invitations_several", args=[slug]),
        "form": form,
        "place": form.cleaned_data,
        "good": good,
        "refused": refused,
        "fingerprint": _fingerprint(good),
    }
    return show(request, "invitations_preview.html", context)


def _show_several(request: LeadRequest, form: forms.Form, organisation: Organisation) -> HttpResponse:
    return show_form(
        request,
        form,
        title=_("Invite several people"),
        organisation=organisation,
        text=(_("All of them get the same role. Send one list for each role."),),
        button_label=_("Check the list"),
        cancel_url=reverse("organisations:invitations", args=[organisation.slug]),
    )


def _sort(organisation: Organisation, lines: list[AddressLine]) -> tuple[list[AddressLine], list[AddressLine]]:
    """Good lines and refused ones."""
    addresses = [line.email for line in lines if line.email]
    invited = addresses_with_an_open_invitation(organisation, addresses, timezone.now())
    here = addresses_of_members(organisation, addresses, today())
    good: list[AddressLine] = []
    refused: list[AddressLine] = []
    for line in lines:
        if line.email in here:
            line = line.refused(_("This person is here already."))
        elif line.email in invited:
            line = line.refused(_("There is an open invitation already."))
        (good if line.email else refused).append(line)
    return good, refused


def _fingerprint(good: list[AddressLine]) -> str:
    """Tells whether the list that was looked at is still the list that would be sent."""
    return "\n".join(line.email for line in good)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Takes an invitation back, after a question."""
    invitation = get_invitation_to_withdraw(request.user, slug, pk)
    form = forms.Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            withdraw_invitation(invitation=invitation, by=request.user, at=timezone.now())
            messages.success(
                request, _("The invitation to %(email)s is withdrawn.") % {"email": isolated(invitation.email)}
            )
            return redirect("organisations:invitations", slug)
    note_names_seen(organisation=invitation.organisation, by=request.user, where="invitation", rows=1)
    return show_form(
        request,
        form,
        title=_("Withdraw the invitation to %(email)s?") % {"email": isolated(invitation.email)},
        organisation=invitation.organisation,
        text=(_("Its link stops working. You can invite the person again."),),
        button_label=_("Withdraw the invitation"),
        ends_something=True,
        cancel_url=reverse("organisations:invitations", args=[slug]),
    )


@login_required
@require_POST
def invitations_unsent(request: LeadRequest, slug: str) -> HttpResponse:
    """Tries the letters again that could not be sent."""
    part = get_part_to_invite_into(request.user, slug)
    ids = unsent_of(invitations_seen_by(request.user, part), timezone.now()).values_list("pk", flat=True)
    number = send_unsent_again(organisation=part.organisation, invitation_ids=list(ids), by=request.user)
    text = ngettext("%(number)d letter is tried again.", "%(number)d letters are tried again.", number)
    messages.success(request, text % {"number": number})
    return redirect("organisations:invitations", slug)


@login_required
@require_POST
def invitation_again(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Sends a fresh invitation in place of one that has expired or was withdrawn."""
    old = get_invitation_seen_by(request.user, slug, pk)
    form = forms.Form({})
    form.is_valid()
    with refusals_in(form):
        invite_person(**_same_place(old), by=request.user, at=timezone.now())
        messages.success(request, _("A new invitation is on its way to %(email)s.") % {"email": isolated(old.email)})
        return redirect("organisations:invitations", slug)
    messages.error(request, " ".join(form.non_field_errors()))
    return redirect("organisations:invitations", slug)


def _same_place(old: Any) -> dict[str, Any]:
    names = ("organisation", "email", "role", "kind", "unit", "language", "is_for_lead")
    return {name: getattr(old, name) for name in names}
