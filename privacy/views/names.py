"""Who has looked at an organisation's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import Cell, csv_response
from organisations.access import authority_of
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import NamesSeen, Organisation
from organisations.views.pages import PAGE_SIZE, LeadRequest
from privacy.access import get_organisation_at
from privacy.forms import LookedOnForm
from privacy.selectors.names import looks_at, moment_of, place_of
from privacy.views.frame import show


@login_required
@require_safe
def names_seen(request: LeadRequest, slug: str) -> HttpResponse:
    """The looks, the newest first; its own lead reads who it was, everyone else a number."""
    organisation = get_organisation_at(request.user, slug)
    form = LookedOnForm(request.GET if "on" in request.GET else None, today=today())
    page = Paginator(looks_at(organisation, form.day), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    may_see = _note(request, organisation, page.object_list)
    context = {
        "title": _("Who has looked at our names"),
        "caption": organisation.name,
        "organisation": organisation,
        "section": "privacy",
        "form": form,
        "on": form.day.isoformat() if form.day else "",
        "page_obj": page,
        "rows": [(look, moment_of(look), place_of(look), _who(look, may_see)) for look in page.object_list],
    }
    return show(request, "names.html", context)


@login_required
@require_safe
def names_seen_csv(request: LeadRequest, slug: str) -> HttpResponseBase:
    """The same as a file."""
    organisation = get_organisation_at(request.user, slug)
    day = LookedOnForm(request.GET if "on" in request.GET else None, today=today()).day
    looks = list(looks_at(organisation, day))
    may_see = _note(request, organisation, looks)
    return csv_response(f"{_('looks at names')}-{organisation.slug}.csv", _lines(looks, may_see))


def _note(request: LeadRequest, organisation: Organisation, looks: Sequence[NamesSeen]) -> bool:
    """Whether the reader may know who looked; that they read it is a look too."""
    may_see = authority_of(request.user).may_see_names(organisation)
    if may_see:
        others = sum(each.seen_by_id != request.user.pk for each in looks)
        note_names_seen(organisation=organisation, by=request.user, where="looks", rows=others)
    return may_see


def _who(look: NamesSeen, may_see: bool) -> str:
    return str(look.seen_by) if may_see else _("person %(number)d") % {"number": look.seen_by_id}


def _lines(looks: Sequence[NamesSeen], may_see: bool) -> Iterator[Sequence[Cell]]:
    yield [_("Day"), _("Time"), _("Who"), _("Where"), _("How many names")]
    for look in looks:
        moment = moment_of(look)
        yield [f"{moment:%Y-%m-%d}", f"{moment:%H:%M}", _who(look, may_see), place_of(look), look.rows]
