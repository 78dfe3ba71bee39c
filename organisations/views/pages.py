"""What the lead's pages share: refusals as errors of a form, and one frame for forms and questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from organisations.access import authority_of
from organisations.models import Organisation, User


class LeadRequest(HttpRequest):
    """A request behind `login_required`: somebody is signed in."""

    user: User


#: The part of an address that names one of several partnerships.
CHOSEN = "partnership"
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
