"""The frame that the lead's privacy pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organisations.access import authority_of
from organisations.views.pages import LeadRequest


def show(request: LeadRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Renders a page of a lead or an operator, with what its frame needs."""
    led = authority_of(request.user).partnership_ids
    return render(request, f"privacy/lead/{template}", {"leads_partnership": bool(led), **context})
