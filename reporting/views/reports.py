"""Reports: prepared by a partnership's lead, looked at by its organisations, published and then kept as they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from downloads.pdf import pdf_response
from downloads.tables import csv_response, xlsx_response
from organisations.access import authority_of
from organisations.actions.partnerships import set_small_counts
from organisations.clock import today
from organisations.isolating import isolated
from organisations.views.pages import CHOSEN, LeadRequest, posted, refusals_in
from organisations.views.partnerships import Led, led_in
from reporting.access_reports import (
    get_part_of,
    get_report_for,
    get_report_to_manage,
    get_reports_for,
    get_whole_report_for,
    may_manage,
    own_parts,
)
from reporting.actions import comment_on_report, prepare_report, publish_report, share_report, withdraw_report
from reporting.board_report import report_pdf
from reporting.files_report import (
    about,
    day,
    gaps_by_name,
    number_labels,
    report_rows,
    report_sheets,
    source_labels,
)
from reporting.forms import year_before
from reporting.forms_reports import CommentForm, ReportForm, SmallCountsForm, WithdrawForm
from reporting.models import Report
from reporting.publishing import checksum_of
from reporting.selectors.letters import untold_in
from reporting.selectors.reports import chosen_in, compare, compare_rows, knows, payload_of

PAGE_SIZE = 25


@login_required
@require_safe
def reports(request: LeadRequest) -> HttpResponse:
    """The reports that the person may open, the newest day first."""
    page = Paginator(get_reports_for(request.user).defer("payload"), PAGE_SIZE).get_page(request.GET.get("page"))
    leads = bool(authority_of(request.user).partnership_ids)
    return render(request, "reporting/reports.html", {"page_obj": page, "leads_partnership": leads})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: LeadRequest) -> HttpResponse:
    """Prepares a report of a day, with what was chosen on the page of coverage."""
    led, chosen = led_in(request), request.GET.copy()
    partnership, is_named = led.partnership, chosen.pop(CHOSEN, None)
    on = (chosen.pop("on", None) or [today().isoformat()])[-1]
    initial = {"day": on, "delivery_from": year_before(today()), "delivery_to": today(), "scope": chosen.urlencode()}
    if led.choices and not is_named and (at_home := _where_known(led, chosen.urlencode())):
        return redirect(at_home)
    form = ReportForm(posted(request), initial=initial, today=today())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values["scope"] = chosen_in(partnership, values["day"], values["scope"]).query
        with refusals_in(form):
            report = prepare_report(partnership=partnership, by=request.user, at=timezone.now(), **values)
            return redirect("reporting:report", report.key)
    said = chosen_in(partnership, today(), form["scope"].value() or "").said
    return render(request, "reporting/report_form.html", {"form": form, "said": said, "led": led})


def _where_known(led: Led, scope: str) -> str:
    """The same page of the partnership that knows what was chosen, where the present one does not."""
    if knows(led.partnership, today(), scope):
        return ""
    return next((each.url for each in led.choices if knows(each.partnership, today(), scope)), "")


@login_required
@require_safe
def report(request: LeadRequest, key: UUID) -> HttpResponse:
    """One report: a preview while it is a draft; own rows while it is looked at; all of it once published."""
    found = get_report_for(request.user, key)
    manages = may_manage(request.user, found)
    parts = own_parts(request.user, found)
    payload = found.payload
    if payload is None:
        payload = payload_of(found, at=timezone.now(), threshold=found.partnership.small_counts_below)
    context: dict[str, Any] = {
        "report": found,
        "payload": payload,
        "about": about(found, payload),
        "months": [{**month, "day": day(month["day"])} for month in payload["trend"]],
        "gaps": gaps_by_name(payload),
        "requests": [[*words, day(asked_on), why] for *words, asked_on, why in payload["requests"]],
        "manages": manages,
        "shows_all": manages or found.is_published,
        "parts": [(part, _rows_of(payload, part.organisation_id)) for part in parts],
        "untold": untold_in(found, timezone.now()) if manages else [],
        "may_publish": bool(found.publish_from and found.publish_from <= today()),
        "number_labels": number_labels(),
        "source_labels": source_labels(),
        "is_unchanged": not found.checksum or checksum_of(payload) == found.checksum,
    }
    if found.is_published:
        if manages:
            context["comparison"] = compare(found, _("Everything that is required of them"))
        else:
            context["comparison"] = compare_rows(found, [part.organisation_id for part in parts])
    return render(request, "reporting/report.html", context)


@login_required
@require_POST
def report_share(request: LeadRequest, key: UUID) -> HttpResponse:
    """Counts the numbers and shows each organisation its row."""
    found = get_report_to_manage(request.user, key)
    try:
        shared = share_report(report=found, by=request.user, at=timezone.now())
        first = shared.publish_from or today()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("The numbers are counted, and the leads get a letter. You can publish on %(day)s or later.")
        messages.success(request, words % {"day": date_format(first)})
    return redirect("reporting:report", key)


@login_required
@require_POST
def report_publish(request: LeadRequest, key: UUID) -> HttpResponse:
    """Makes the numbers final."""
    found = get_report_to_manage(request.user, key)
    try:
        publish_report(report=found, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The report is published. Its numbers stay as they are."))
    return redirect("reporting:report", key)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_withdraw(request: LeadRequest, key: UUID) -> HttpResponse:
    """Withdraws a report with a reason."""
    found = get_report_to_manage(request.user, key)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            withdraw_report(report=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The report is withdrawn."))
            return redirect("reporting:report", key)
    text = _("The numbers stay, and whoever opens the report reads that it was withdrawn and why.")
    return _form(request, form, _("Withdraw this report"), _("Withdraw"), key, text, kind="warning")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_comment(request: LeadRequest, key: UUID, slug: str) -> HttpResponse:
    """What an organisation says about its row."""
    part = get_part_of(request.user, key, slug)
    form = CommentForm(posted(request), initial={"text": part.comment})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            comment_on_report(part=part, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. You can change it until the report is published."))
            return redirect("reporting:report", key)
    title = _("Comment of %(name)s") % {"name": isolated(part.organisation.name)}
    text = _("It stands in the published report, word for word.")
    return _form(request, form, title, _("Save"), key, text)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def small_counts(request: LeadRequest) -> HttpResponse:
    """Which counts are hidden in what the partnership publishes."""
    led = led_in(request)
    form = SmallCountsForm(posted(request), initial={"below": led.partnership.small_counts_below})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            set_small_counts(partnership=led.partnership, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. Reports counted from now on follow it."))
            return redirect("reporting:reports")
    text = _("A small count can show who is meant. In reports it is hidden, with as many others as it takes.")
    return _form(request, form, _("Small counts"), _("Save"), None, text, led=led)


@login_required
@require_safe
def report_csv(request: LeadRequest, key: UUID) -> HttpResponseBase:
    """What the report prints, as a file."""
    found = get_whole_report_for(request.user, key)
    return csv_response(_filename(found, "csv"), report_rows(found, found.payload or {}))


@login_required
@require_safe
def report_xlsx(request: LeadRequest, key: UUID) -> HttpResponseBase:
    """The same as a workbook."""
    found = get_whole_report_for(request.user, key)
    return xlsx_response(_filename(found, "xlsx"), report_sheets(found, found.payload or {}))


@login_required
@require_safe
def report_as_pdf(request: LeadRequest, key: UUID) -> HttpResponse:
    """The board report."""
    found = get_whole_report_for(request.user, key)
    return pdf_response(_filename(found, "pdf"), report_pdf(found, found.payload or {}))


def _rows_of(payload: dict[str, Any], organisation_id: int) -> list[dict[str, Any]]:
    """The modules of one organisation, exact and as they are printed."""
    return [
        {"title": module["title"], **row}
        for module in payload["modules"]
        for row in module["rows"]
        if row["organisation"] == organisation_id
    ]


def _filename(found: Report, ending: str) -> str:
    return f"{_('report')}-{found.partnership.slug}-{found.day.isoformat()}.{ending}"


def _form(
    request: LeadRequest,
    form: Any,
    title: str,
    label: str,
    key: UUID | None,
    text: str,
    *,
    kind: str = "",
    **more: Any,
) -> HttpResponse:
    back = reverse("reporting:report", args=[key]) if key else reverse("reporting:reports")
    context = {"form": form, "title": title, "button_label": label, "back_url": back, "text": text, "kind": kind}
    return render(request, "reporting/form.html", {**context, **more})
