"""A person's record, to read and to take away."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from downloads.pdf import pdf_response
from downloads.tables import csv_response
from organisations.clock import today
from organisations.selectors import is_of_demo
from records import files
from records.selectors.record import record_of
from records.views.guards import PersonRequest, personal


@personal
def my_record(request: PersonRequest) -> HttpResponse:
    """Everything that is recorded of the person's learning."""
    day = today()
    return render(request, "records/my_record.html", {"record": record_of(request.user, day), "day": day})


@personal
@require_safe
def my_record_pdf(request: PersonRequest) -> HttpResponse:
    """The same as a PDF, in the language of the page."""
    day, language = today(), translation.get_language() or request.user.language
    person = request.user
    content = files.record_pdf(
        record_of(person, day), person.name, day=day, language=language, is_demo=is_of_demo(person)
    )
    return pdf_response(f"record-of-learning-{day.isoformat()}.pdf", content)


@personal
@require_safe
def my_record_csv(request: PersonRequest) -> StreamingHttpResponse:
    """The same as a table for a spreadsheet."""
    day = today()
    return csv_response(f"record-of-learning-{day.isoformat()}.csv", files.record_rows(record_of(request.user, day)))
