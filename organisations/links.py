"""Links that apps above put on this app's pages, so that it need not know them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.urls import reverse


class Place(Enum):
    """Pages that take links."""

    #: A person's own account. The address takes no arguments.
    ACCOUNT = "account"
    #: One membership, for the organisation's own lead. The address takes its organisation's slug and its number.
    PERSON = "person"


@dataclass(frozen=True)
class Link:
    """Where it leads and what it says."""

    label: Any
    address: str

    def url(self, *arguments: object) -> str:
        """The address with what the page is about."""
        return reverse(self.address, args=arguments)


_LINKS: dict[Place, list[Link]] = {place: [] for place in Place}


def register_link(place: Place, link: Link) -> None:
    """Called once by each app that has something to show there, when it is ready."""
    if link not in _LINKS[place]:
        _LINKS[place].append(link)


def links_for(place: Place, *arguments: object) -> list[dict[str, str]]:
    """The links of a page, each with label and url."""
    return [{"label": str(link.label), "url": link.url(*arguments)} for link in _LINKS[place]]
