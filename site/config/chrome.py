"""The frame around every page: place, tabs, support contacts, languages, the person signed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.staff import is_for_staff
from courses.translated import direction
from guidance.cards import card_of
from guidance.selectors import contacts_for_page
from organisations import clock
from organisations.access import authority_once_proven
from organisations.models import User
from organisations.selectors import places_of


@dataclass(frozen=True)
class Tab:
    """A link of the main navigation."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Language:
    """This page in another language."""

    code: str
    name: str
    url: str
    is_current: bool
    dir: str


@dataclass(frozen=True)
class Link:
    """A link at the foot of the page."""

    label: str
    url: str


@dataclass(frozen=True)
class Person:
    """Who is signed in, with the address of their account."""

    name: str
    url: str


@dataclass(frozen=True)
class Chrome:
    """What base.html shows around a page; any part may be empty."""

    home_url: str = "/"
    place: str = ""
    #: Whether the people and organisations here are invented.
    is_demo: bool = False
    person: Person | None = None
    tabs: list[Tab] = field(default_factory=list)
    contacts: list = field(default_factory=list)
    languages: list[Language] = field(default_factory=list)
    #: On a page that exists in English only: the language of a person who reads another, who is told so.
    told_in: str = ""
    told_dir: str = ""
    links: list[Link] = field(default_factory=list)


def languages_of(path: str) -> list[Language]:
    """The same address in each language; of those without one in it, only where strangers read it."""
    current = translation.get_language_from_path(path)
    if current is None:
        without = (reverse("verify"), reverse("check_in_code"))
        return _languages_of_checking(path) if path.startswith(without) else []
    rest = path[len(current) + 1 :]
    return [
        Language(code, name, f"/{code}{rest}", code == current, direction(code)) for code, name in settings.LANGUAGES
    ]


def _languages_of_checking(path: str) -> list[Language]:
    """The address of a certificate or a room stands on paper and has no language in it: a choice is added to it."""
    current, address = translation.get_language(), escape_uri_path(path)
    return [
        Language(code, name, f"{address}?language={code}", code == current, direction(code))
        for code, name in settings.LANGUAGES
    ]


def tabs_for(request: HttpRequest) -> list[Tab]:
    """The tabs that lead to something this person may open, perhaps after a second factor; the present one marked."""
    with override(_language_around(request)):
        courses_url, learning_url = f"/{translation.get_language()}/courses/", reverse("records:my_learning")
    places = [(_("Courses"), courses_url)]
    if request.user.is_authenticated:
        authority = authority_once_proven(request.user)
        places.insert(0, (_("My learning"), learning_url))
        if authority.leads_anything:
            places.append((_("Coverage"), reverse("reporting:coverage")))
        if leads := bool(authority.partnership_ids or authority.organisation_ids):
            places.append((_("Organisations"), reverse("organisations:organisations")))
        elif authority.unit_ids:
            places.append((_("People"), reverse("organisations:organisations")))
        if leads:
            places.append((_("Requirements"), reverse("records:requirements")))
        if leads or authority.trains_in:
            places.append((_("Briefings"), reverse("records:sessions")))
        if authority.is_operator:
            places.append((_("Privacy"), reverse("privacy:desk")))
        if authority.may_enter_cms:
            places.append((_("Authoring"), reverse("wagtailadmin_home")))
    # The longest address that the page lies under is the present place.
    under = [url for _label, url in places if request.path.startswith(url)]
    current = max(under, key=len, default="")
    return [Tab(label, url, url == current) for label, url in places]


def _is_for_staff(request: HttpRequest) -> bool:
    return request.resolver_match is not None and is_for_staff(request.resolver_match.func)


def _language_around(request: HttpRequest) -> str:
    """The language of the pages around this one: from a page for staff, which is in English, the person's own."""
    if _is_for_staff(request) and request.user.is_authenticated:
        return request.user.language
    return translation.get_language() or settings.LANGUAGE_CODE


def _place_of(user: User) -> tuple[str, bool]:
    """The partnership at the top of the page, and whether it is invented.

    Beyond the person's work it is the one for which they are appointed.
    """
    places = places_of(user, clock.today())
    if places.partnership_name:
        return places.partnership_name, places.is_demo
    return authority_once_proven(user).partnership


def cms_is_demo_for(user: User | AnonymousUser) -> bool:
    """Whether the CMS shows somebody what is invented: in a demo always, elsewhere by whom they are appointed for.

    Asks the database nothing that the door of the CMS has not asked.
    """
    return settings.DEMO or authority_once_proven(user).is_of_demo


def chrome_for(request: HttpRequest) -> Chrome:
    """The frame of this request's page: at most three queries for a person signed in."""
    user, is_staff_page, around = request.user, _is_for_staff(request), _language_around(request)
    person, place, is_demo = None, "", False
    with override(around):
        account_url, notice_url = reverse("organisations:account"), reverse("privacy:notice")
    if user.is_authenticated:
        person = Person(user.name or user.email, account_url)
        place, is_demo = _place_of(user)
    is_told = is_staff_page and around != settings.LANGUAGE_CODE
    return Chrome(
        home_url=f"/{around}/",
        place=place,
        is_demo=settings.DEMO or is_demo,
        person=person,
        tabs=tabs_for(request),
        contacts=[card_of(each) for each in contacts_for_page(user if user.is_authenticated else None)],
        languages=[] if is_staff_page else languages_of(request.path),
        told_in=around if is_told else "",
        told_dir=direction(around) if is_told else "",
        links=[Link(_("Privacy notice"), notice_url)],
    )
