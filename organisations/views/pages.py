"""What the lead's pages share: refusals as errors of a form, and one frame for forms and questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from organisations.access import authority_of
from organisations.models import Organisation, User
from organisations.sessions import keep_search, kept_search


class LeadRequest(HttpRequest):
    """A request behind `login_required`: somebody is signed in."""

    user: User


#: The part of an address that names one of several partnerships.
CHOSEN = "partnership"
#: The part of an address that says: those for whom was searched, of which the session knows the words.
FOUND = "found"
#: Rows of a long list on one page.
PAGE_SIZE = 50


def query_of(slug: str) -> str:
    """The end of addresses that stay with a partnership."""
    return f"?{urlencode({CHOSEN: slug})}"


def query_in(request: HttpRequest) -> str:
    """The same for the partnership that the address names, if it does."""
    return query_of(slug) if (slug := request.GET.get(CHOSEN, "")) else ""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: everything sent by POST, even when it is empty."""
    return request.POST if request.method == "POST" else None


def to_what_is_found(request: HttpRequest, words: str, **filters: object) -> HttpResponse:
    """Leads from a search that was posted to the same list by GET, so that Back and reload work.

    The words wait in the session: a name that is searched for stands in no address, history or log.
    """
    keep_search(request, words)
    query = urlencode({**filters, **({FOUND: 1} if words else {})})
    return redirect(f"{request.path}?{query}" if query else request.path)


def searched(request: HttpRequest) -> str:
    """What the person searched for, where the address says that they did; nothing where the session is another."""
    return kept_search(request) if FOUND in request.GET and request.method != "POST" else ""


@contextmanager
def refusals_in(form: Form) -> Iterator[None]:
    """What a write inside refuses becomes errors of the form, beside the field where it has one."""
    try:
        yield
    except ValidationError as refusal:
        for field, words in _by_field(refusal).items():
            form.add_error(field if field in form.fields else None, words)


def _by_field(refusal: ValidationError) -> dict[str, list[str]]:
    if hasattr(refusal, "error_dict"):
        return refusal.message_dict
    return {"": refusal.messages}


def show(request: LeadRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Renders a page of a lead, with what its frame needs."""
    led = authority_of(request.user).partnership_ids
    frame = {"leads_partnership": bool(led), "partnership_query": query_in(request)}
    return render(request, f"organisations/lead/{template}", {**frame, **context}, status=status)


def show_form(
    request: LeadRequest,
    form: Form,
    *,
    title: str,
    button_label: str,
    cancel_url: str,
    organisation: Organisation | None = None,
    text: tuple[str, ...] = (),
    ends_something: bool = False,
    template: str = "form.html",
    **more: Any,
) -> HttpResponse:
    """Renders a form or a question to confirm, with a way back and a way out."""
    context = {
        "form": form,
        "title": title,
        "caption": organisation.name if organisation else "",
        "organisation": organisation,
        "text": text,
        "button_label": button_label,
        "button_kind": "warning" if ends_something else "",
        "cancel_url": cancel_url,
        "back_url": cancel_url,
        **more,
    }
    return show(request, template, context)
