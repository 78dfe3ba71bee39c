"""Requests as the type checker sees them."""

from django.http import HttpRequest

from organisations.models import User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`: there is a person."""

    user: User
