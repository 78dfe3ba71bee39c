"""The privacy notice, and what a partnership says of itself on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.clock import today
from organisations.views.pages import LeadRequest, posted, refusals_in, show_form
from organisations.views.partnerships import one_of
from privacy.access import get_partnership_desk_for
from privacy.actions.notice import change_notice
from privacy.forms import NoticeForm
from privacy.models import NoticeDetails
from privacy.selectors.notice import notice_for


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What is kept, why, how long and who sees it: the same settings that are in force, in words."""
    return render(request, "privacy/notice.html", {"notice": notice_for(request.user, today())})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_change(request: LeadRequest) -> HttpResponse:
    """Who is responsible, and how to reach them."""
    led = one_of(get_partnership_desk_for(request.user).partnerships, request)
    partnership = led.partnership
    details = NoticeDetails.objects.filter(partnership=partnership).values(*NoticeForm.base_fields).first()
    form = NoticeForm(posted(request), initial=details)
    if form.is_valid():
        with refusals_in(form):
            change_notice(partnership=partnership, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The privacy notice is changed."))
            return redirect("privacy:notice")
    return show_form(
        request,
        form,
        led=led,
        title=_("Who is responsible for people's details?"),
        text=(_("This stands on the privacy notice, for everybody to read, in the words you write here."),),
        button_label=_("Save"),
        cancel_url=reverse("privacy:desk"),
        back_label=_("Privacy"),
    )
