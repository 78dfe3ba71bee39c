"""People without e-mail, for their lead: adding them, and giving them a code to sign in with."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access_people import get_member_for, get_part_for
from organisations.actions import add_person_without_email, give_sign_in_code
from organisations.actions.staff_codes import WORKS_FOR
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_lead_people import PersonWithoutEmailForm
from organisations.isolating import isolated
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Adds a person who has no e-mail address."""
    part = get_part_for(request.user, slug)
    form = PersonWithoutEmailForm(posted(request), part=part, today=today())
    if form.is_valid():
        with refusals_in(form):
            membership = add_person_without_email(organisation=part.organisation, by=request.user, **form.cleaned_data)
            messages.success(request, _("The person is added. Now give them a sign-in code."))
            return redirect("organisations:person", slug, membership.pk)
    return show_form(
        request,
        form,
        title=_("Add a person without e-mail"),
        organisation=part.organisation,
        text=(_("They sign in with their staff number, a code from you and then a password of their own."),),
        button_label=_("Add the person"),
        cancel_url=reverse("organisations:people", args=[slug]),
        section="people",
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_code(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Gives a member without e-mail a code, shown once, on a slip to print."""
    _part, membership = get_member_for(request.user, slug, pk)
    form, now = Form(posted(request)), timezone.now()
    back_url = reverse("organisations:person", args=[slug, pk])
    note_names_seen(
        organisation=membership.organisation, by=request.user, where="person", about=membership.person, rows=1
    )
    if form.is_valid():
        try:
            code = give_sign_in_code(membership=membership, by=request.user, at=now)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            context = {
                "title": _("Sign-in code"),
                "caption": membership.organisation.name,
                "organisation": membership.organisation,
                "membership": membership,
                "code": code,
                "expires_at": now + WORKS_FOR,
                "address": settings.BASE_URL + reverse("organisations:staff_code"),
                "back_url": back_url,
                "section": "people",
            }
            return show(request, "sign_in_code.html", context)
    return show_form(
        request,
        form,
        title=_("Give a sign-in code?"),
        organisation=membership.organisation,
        text=(
            _("The code lets %(person)s in once, to choose a password. It works for 7 days.")
            % {"person": isolated(membership.person)},
            _("Hand the slip over yourself. A code and a password given before stop working once this one is used."),
        ),
        button_label=_("Give a code"),
        cancel_url=back_url,
        section="people",
    )
