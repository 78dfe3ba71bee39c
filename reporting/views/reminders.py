"""Reminding the people of a list, and who was reminded."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations.audit import note_names_seen
from organisations.clock import LONDON, today
from organisations.models import Organisation, User
from organisations.parts import Part
from organisations.requests import SignedInRequest
from organisations.rules_letters import leaves_at
from organisations.views.pages import refusals_in
from records.actions.reminders import checked_words, remind_people
from records.mail import letter_text
from records.models import Reminder, ReminderRound
from records.selectors.reminders import outcomes_of, reminded_in, rounds_of
from reporting.access import get_part_to_remind, get_round_for
from reporting.forms_reminders import RemindForm
from reporting.selectors.people import Wanted, ids_listed, module_title
from reporting.views.frame import look_at_one, not_found, state_in, within_in

PAGE_SIZE = 20
Outcome = Reminder.Outcome


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: SignedInRequest, slug: str, module_key: uuid.UUID | None = None) -> HttpResponse:
    """Writes to the people of a list: own words, a look at the letter, then the letters."""
    part = get_part_to_remind(request.user, slug)
    organisation, wanted = part.organisation, _wanted(request, part, module_key)
    ids = ids_listed(wanted)
    people = list(User.objects.filter(pk__in=ids).order_by("pk"))
    form = RemindForm(request.POST if request.method == "POST" else None, initial={"key": uuid.uuid4()})
    step = request.POST.get("step", "") if request.method == "POST" else ""
    letter = ""
    if step in ("preview", "send") and form.is_valid():
        with refusals_in(form):
            words = checked_words(form.cleaned_data["words"], people)
            if step == "send":
                sent = remind_people(
                    organisation=organisation,
                    person_ids=ids,
                    words=words,
                    key=form.cleaned_data["key"],
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _said(sent))
                return redirect("reporting:reminder_round", slug, sent.pk)
    title = module_title(module_key) if module_key else ""
    context: dict[str, Any] = {"organisation": organisation, "form": form, "title": title}
    context |= {"wanted": wanted, "back_url": _list_url(request, slug, module_key), **_plan(people, organisation)}
    if step == "preview" and form.is_valid() and people:
        first = next((each for each in people if context["outcomes"][each.pk] == Outcome.SENT), people[0])
        letter = letter_text(first, organisation, form.cleaned_data["words"], today())
    return render(request, "reporting/remind.html", {**context, "letter": letter})


@login_required
@require_safe
def reminders(request: SignedInRequest, slug: str) -> HttpResponse:
    """What was sent to the people of an organisation, the newest first; numbers only."""
    part = get_part_to_remind(request.user, slug)
    page = Paginator(rounds_of(part.organisation, part.unit_ids), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reporting/reminders.html", {"organisation": part.organisation, "page_obj": page})


@never_cache
@login_required
@require_safe
def reminder_round(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Who got a letter, and who was left out and why."""
    part = get_part_to_remind(request.user, slug)
    organisation, sent = part.organisation, get_round_for(part, pk)
    people = reminded_in(sent, organisation, part.unit_ids)
    note_names_seen(organisation=organisation, by=request.user, where="reminders", rows=len(people))
    context = {
        "organisation": organisation,
        "sent": sent,
        "people": people,
        "letters": sum(each.outcome == Outcome.SENT for each in people),
        "came_back": sum(each.came_back_at is not None for each in people),
        "by_hand": [each for each in people if each.outcome == Outcome.NO_ADDRESS],
    }
    return render(request, "reporting/reminder_round.html", context)


def _wanted(request: SignedInRequest, part: Part, module_key: uuid.UUID | None) -> Wanted:
    """The list in the address, today; only people who have something to do can be reminded."""
    look = look_at_one(request, part)
    wanted = Wanted(part.organisation, today(), look.chosen, module_key, state_in(request), within_in(request))
    if not wanted.may_be_reminded or (module_key and not module_title(module_key)):
        raise not_found()
    return wanted


def _list_url(request: SignedInRequest, slug: str, module_key: uuid.UUID | None) -> str:
    if module_key:
        address = reverse("reporting:people", args=[slug, module_key])
    else:
        address = reverse("reporting:organisation_people", args=[slug])
    return f"{address}?{request.GET.urlencode()}"


def _plan(people: list[User], organisation: Organisation) -> dict[str, Any]:
    """How many get a letter, how many do not, and when it leaves."""
    now = timezone.now().astimezone(LONDON)
    goes_at = leaves_at(now)
    outcomes = outcomes_of(people, organisation, goes_at=goes_at)
    numbers = Counter(outcomes.values())
    return {
        "outcomes": outcomes,
        "letters": numbers[Outcome.SENT],
        "left_out": [(each.label, numbers[each]) for each in Outcome if each != Outcome.SENT and numbers[each]],
        "goes_at": goes_at if goes_at > now else None,
    }


def _said(sent: ReminderRound) -> str:
    number = sent.reminders.filter(outcome=Outcome.SENT).count()
    return ngettext("%(number)s letter is on its way.", "%(number)s letters are on their way.", number) % {
        "number": number
    }
