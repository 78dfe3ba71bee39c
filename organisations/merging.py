"""What apps above say of two people before they are put together, so that this app need not know them."""

from __future__ import annotations

from collections.abc import Callable

from organisations.models import User

#: Gives sentences about what merging the second person into the first means.
Teller = Callable[[User, User], list[str]]
_tellers: list[Teller] = []


def register_merge_teller(teller: Teller) -> Teller:
    """Lets an app above say what follows; called once, from its AppConfig.ready()."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def said_of_merge(kept: User, merged: User) -> list[str]:
    """All that the apps above say."""
    return [sentence for teller in _tellers for sentence in teller(kept, merged)]
