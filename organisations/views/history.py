"""How an organisation joins a partnership and leaves it, closes or becomes part of another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access import authority_of, require_partnership_lead
from organisations.access_history import (
    get_asked_to_join,
    get_organisation_of_partnership_for,
    get_place_in_partnership_for,
    organisations_to_join,
    organisations_to_merge_into,
)
from organisations.actions import close_organisation, join_partnership, leave_partnership, merge_organisations
from organisations.clock import today
from organisations.forms_leads_history import EndForm, JoinForm, JoinPartnershipForm, MergeOrganisationForm
from organisations.isolating import isolated
from organisations.models import Organisation, Partnership
from organisations.partnership_links import LASTS, Asked, asking_url
from organisations.selectors_leads_history import Touched, last_day_in_words, touched_by_end
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form

ONE_DAY = timedelta(days=1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_close(request: LeadRequest, slug: str) -> HttpResponse:
    """Closes an organisation on a day, after a look at what ends with it."""
    organisation = get_organisation_of_partnership_for(request.user, slug)
    title = _("Close %(name)s?") % {"name": isolated(organisation)}
    if refusal := last_day_in_words(organisation):
        return _say(request, organisation, title=title, text=refusal)
    form = EndForm(posted(request), today=today())
    text: list[str] = [_("Use this when the organisation is no more. Figures of the past stay as they are.")]
    if form.is_valid():
        on = form.cleaned_data["on"]
        if form.cleaned_data["is_sure"]:
            with refusals_in(form):
                close_organisation(organisation=organisation, on=on, by=request.user, at=timezone.now())
                messages.success(
                    request,
                    _("%(name)s closes on %(day)s.") % {"name": isolated(organisation), "day": date_format(on)},
                )
                return redirect("organisations:organisations")
        text = [_("The last day is %(day)s.") % {"day": date_format(on)}, *_said(touched_by_end(organisation, on))]
        text.append(_("What its people have learned and their certificates stay theirs. This cannot be undone."))
    return _show(request, form, organisation, title=title, text=text, sure=_("Close the organisation"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_merge(request: LeadRequest, slug: str) -> HttpResponse:
    """Makes an organisation part of another from a day on, after a look at what that means."""
    organisation = get_organisation_of_partnership_for(request.user, slug)
    title = _("Merge %(name)s into another organisation?") % {"name": isolated(organisation)}
    if refusal := last_day_in_words(organisation):
        return _say(request, organisation, title=title, text=refusal)
    form = MergeOrganisationForm(
        posted(request), today=today(), others=organisations_to_merge_into(request.user, organisation)
    )
    text: list[str] = [_("Its people move to the other organisation. Figures of days before stay as they are.")]
    if form.is_valid():
        into, on = form.cleaned_data["into"], form.cleaned_data["on"]
        if form.cleaned_data["is_sure"]:
            with refusals_in(form):
                merge_organisations(organisation=organisation, into=into, on=on, by=request.user, at=timezone.now())
                words = {"name": isolated(organisation), "into": isolated(into), "day": date_format(on)}
                messages.success(request, _("%(name)s is part of %(into)s from %(day)s.") % words)
                return redirect("organisations:organisation", into.slug)
        touched = touched_by_end(organisation, on - ONE_DAY)
        words = {"into": isolated(into), "day": date_format(on), "unit": isolated(organisation)}
        text = [
            _("From %(day)s they work at %(into)s, in a unit called %(unit)s with its own units below it.") % words,
            *_said(touched),
            _("Role, kind, staff number and days away go with each person. What was due stays due on the same day."),
            _("Its e-mail domains go over. Its headcounts do not: enter a new one there. This cannot be undone."),
        ]
    return _show(request, form, organisation, title=title, text=text, sure=_("Merge the organisations"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_leave(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Says on which day an organisation belongs to the partnership for the last time."""
    place = get_place_in_partnership_for(request.user, slug, pk)
    form = EndForm(posted(request), today=today())
    words = {"name": isolated(place.organisation), "partnership": isolated(place.partnership)}
    text: list[str] = [
        _("After this day it is not in the figures of %(partnership)s. Days before stay as they are.") % words
    ]
    if form.is_valid():
        on = form.cleaned_data["on"]
        if form.cleaned_data["is_sure"]:
            with refusals_in(form):
                leave_partnership(
                    organisation=place.organisation, partnership=place.partnership, on=on, by=request.user
                )
                messages.success(request, _("The last day in the partnership is saved."))
                return redirect("organisations:organisations")
        text.insert(0, _("The last day is %(day)s.") % {"day": date_format(on)})
        text.append(_("What the partnership requires is then not asked of its people. You no longer see its figures."))
    title = _("Does %(name)s leave %(partnership)s?") % words
    return _show(request, form, place.organisation, title=title, text=text, sure=_("Save the last day"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_join(request: LeadRequest) -> HttpResponse:
    """Puts an organisation that is on Signpost already into a partnership from a day, or makes a link for its lead."""
    require_partnership_lead(request.user)
    form = JoinPartnershipForm(
        posted(request),
        partnerships=Partnership.objects.filter(pk__in=authority_of(request.user).partnership_ids),
        organisations=organisations_to_join(request.user),
        today=today(),
    )
    link = ""
    if form.is_valid():
        partnership, organisation, on = (form.cleaned_data[name] for name in ("partnership", "organisation", "on"))
        if organisation is None:
            link = asking_url(Asked(partnership.pk, request.user.pk, on))
        else:
            with refusals_in(form):
                return _join(request, organisation, partnership, on)
    return show_form(
        request,
        form,
        title=_("Let an organisation join"),
        text=(
            _("For an organisation that is on Signpost already. Its people, its units and its history come with it."),
            _("You see its numbers from the first day on, and what the partnership requires is asked of its people."),
        ),
        button_label=_("Continue"),
        cancel_url=reverse("organisations:organisations"),
        template="partnership_join.html",
        link=link,
        days=LASTS.days,
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_join_own(request: LeadRequest, token: str) -> HttpResponse:
    """The page behind such a link: opening it changes nothing, its button lets the lead's own organisation join."""
    partnership, asked, organisations = get_asked_to_join(request.user, token)
    form = JoinForm(posted(request), organisations=organisations, initial={"organisation": organisations.first()})
    if form.is_valid():
        with refusals_in(form):
            return _join(request, form.cleaned_data["organisation"], partnership, asked.on)
    words = {"partnership": isolated(partnership), "day": date_format(asked.on)}
    return show_form(
        request,
        form,
        title=_("Join %(partnership)s?") % words,
        text=(
            _("The lead of %(partnership)s asks your organisation to belong to it from %(day)s.") % words,
            _("Its leads then see your numbers. They see no names unless you agree to that yourself."),
            _("What the partnership requires is then asked of your people. Its lead can end this again."),
        ),
        button_label=_("Join"),
        cancel_url=reverse("organisations:organisations"),
    )


def _join(request: LeadRequest, organisation: Organisation, partnership: Partnership, on: date) -> HttpResponse:
    join_partnership(organisation=organisation, partnership=partnership, on=on, by=request.user)
    words = {"name": isolated(organisation), "partnership": isolated(partnership), "day": date_format(on)}
    messages.success(request, _("%(name)s belongs to %(partnership)s from %(day)s.") % words)
    return redirect("organisations:organisations")


def _said(touched: Touched) -> list[str]:
    """What ends, in words; nothing where there is nothing."""
    said = [
        ngettext("%(count)d person has a place here.", "%(count)d people have a place here.", touched.people)
        % {"count": touched.people},
    ]
    if touched.appointments:
        said.append(
            ngettext("%(count)d appointment ends.", "%(count)d appointments end.", touched.appointments)
            % {"count": touched.appointments}
        )
    if touched.invitations:
        said.append(
            ngettext("%(count)d invitation is withdrawn.", "%(count)d invitations are withdrawn.", touched.invitations)
            % {"count": touched.invitations}
        )
    return said


def _say(request: LeadRequest, organisation: Organisation, *, title: str, text: str) -> HttpResponse:
    """Why there is nothing to be asked."""
    url = reverse("organisations:organisation", args=[organisation.slug])
    context = {
        "title": title,
        "caption": organisation.name,
        "organisation": organisation,
        "text": text,
        "back_url": url,
    }
    return show(request, "refused.html", context)


def _show(
    request: LeadRequest, form: EndForm, organisation: Organisation, *, title: str, text: list[str], sure: str
) -> HttpResponse:
    """The form first; once its answers hold, the same with what follows from them, to be sent again."""
    is_checked = form.is_bound and form.is_valid()
    if is_checked:
        # What was asked is sent again unseen, with the word that it is meant.
        form.data = {**request.POST.dict(), "is_sure": "on"}
        for field in form.fields.values():
            field.widget = field.hidden_widget()
    url = reverse("organisations:organisation", args=[organisation.slug])
    more: dict[str, Any] = {"ends_something": is_checked}
    return show_form(
        request,
        form,
        title=title,
        organisation=organisation,
        text=tuple(text),
        button_label=sure if is_checked else _("Continue"),
        cancel_url=url,
        **more,
    )
