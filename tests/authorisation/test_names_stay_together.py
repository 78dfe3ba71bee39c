"""Names, addresses and codes are set apart on every page where they could run the other way.

Every address of the matrix is opened in Arabic with names in Latin letters, and in English with names in Arabic ones.
"""

from __future__ import annotations

import html
import re

import pytest
from django.db import models
from django.urls import reverse
from django.utils import translation

from organisations.isolating import END, START, is_rtl
from organisations.models import (
    Area,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationDomain,
    Partnership,
    Role,
    Unit,
    User,
)
from records.models import Certificate
from tests.authorisation.addresses import arguments
from tests.authorisation.people import Cast, make_cast
from tests.authorisation.test_matrix import Visit, rows

#: Words in a page that stand in one line with what is around them; every other tag begins a new line.
INLINE = "a|abbr|b|button|code|em|i|label|mark|small|span|strong|time"
#: Not read as a line of the page, or unable to hold anything but words.
APART = re.compile(r"<(script|style|title|option|textarea|svg|noscript)\b.*?</\1>", re.DOTALL)
DIRECTED = re.compile(r"<(\w+)[^>]*\sdir=\"[^\"]*\"[^>]*>[^<]*</\1>")
SET_APART = re.compile(rf"<bdi[^>]*>[^<]*</bdi>|{START}[^{END}]*{END}")
#: Authors' screens are English and left to right; Wagtail draws them.
CMS = "/cms/"
LATIN, ARABIC = "Qzx", "دانا"
COLUMNS = ("learner", "own_lead", "own_unit_lead", "own_partnership_lead", "operator")


def rename(word: str) -> set[str]:
    """Gives all people and places names with the word in them, and what has an address one of Latin letters."""
    known = set()

    def keep(row: models.Model, **fields: str) -> None:
        type(row)._default_manager.filter(pk=row.pk).update(**fields)
        known.update(value for value in fields.values() if value)

    for model in (Organisation, Partnership, Unit, Area):
        for row in model.objects.all():
            keep(row, name=f"{word} {model.__name__} {row.pk}")
    for role in Role.objects.all():
        keep(role, name_en=f"{word} role {role.pk}")
    for person in User.objects.all():
        email = f"qzx{person.pk}@own.example"
        keep(person, name=f"{word} Person {person.pk}", email=email if person.email else "")
        person.emailaddress_set.update(email=email)
        for membership in Membership.objects.filter(person=person):
            keep(membership, work_email=email, staff_number=f"QZX-{person.pk}")
    for model in (Invitation, JoinRequest):
        for row in model.objects.all():
            keep(row, email=f"qzx{900_000 + row.pk}@own.example")
    for domain in OrganisationDomain.objects.all():
        keep(domain, domain=f"qzx{domain.pk}.example")
    known.update("-".join(re.findall("....", each.code)) for each in Certificate.objects.all())
    return known


def loose(content: str, known: set[str]) -> list[str]:
    """Lines of the page in which one of the words stands among others without being set apart."""
    text = re.sub(r"<!--.*?-->", "", APART.sub("\n", content), flags=re.DOTALL)
    text = re.sub(rf"</?(?:{INLINE})(?=[\s>])(?![^>]*\sdir=)[^>]*>", "", text)
    text = SET_APART.sub("", DIRECTED.sub("", text))
    lines = {" ".join(html.unescape(line).split()) for line in re.sub(r"<[^>]*>", "\n", text).splitlines()}
    return sorted(line for line in lines - known if any(word in line for word in known))


def test_what_counts_as_set_apart():
    name = "Qzx Person 1"
    for kept in (
        f"<p>{name}</p>",
        f"<p>و <bdi>{name}</bdi> هنا</p>",
        f"<p>و {START}{name}{END}</p>",
        f"<td><a>{name}</a></td>",
    ):
        assert loose(kept, {name}) == []
    for free in (f"<p>و {name}</p>", f"<p>و <a href='/'>{name}</a></p>", f"<p><strong>{name}</strong> – 4</p>"):
        assert len(loose(free, {name})) == 1


@pytest.fixture
def cast(db, site_tree, today) -> Cast:
    return make_cast()


@pytest.mark.parametrize(("code", "word"), [("ar", LATIN), ("en", ARABIC)])
@pytest.mark.parametrize("column", COLUMNS)
def test_what_people_and_places_are_called_stays_together(cast, column, code, word):
    given = arguments(cast)
    known = {each for each in rename(word) if word == LATIN or is_rtl(each)}
    visit = Visit(User.objects.get(pk=cast.people[column].pk))
    opened, found = 0, []
    for row in rows():
        if row["method"] != "GET" or row[column] != "200":
            continue
        with translation.override(code):
            address = reverse(row["name"], kwargs=given.get(row["name"])) if row["name"] != "wagtail_serve" else ""
        if not address or address.startswith(CMS):
            continue
        response = visit.open("GET", address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            content = response.content.decode()
            if not re.search(rf'<html[^>]* lang="{code}"', content):
                # Outside the languages' addresses a page speaks the person's own.
                continue
            opened += 1
            found += [f"{row['name']}: {line}" for line in loose(content, known)]
    assert opened > 20
    assert not found, "\n".join(found)
