"""One more attempt at a quiz, or more time, for one person: given by their lead, or by a trainer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.models import User
from organisations.views.pages import LeadRequest, posted
from records.access_quiz_help import find_person_to_help, get_membership_to_help, require_trainer
from records.actions.allowances import end_more_time, give_attempts, give_more_time
from records.forms_quiz_help import QuizHelpByAddressForm, QuizHelpForm
from records.selectors.quiz_rules import more_time_of
from records.views.people import frame_of, note_person_seen


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_help(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """What a lead gives somebody of their organisation; how the person did in a quiz does not show."""
    membership = get_membership_to_help(request.user, slug, pk)
    form = QuizHelpForm(posted(request), initial={"more_time": more_time_of(membership.person)})
    back = reverse("records:person_record", args=[slug, pk])
    if form.is_valid():
        _give(request, membership.person, form)
        return redirect(back)
    note_person_seen(request, membership)
    context = {**frame_of(membership), "form": form, "back_url": back, "back_label": _("Back")}
    return render(request, "records/lead/quiz_help.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_help_by_address(request: LeadRequest) -> HttpResponse:
    """The same from a trainer, for somebody who has asked them; no name and nothing on record is shown."""
    require_trainer(request.user)
    form = QuizHelpByAddressForm(posted(request))
    if form.is_valid():
        person = find_person_to_help(request.user, form.cleaned_data["email"])
        if person is None or person.is_same_as(request.user):
            form.add_error("email", _("We found nobody you can help with this address. Check how it is written."))
        else:
            _give(request, person, form)
            return redirect("records:quiz_help_by_address")
    context = {"form": form, "caption": _("Trainers"), "back_url": reverse("wagtailadmin_home")}
    return render(request, "records/lead/quiz_help.html", {**context, "back_label": _("Back to the CMS")})


def _give(request: LeadRequest, person: User, form: QuizHelpForm) -> None:
    now = timezone.now()
    if form.changes_time:
        if form.extra_percent == 0:
            end_more_time(person=person, by=request.user)
        else:
            give_more_time(person=person, extra_percent=form.extra_percent, by=request.user, at=now)
        messages.success(request, _("The time is saved. It holds from the next quiz they start."))
    if form.cleaned_data["gives_attempt"]:
        give_attempts(person=person, by=request.user, at=now)
        # In how many quizzes would say how they did.
        messages.success(request, _("Wherever they had no try left, they have one more now."))
