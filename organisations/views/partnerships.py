"""Which partnership a page is about, for those who lead several."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.access import get_partnerships_led_by
from organisations.models import Partnership
from organisations.views.pages import LeadRequest

#: The part of an address that names the partnership.
CHOSEN = "partnership"


@dataclass(frozen=True)
class Choice:
    """The same page of another partnership."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Led:
    """The partnership that the page is about."""

    partnership: Partnership
    #: All that its lead may turn to; empty for whoever leads one.
    choices: tuple[Choice, ...] = ()

    @property
    def query(self) -> str:
        """The end of addresses that stay with the partnership."""
        return f"?{CHOSEN}={self.partnership.slug}" if self.choices else ""

    def url(self, name: str) -> str:
        """The address of another page of the same partnership."""
        return reverse(name) + self.query


def led_in(request: LeadRequest) -> Led:
    """The partnership that the address names, else the first that the person leads by name; 404 for one they do not
    lead, 403 for whoever leads none."""
    partnerships = get_partnerships_led_by(request.user)
    slug = request.GET.get(CHOSEN, partnerships[0].slug)
    chosen = next((each for each in partnerships if each.slug == slug), None)
    if chosen is None:
        raise Http404(_("There is nothing at this address."))
    if len(partnerships) == 1:
        return Led(chosen)
    query, choices = request.GET.copy(), []
    for each in partnerships:
        query[CHOSEN] = each.slug
        choices.append(Choice(each.name, f"{request.path}?{query.urlencode()}", each == chosen))
    return Led(chosen, tuple(choices))
