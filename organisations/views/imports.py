"""Files of people and headcounts: brought, columns matched, looked at, saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from downloads.tables import csv_response
from organisations.access_imports import get_import_of, get_place_to_import_into, imports_in
from organisations.actions import bring_file, cancel_import, choose_columns, start_applying
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_lead_imports import ApplyForm, ColumnsForm, FileForm
from organisations.import_kinds import ImportKind, kind_of
from organisations.imports.words import FAULTS, OUTCOMES
from organisations.models import ImportRun, Organisation
from organisations.parts import Part
from organisations.selectors_imports import REFUSALS_SHOWN, examples_of, refused_rows
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form

#: Seconds after which the page of work under way asks again.
AGAIN = "3"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: LeadRequest, slug: str, kind: str) -> HttpResponse:
    """Takes a file, and lists those brought before."""
    part = get_place_to_import_into(request.user, slug, kind)
    place = part.organisation if isinstance(part, Part) else part
    form = FileForm(posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_in(form):
            run = bring_file(
                place=place,
                kind=kind,
                content=file.read(),
                file_name=file.name,
                by=request.user,
                at=timezone.now(),
                is_of_units=isinstance(part, Part) and not part.is_whole,
            )
            return redirect(kind_of(kind).address("import_columns", slug, run.pk))
    runs = imports_in(part, request.user, kind).defer("content", "samples")
    return show_form(
        request,
        form,
        title=kind_of(kind).title,
        organisation=place if isinstance(place, Organisation) else None,
        caption=place.name,
        part=part,
        button_label=_("Go on"),
        cancel_url=kind_of(kind).list_url(slug),
        template="import_new.html",
        template_url=kind_of(kind).address("import_template", slug),
        runs=[(run, kind_of(kind).address("import", slug, run.pk)) for run in runs[:10]],
    )


@login_required
@require_safe
def import_template(request: LeadRequest, slug: str, kind: str) -> HttpResponseBase:
    """A file with the headings to fill in."""
    get_place_to_import_into(request.user, slug, kind)
    about = kind_of(kind)
    return csv_response(f"{kind}.csv", [[about.name_of(name) for name in about.template or about.columns]])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: LeadRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Shows what we take each column for, and lets the lead correct it."""
    run = get_import_of(request.user, slug, pk, kind)
    if run.content is None or run.is_under_way:
        return redirect(kind_of(kind).address("import", slug, pk))
    form = ColumnsForm(posted(request), run=run)
    if form.is_valid():
        with refusals_in(form):
            role = form.cleaned_data.get("default_role")
            choose_columns(run=run, columns=form.columns(), default_role=role, options=form.options())
            return redirect(kind_of(kind).address("import", slug, pk))
    _note(request, run, "import", len(run.samples))
    return show_form(
        request,
        form,
        title=_("Check the columns"),
        organisation=run.organisation,
        caption=run.place.name,
        text=(_("This is what we take each column for. Nothing is saved yet."),),
        button_label=_("Check the rows"),
        cancel_url=kind_of(kind).address("import_new", slug),
    )


@login_required
@require_safe
def import_run(request: LeadRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """How far a file is: under way, waiting for an answer, or done."""
    run = get_import_of(request.user, slug, pk, kind)
    if run.state == ImportRun.State.UPLOADED:
        return redirect(kind_of(kind).address("import_columns", slug, pk))
    return _show_run(request, run, ApplyForm(run=run, today=today()))


@login_required
@require_POST
def import_apply(request: LeadRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Saves the rows as the lead decides."""
    run = get_import_of(request.user, slug, pk, kind)
    form = ApplyForm(request.POST, run=run, today=today())
    if form.is_valid():
        with refusals_in(form):
            start_applying(run=run, by=request.user, **form.decision())
            return redirect(kind_of(kind).address("import", slug, pk))
    return _show_run(request, run, form)


@login_required
@require_POST
def import_cancel(request: LeadRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Throws the file away."""
    run = get_import_of(request.user, slug, pk, kind)
    try:
        cancel_import(run=run, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(kind_of(kind).address("import", slug, pk))
    messages.success(request, _("The file is thrown away. What was saved from it stays."))
    return redirect(kind_of(kind).address("import_new", slug))


@login_required
@require_safe
def import_errors(request: LeadRequest, slug: str, pk: int, kind: str) -> HttpResponseBase:
    """The rows that were not taken, as they came, each with its reasons."""
    run = get_import_of(request.user, slug, pk, kind)
    rows = list(refused_rows(run))
    _note(request, run, "import errors", len(rows))
    lines: list[list[Any]] = [[_("Row"), _("Why it was not taken"), *run.header]]
    lines += [[row.number, " ".join(_reasons(kind_of(kind), row.refusals)), *row.cells] for row in rows]
    return csv_response(f"{slug}-{kind}-not-taken.csv", lines)


def _note(request: LeadRequest, run: ImportRun, where: str, rows: int) -> None:
    """Notes a look at rows that may hold names of an organisation's people; figures of several hold none."""
    if run.organisation is not None:
        note_names_seen(organisation=run.organisation, by=request.user, where=where, rows=rows)


def _reasons(kind: ImportKind, refusals: list[list[str]]) -> list[str]:
    return [f"{kind.name_of(each[0])}: {kind.reason(each)}" if each[0] else kind.reason(each) for each in refusals]


def _texts(refusals: list[list[str]]) -> list[str]:
    return [text for _field, _why, text, *_beside in refusals if text]


def _show_run(request: LeadRequest, run: ImportRun, form: ApplyForm) -> HttpResponse:
    slug, kind = run.place.slug, kind_of(run.kind)
    refused = list(refused_rows(run)[:REFUSALS_SHOWN]) if not run.is_under_way else []
    is_checked = run.state == ImportRun.State.CHECKED
    examples = examples_of(run) if is_checked else {}
    counts = run.planned if is_checked else run.done
    named = len(refused) + sum(len(rows) for rows in examples.values())
    _note(request, run, "import", named)
    context = {
        "title": RUN_TITLES[State(run.state)](),
        "caption": run.place.name,
        "organisation": run.organisation,
        "back_url": kind.address("import_new", slug),
        "run": run,
        "form": form,
        "counts": [(OUTCOMES[name], counts[name]) for name in OUTCOMES if counts.get(name)],
        "examples": [(OUTCOMES[name], kind.examples(rows)) for name, rows in examples.items() if rows],
        "refused": [(row.number, _reasons(kind, row.refusals), _texts(row.refusals)) for row in refused],
        "refused_more": max(0, run.refused - len(refused)),
        "fault": FAULTS.get(run.fault, ""),
        "hints": kind.hints(run) if is_checked else [],
        "can_change": is_checked and run.content is not None,
        "urls": {name: kind.address(f"import_{name}", slug, run.pk) for name in PARTS},
    }
    response = show(request, "import_run.html", context)
    if run.is_under_way:
        response["Refresh"] = AGAIN
    return response


PARTS = ("apply", "cancel", "errors", "columns")
State = ImportRun.State
RUN_TITLES = {
    State.UPLOADED: lambda: _("Check the columns"),
    State.CHECKING: lambda: _("The file is being read"),
    State.CHECKED: lambda: _("Check before you save"),
    State.APPLYING: lambda: _("The rows are being saved"),
    State.DONE: lambda: _("The file is saved"),
    State.CANCELLED: lambda: _("The file was thrown away"),
    State.UNREADABLE: lambda: _("The file could not be read"),
}
