"""What the privacy notice says of this installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Organisation, User
from organisations.selectors import active_memberships_of, partnership_of
from privacy.kinds import KINDS
from privacy.models import NoticeDetails
from privacy.selectors.retention import NOWHERE, periods_in, periods_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class Kept:
    """One line of how long what is kept."""

    label: str
    how_long: str
    then: str


@dataclass(frozen=True)
class Notice:
    """The parts of the page that differ from installation to installation."""

    details: Sequence[NoticeDetails]
    #: The employer whose own periods the page shows; none for a visitor.
    organisation: Organisation | None
    kept: Sequence[Kept]
    #: Name and purpose of each cookie.
    cookies: Sequence[tuple[str, str]]


def months_in_words(months: int | None) -> str:
    """A period as people say it."""
    if months is None:
        return _("as long as the account")
    if months % 12 == 0:
        years = months // 12
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


def notice_for(person: User | AnonymousUser, day: date) -> Notice:
    """The notice as it holds for the reader: their partnership and employer, or every partnership for a visitor."""
    details = NoticeDetails.objects.select_related("partnership").order_by("partnership__name")
    organisation, months = None, None
    if isinstance(person, User):
        partnership = partnership_of(person, day)
        places = active_memberships_of(person, day)
        if partnership is not None:
            details = details.filter(partnership=partnership)
        if places:
            organisation = places[0].organisation
            found = periods_of([organisation.pk], day)
            months = {name: each.get(organisation.pk, each[NOWHERE]) for name, each in found.items()}
    shown = list(details)
    if months is None:
        defaults: dict[str, int | None] = {each.record_type.value: each.months for each in KINDS}
        months = periods_in(shown[0].partnership_id) if len(shown) == 1 else defaults
    kept = [Kept(each.label, months_in_words(months[each.record_type]), str(each.then)) for each in KINDS]
    return Notice(shown, organisation, kept, _cookies())


def _cookies() -> list[tuple[str, str]]:
    """Every cookie that the site ever sets."""
    return [
        (settings.SESSION_COOKIE_NAME, _("keeps you signed in, for 12 hours at most")),
        (settings.CSRF_COOKIE_NAME, _("proves that a form comes from this site")),
        (settings.LANGUAGE_COOKIE_NAME, _("remembers a language you chose")),
    ]
