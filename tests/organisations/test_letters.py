"""Every letter ends in the same way, in every language: with the helpline."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.core import mail
from django.utils import timezone, translation

from guidance.models import Contact
from organisations.letter_limits import may_be_written_to
from organisations.mail import footer_lines
from organisations.models import Away
from organisations.querysets import FEW, of_people
from tests.factories.guidance import ContactFactory
from tests.factories.organisations import AwayFactory, UserFactory

TEMPLATES = Path(settings.BASE_DIR) / "site" / "templates"
ENDING = "_message.txt"
PREFIXES = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix(ENDING)
    for folder in ("account/email", "mfa/email")
    for path in (TEMPLATES / folder).glob(f"*{ENDING}")
    if not path.name.startswith("base_")
)


@pytest.fixture
def helpline(db):
    Contact.objects.filter(key="helpline").delete()
    return ContactFactory(key="helpline", label_en="Helpline", number="08000 121 700")


@pytest.mark.django_db
def test_who_is_away_under_another_account_is_away(today):
    away, there = UserFactory(), UserFactory()
    AwayFactory(membership__person=UserFactory(merged_into=away), started_on=date(2026, 11, 1), ended_on=None)
    assert may_be_written_to([away.pk, there.pk], timezone.now()) == {there.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("others", [0, FEW])
def test_what_stands_under_an_entry_that_was_put_into_theirs_is_found_for_few_and_for_many(today, others):
    away, entry = UserFactory(), UserFactory()
    rows = [
        AwayFactory(membership__person=each, started_on=date(2026, 11, 1), ended_on=None) for each in (away, entry)
    ]
    AwayFactory(membership__person=UserFactory(), started_on=date(2026, 11, 1), ended_on=None)
    entry.merged_into = away
    entry.save()
    asked = [away.pk, entry.pk, *(UserFactory().pk for _each in range(others))]
    found = of_people(Away.objects.all(), asked, "membership__person")
    assert [*found.order_by("pk").values_list("pk", "human")] == [(row.pk, away.pk) for row in rows]


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_letters_about_signing_in_end_with_the_helpline(helpline, rf, code):
    assert PREFIXES
    with translation.override(code), request_context(rf.get("/")):
        for prefix in PREFIXES:
            get_adapter().send_mail(prefix, "dana@riverside.example", {"code": "123456"})
        [line] = footer_lines()
    assert "08000 121 700" in line
    assert len(mail.outbox) == len(PREFIXES)
    for letter in mail.outbox:
        assert letter.body.endswith(f"\n\nSignpost\n{line}"), letter.subject


def test_a_letter_when_nobody_has_entered_a_helpline_still_ends_well(db, rf):
    Contact.objects.filter(key="helpline").delete()
    with request_context(rf.get("/")):
        get_adapter().send_mail("account/email/login_code", "dana@riverside.example", {"code": "123456"})
    assert "\n\nSignpost\n" in mail.outbox[0].body
