"""What the learner's pages have in common: whose they are, and that no browser keeps them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from organisations.models import User
from records.actions.refusals import Refusal


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


View = Callable[..., HttpResponseBase]


def personal(view: View) -> View:
    """A page about the person who is signed in, which no browser and no proxy keeps."""
    return never_cache(login_required(view))


def button(back_to: str, *, keeps_arguments: bool = True) -> Callable[[View], View]:
    """The press of a button on the page called `back_to`, which takes the same arguments or none.

    Who is signed out by then signs in and comes back to that page, not to an address that only takes presses;
    who opens the address itself is led there too. A refusal is told there in its own words.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = redirect(back_to, *args, **kwargs) if keeps_arguments else redirect(back_to)
            if not request.user.is_authenticated:
                return redirect_to_login(page.url)
            if request.method != "POST":
                return page
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                messages.warning(request, str(refusal))
                return page

        return guarded

    return decorate
