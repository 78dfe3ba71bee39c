"""Names, addresses and codes inside sentences of another direction stay together."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from organisations.isolating import END, START, comma, isolated
from tests.factories.organisations import InvitationFactory, MembershipFactory, OrganisationFactory

NAME = "Riverside Council"


@pytest.mark.parametrize(
    ("code", "words", "is_set_apart"),
    [("en", NAME, False), ("so", NAME, False), ("ar", NAME, True), ("fa", "SP-1234", True), ("en", "دانا", True)],
)
def test_what_may_run_the_other_way_is_set_apart(code, words, is_set_apart):
    with translation.override(code):
        assert isolated(words) == (f"{START}{words}{END}" if is_set_apart else words)
        assert isolated(isolated(words)) == isolated(words)
        assert isolated("") == ""


@pytest.mark.parametrize(("code", "mark"), [("en", ", "), ("so", ", "), ("ar", "، "), ("fa", "، ")])
def test_the_comma_between_two_things_is_that_of_the_language(code, mark):
    with translation.override(code):
        assert comma() == mark


def loose(text: str, words: str) -> list[str]:
    """Where the words stand in a page or letter without being set apart."""
    text = re.sub(r"<(script|style|title|option)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"<[^>]*>", lambda tag: tag[0] if tag[0].startswith(("<bdi", "</bdi")) else "\n", text)
    kept = re.sub(rf"<bdi[^>]*>[^<]*</bdi>|{START}[^{END}]*{END}", "", text)
    return [line.strip() for line in kept.splitlines() if words in line and line.strip() != words]


@pytest.mark.django_db
def test_names_are_set_apart_on_a_learners_pages_in_arabic(client):
    member = MembershipFactory(person__name="Dana Whitlock", organisation=OrganisationFactory(name=NAME))
    invitation = InvitationFactory(organisation=member.organisation, role=member.role)
    client.force_login(member.person)
    with translation.override("ar"):
        pages = [
            reverse("organisations:memberships"),
            reverse("organisations:membership_leave", args=[member.pk]),
            reverse("organisations:invitation", args=[invitation.token]),
            reverse("organisations:join"),
            reverse("records:my_learning"),
        ]
    for url in pages:
        text = client.get(url).content.decode()
        assert loose(text, NAME) == [], url
        assert loose(text, "Dana Whitlock") == [], url


@pytest.mark.django_db
def test_a_name_is_set_apart_in_a_letter_in_arabic(django_capture_on_commit_callbacks):
    from organisations.mail import post_invitation

    invitation = InvitationFactory(organisation=OrganisationFactory(name=NAME), language="ar")
    post_invitation.func(invitation.pk)
    [letter] = mail.outbox
    assert f"{START}{NAME}{END}" in letter.body
    assert loose(letter.body, NAME) == []
