"""What the pages of coverage share: what the address asks for, and how it is kept in links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from organisations.clock import today
from organisations.parts import Part
from reporting.access import get_organisations_for
from reporting.filters import Chosen, Said
from reporting.forms import DayForm, FilterForm
from reporting.selectors.choices import LABELS, Choices, choices_in, choices_within
from reporting.selectors.counting import SHOWN
from reporting.tables import APART, STATES, WITHIN, Apart


@dataclass(frozen=True)
class Look:
    """The day and the choices in an address."""

    form: FilterForm
    day: date
    chosen: Chosen

    @property
    def kept(self) -> str:
        """The same as it stands in a link; nothing for today and everybody."""
        parts = [urlencode({"on": self.day.isoformat()}) if self.day != self.form.today else "", self.chosen.query]
        return "&".join(part for part in parts if part)

    def query(self, **more: object) -> str:
        """The same with more parameters, as the end of a link."""
        return "?" + "&".join(part for part in (urlencode(more), self.kept) if part)

    def shortcuts(self, people_url: str) -> dict[str, str]:
        """Where the people behind the numbers at the top of a page are; all of the organisation are at the url."""
        return {
            "overdue_url": f"{people_url}{self.query(state='overdue')}",
            "soon_url": f"{people_url}{self.query(state='expiring')}",
            **{f"{which}_url": f"{people_url}{self.query(state=which)}" for which in APART},
        }

    @property
    def context(self) -> dict[str, Any]:
        """What templates need of it."""
        return {"form": self.form, "chosen": self.chosen, "kept": self.kept, "today": self.form.today}


def day_in(request: HttpRequest) -> date:
    """The day in the address; without one, or with one that cannot be read, today."""
    day = today()
    return DayForm({"on": request.GET.get("on") or day}, today=day).day


def look_at_all(request: HttpRequest) -> Look:
    """What the address asks of the organisations that the person may look at."""
    return _look(request, choices_in(get_organisations_for(request.user, day_in(request))))


def look_at_one(request: HttpRequest, part: Part) -> Look:
    """What the address asks of one organisation, never of more people than the part holds."""
    look = _look(request, choices_within(part.organisation, part.unit_ids), is_of_one=True)
    if part.unit_ids is None or look.chosen.unit_ids:
        return look
    said = (Said(LABELS["unit"], ", ".join(part.units)), *look.chosen.said)
    return replace(look, chosen=replace(look.chosen, unit_ids=part.unit_ids, said=said))


def _look(request: HttpRequest, choices: Choices, *, is_of_one: bool = False) -> Look:
    data = request.GET.copy()
    data["on"] = data.get("on") or today().isoformat()
    form = FilterForm(data, choices=choices, today=today(), is_of_one=is_of_one)
    return Look(form, form.day, form.chosen)


def state_in(request: HttpRequest) -> str:
    """The number whose people are wanted; everyone where the address names none that there is."""
    wanted = request.GET.get("state", "")
    return wanted if wanted in STATES else ""


def apart_in(request: HttpRequest) -> Apart | None:
    """Why those wanted are counted apart; none where the address asks for others."""
    wanted = request.GET.get("state", "")
    return Apart(wanted) if wanted in APART else None


def number_in(request: HttpRequest, name: str) -> int:
    """A number in the address; 0 where it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def within_in(request: HttpRequest) -> int:
    """So many days ahead; 0 where the address names none that there is."""
    days = number_in(request, "within")
    return days if days in WITHIN else 0


def shown_in(request: HttpRequest) -> str:
    """How those wanted came to be current; everyone where the address names nothing that there is."""
    wanted = request.GET.get("shown", "")
    return wanted if wanted in SHOWN else ""


def not_found() -> Http404:
    """Nothing there, in words that say nothing of others."""
    return Http404(_("There is nothing at this address."))
