"""Every page and file that shows somebody else's name says so in the log of names.

Each person of the matrix has a name found nowhere else. Whoever opens an address and reads another's name in the
answer must have left a row.
"""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from organisations.models import Invitation, JoinRequest, NamesSeen, User
from tests.authorisation.addresses import arguments
from tests.authorisation.people import make_cast
from tests.authorisation.test_matrix import finish, rows

#: Long enough not to turn up by chance in the random signs that guard a form.
TOKEN = re.compile(r"Qzxvkwj(\d+)q", re.IGNORECASE)
#: Authors and reviewers work together in the CMS and know each other; no learner is named there.
CMS = "/cms/"
#: The letter's own page: whoever holds its secret link reads the address that it was sent to.
LETTER = "organisations:invitation"
COLUMNS = ("learner", "own_lead", "other_lead", "own_partnership_lead", "reviewer", "operator")


def give_canaries() -> None:
    """A name and an address that lead back to one person each, wherever they turn up."""
    for person in User.objects.all():
        person.name, person.email = (
            f"Qzxvkwj{person.pk}q Canary",
            f"qzxvkwj{person.pk}q@example.org" if person.email else "",
        )
        person.save()
        person.memberships.update(work_email=person.email, staff_number=f"Qzxvkwj{person.pk}q-staff")
        person.emailaddress_set.update(email=person.email)
    for invitation in Invitation.objects.all():
        invitation.email = f"qzxvkwj{900_000 + invitation.pk}q@example.org"
        invitation.save()
    for asked in JoinRequest.objects.all():
        asked.email = f"qzxvkwj{asked.person_id}q@example.org"
        asked.save()


def names_in(response) -> set[int]:
    """Whose names or addresses the answer holds."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return {int(found) for found in TOKEN.findall(content.decode(errors="replace"))}


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_who_reads_a_name_is_noted(column, site_tree, today):
    cast = make_cast()
    given = arguments(cast)
    give_canaries()
    person = cast.people[column]
    seen, unnoted, learners_in_the_cms = 0, [], []
    for row in rows():
        if row["name"] in {"wagtail_serve", LETTER}:
            continue
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        address = reverse(row["name"], kwargs=given.get(row["name"]))
        with transaction.atomic():
            before = NamesSeen.objects.filter(seen_by=person).count()
            response = (client.post if row["method"] == "POST" else client.get)(address)
            others = names_in(response) - {person.pk}
            if response.streaming:
                finish(response)
            is_noted = NamesSeen.objects.filter(seen_by=person).count() > before
            transaction.set_rollback(True)
        if address.startswith(CMS):
            if cast.people["learner"].pk in others:
                learners_in_the_cms.append(address)
        elif others:
            seen += 1
            if not is_noted:
                unnoted.append(f"{row['method']} {row['name']}: names of {sorted(others)}")
    assert unnoted == []
    assert learners_in_the_cms == []
    if column in {"own_lead", "own_partnership_lead"}:
        assert seen > 3
