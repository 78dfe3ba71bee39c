"""Contacts: numbers that can be dialled, the nearest ones for each person, and who may change them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from guidance.access import contacts_of_editor, get_contact_for
from guidance.cards import card_of
from guidance.models import Contact
from guidance.rules import is_uk_number
from guidance.selectors import contacts_for_page
from organisations.models import Appointment
from tests.factories.guidance import ContactFactory
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
)


@pytest.mark.parametrize(
    "number",
    ["999", "101", "111", "112", "116 123", "08000 121 700", "0800 808 3733", "0800 1111", "020 7946 0000",
     "01632 960 001", "07700 900 123", "+44 20 7946 0000", "0300 123 2040", "61016", "18000", "88247"],
)  # fmt: skip
def test_numbers_that_can_be_dialled(number):
    assert is_uk_number(number)


@pytest.mark.parametrize(
    "number",
    ["", "99", "9999", "0800", "08000-121-700", "08000  121 700", " 999", "999 ", "+1 202 555 0100", "0800 121 70x",
     "٩٩٩", "00 44 20 7946 0000", "04000 121 700", "123456", "08000 121 700 800", "javascript:alert(1)"],
)  # fmt: skip
def test_what_cannot_be_dialled_is_refused(number):
    assert not is_uk_number(number)


@given(st.text(max_size=30))
def test_only_digits_spaces_and_a_plus_ever_pass(text):
    if is_uk_number(text):
        assert set(text) <= set("+0123456789 ")
        assert 3 <= len(text.replace(" ", "")) <= 13


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "12"}, "number"),
        ({"number": ""}, "__all__"),
        ({"scope": "partnership"}, "partnership"),
        ({"scope": "organisation"}, "organisation"),
        ({"scope": "area"}, "area"),
        ({"out_of_hours_number": "12"}, "out_of_hours_number"),
    ],
)
def test_a_contact_must_be_whole(fields, field):
    contact = Contact(**{"key": "x", "label_en": "Helpline", "number": "999", **fields})
    with pytest.raises(ValidationError) as refused:
        contact.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.django_db
def test_each_person_sees_the_national_contacts_and_those_of_their_own_place(today):
    north, south = PartnershipFactory(), PartnershipFactory()
    council, trust = OrganisationFactory(partnership=north), OrganisationFactory(partnership=south)
    here, there = MembershipFactory(organisation=council).person, MembershipFactory(organisation=trust).person
    common = {"is_on_every_page": True}
    ContactFactory(label_en="Emergency", number="999", position=1, **common)
    ContactFactory(label_en="North", scope="partnership", partnership=north, position=2, **common)
    ContactFactory(label_en="Council", scope="organisation", organisation=council, position=3, **common)
    ContactFactory(label_en="South", scope="partnership", partnership=south, position=4, **common)
    ContactFactory(label_en="In lessons only")

    def shown(person):
        return [contact.label for contact in contacts_for_page(person)]

    assert shown(None) == ["Emergency"]
    assert shown(UserFactory()) == ["Emergency"]
    assert shown(here) == ["Emergency", "North", "Council"]
    assert shown(there) == ["Emergency", "South"]


@pytest.mark.django_db
def test_the_list_is_cached_and_fresh_after_a_change(django_assert_num_queries):
    contact = ContactFactory(label_en="Helpline", number="0800 808 3733", is_on_every_page=True)
    assert card_of(contacts_for_page(None)[0]).href == "tel:08008083733"
    contacts_for_page(UserFactory.build())
    with django_assert_num_queries(0):
        contacts_for_page(None)
        contacts_for_page(UserFactory.build())
    contact.number = "08000 121 700"
    contact.save()
    assert contacts_for_page(None)[0].number == "08000 121 700"
    contact.delete()
    assert contacts_for_page(None) == []


@pytest.mark.django_db
def test_local_contacts_cost_one_query_a_person(today, django_assert_num_queries):
    council = OrganisationFactory(partnership=(partnership := PartnershipFactory()))
    first, second = (MembershipFactory(organisation=council).person for _ in range(2))
    for _ in range(3):
        ContactFactory(scope="partnership", partnership=partnership, is_on_every_page=True)
    assert len(contacts_for_page(first)) == 3
    with django_assert_num_queries(1):
        assert len(contacts_for_page(second)) == 3
        assert len(contacts_for_page(second)) == 3


@pytest.mark.django_db
def test_trainers_change_national_contacts_and_those_of_their_partnership_only(today):
    north, south = PartnershipFactory(), PartnershipFactory()
    trainer = AppointmentFactory(kind=Appointment.Kind.TRAINER, partnership=north).person
    operator = AppointmentFactory(kind=Appointment.Kind.OPERATOR).person
    national = ContactFactory()
    own = ContactFactory(scope="organisation", organisation=OrganisationFactory(partnership=north))
    foreign = ContactFactory(scope="organisation", organisation=OrganisationFactory(partnership=south))
    foreign_too = ContactFactory(scope="partnership", partnership=south)

    assert set(contacts_of_editor(trainer)) == {national, own}
    assert set(contacts_of_editor(operator)) == {national, own, foreign, foreign_too}
    assert get_contact_for(trainer, own.pk) == own
    for contact in (foreign, foreign_too):
        with pytest.raises(PermissionDenied):
            get_contact_for(trainer, contact.pk)
    with pytest.raises(Http404):
        get_contact_for(trainer, 0)
