"""How long records are kept, what is past its period, and the run that takes it away."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.clock import today
from organisations.isolating import isolated
from organisations.models import Organisation
from organisations.views.pages import LeadRequest, posted, show_form
from organisations.views.partnerships import one_of
from privacy.access import get_desk_for, get_organisation_at, get_partnership_desk_for
from privacy.actions.retention import set_period, start_run, unset_period
from privacy.forms import AS_ABOVE, WITHOUT_END, PeriodsForm, SureForm
from privacy.models import RetentionRun
from privacy.selectors.retention import NOWHERE, own_periods_of, periods_in, periods_of, preview
from privacy.views.frame import show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: LeadRequest) -> HttpResponse:
    """The periods of a partnership."""
    led = one_of(get_partnership_desk_for(request.user).partnerships, request)
    partnership = led.partnership
    form = PeriodsForm(posted(request), in_force=periods_in(partnership.pk))
    if form.is_valid():
        for record_type, chosen in form.changes().items():
            months = None if chosen == WITHOUT_END else int(chosen)
            set_period(
                record_type=record_type, months=months, by=request.user, at=timezone.now(), partnership=partnership
            )
        messages.success(request, _("The periods are saved. Nothing is taken away before a run."))
        return redirect("privacy:preview")
    return show_form(
        request,
        form,
        led=led,
        title=_("How long records are kept"),
        text=(
            _("These periods hold in %(place)s, unless an organisation has set its own.")
            % {"place": isolated(partnership.name)},
            _("Modules completed and certificates are kept as long as the person has their account."),
        ),
        button_label=_("Save"),
        cancel_url=reverse("privacy:desk"),
        back_label=_("Privacy"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def periods_of_organisation(request: LeadRequest, slug: str) -> HttpResponse:
    """The periods of one organisation, where they differ from its partnership's."""
    organisation = get_organisation_at(request.user, slug)
    day, own = today(), own_periods_of(organisation)
    found = periods_of([organisation.pk], day)
    in_force = {name: each.get(organisation.pk, each[NOWHERE]) for name, each in found.items()}
    form = PeriodsForm(posted(request), in_force=in_force, own=own, above=_above(organisation, in_force))
    if form.is_valid():
        _save_own(request, organisation, form)
        messages.success(request, _("The periods are saved. Nothing is taken away before a run."))
        return redirect("privacy:preview_of_organisation", slug)
    return show_form(
        request,
        form,
        title=_("How long records are kept"),
        organisation=organisation,
        section="privacy",
        text=(
            _("Choose another period where your own rules ask for one."),
            _("Where a person has two employers, the longer period counts."),
            _("Modules completed and certificates are kept as long as the person has their account."),
        ),
        button_label=_("Save"),
        cancel_url=reverse("privacy:names_seen", args=[slug]),
        back_label=_("Privacy"),
    )


def _above(organisation: Organisation, in_force: dict[str, int | None]) -> dict[str, int | None]:
    """What holds where the organisation has set nothing."""
    without_own = periods_of([organisation.pk], today(), is_own_counted=False)
    return {name: without_own[name].get(organisation.pk, in_force[name]) for name in in_force}


def _save_own(request: LeadRequest, organisation: Organisation, form: PeriodsForm) -> None:
    for record_type, chosen in form.changes().items():
        if chosen == AS_ABOVE:
            unset_period(record_type=record_type, organisation=organisation, by=request.user)
        else:
            months = None if chosen == WITHOUT_END else int(chosen)
            set_period(
                record_type=record_type, months=months, by=request.user, at=timezone.now(), organisation=organisation
            )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview_all(request: LeadRequest) -> HttpResponse:
    """What is past its period in everything that one looks after, and the button that takes it away."""
    looked_after = get_desk_for(request.user)
    only = None if looked_after.is_everything else sorted(looked_after.organisation_ids or ())
    if only is not None and not only:
        raise PermissionDenied(_("You do not lead an organisation."))
    return _preview(request, only, back_url=reverse("privacy:desk"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview_of_organisation(request: LeadRequest, slug: str) -> HttpResponse:
    """The same for one organisation."""
    organisation = get_organisation_at(request.user, slug)
    return _preview(
        request, [organisation.pk], back_url=reverse("privacy:names_seen", args=[slug]), organisation=organisation
    )


def _preview(
    request: LeadRequest, only: Collection[int] | None, *, back_url: str, organisation: Organisation | None = None
) -> HttpResponse:
    form = SureForm(posted(request))
    if form.is_valid():
        start_run(by=request.user, at=timezone.now(), organisation_ids=only or ())
        messages.success(request, _("The run has begun. It goes on by itself: you can leave this page."))
        return redirect(request.path)
    runs = RetentionRun.objects.filter(organisation_ids=sorted(only or ())).prefetch_related("results__organisation")
    context = {
        "title": _("What is past its period"),
        "caption": organisation.name if organisation else "",
        "organisation": organisation,
        "back_url": back_url,
        "back_label": _("Privacy"),
        "lines": preview(today(), only),
        "runs": list(runs.filter(night_of__isnull=True)[:5]),
        "form": form,
    }
    return show(request, "preview.html", context)
