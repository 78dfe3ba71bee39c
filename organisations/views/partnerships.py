"""Which partnership a page is about, for those who lead several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_partnerships_led_by
from organisations.models import Partnership
from organisations.views.pages import CHOSEN, LeadRequest, query_in, query_of


@dataclass(frozen=True)
class Choice:
    """The same page of another partnership."""

    partnership: Partnership
    url: str
    is_current: bool


@dataclass(frozen=True)
class Led:
    """The partnership that the page is about."""

    partnership: Partnership
    #: The end of addresses that stay with it; empty for whoever leads no other.
    query: str = ""
    #: All that its lead may turn to.
    choices: tuple[Choice, ...] = ()

    def url(self, name: str) -> str:
        """The address of another page of the same partnership."""
        return reverse(name) + self.query


def led_in(request: LeadRequest) -> Led:
    """The partnership that the address names, else the first that the person leads by name; 404 for one they do not
    lead, 403 for whoever leads none."""
    return one_of(get_partnerships_led_by(request.user), request)


def one_of(partnerships: Sequence[Partnership], request: LeadRequest) -> Led:
    """The one of these partnerships that the address names, else the first; 404 for another."""
    slug = request.GET.get(CHOSEN, partnerships[0].slug)
    chosen = next((each for each in partnerships if each.slug == slug), None)
    if chosen is None:
        raise Http404(_("There is nothing at this address."))
    if len(partnerships) == 1:
        return Led(chosen)
    query, choices = request.GET.copy(), []
    for each in partnerships:
        query[CHOSEN] = each.slug
        choices.append(Choice(each, f"{request.path}?{query.urlencode()}", each == chosen))
    return Led(chosen, query_of(chosen.slug), tuple(choices))


def url_in(request: LeadRequest, name: str, partnership: Partnership | None) -> str:
    """The address of a list of the partnership to which belongs what a page changes, else of the one that the page's
    own address names: where to come back to."""
    led = authority_of(request.user).partnership_ids
    is_told = partnership is not None and partnership.pk in led and len(led) > 1
    return reverse(name) + (query_of(partnership.slug) if partnership and is_told else query_in(request))
