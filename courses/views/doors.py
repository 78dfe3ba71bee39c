"""What the screens of writing and reviewing have in common: all stand under the CMS's own door."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from organisations.models import User


class CmsRequest(HttpRequest):
    """A request that came through the CMS's door, so somebody is signed in."""

    user: User


def say(request: CmsRequest, error: ValidationError) -> None:
    """Tells why something was not done."""
    for message in error.messages:
        messages.error(request, message)
