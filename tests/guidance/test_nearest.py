"""The nearest contact for each person: organisation, area, partnership, country; which number to ring now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.rich_text import expand_db_html

from guidance.cards import card_of
from guidance.models import Contact, OpeningTime
from guidance.notation import CONTACT, Quote
from guidance.quoting import fill_slots, leaving_slots, quoted, unknown_in
from guidance.reading import reading_by
from guidance.rules import OTHER, SCOPES, nearest_of, stands_for
from guidance.selectors import contacts_for_page
from guidance.selectors_gaps import LOCAL_PURPOSES, gaps_in_contacts
from organisations.models import Organisation
from tests.factories.guidance import ContactFactory
from tests.factories.organisations import AreaFactory, MembershipFactory, OrganisationFactory, PartnershipFactory

# 20 November 2026 is a Friday.
DAY, NIGHT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
DUTY = Contact.Purpose.DUTY_TEAM


@dataclass(frozen=True)
class Row:
    """As little of a contact as the rule needs."""

    pk: int
    scope: str
    purpose: str


rows = st.lists(
    st.builds(Row, st.integers(0, 20), st.sampled_from(SCOPES), st.sampled_from(["helpline", "duty-team", OTHER])),
    max_size=8,
    unique_by=lambda row: row.pk,
)


@given(rows)
def test_nothing_nearer_is_left_out(found):
    for row in found:
        shown = stands_for(row, found)
        assert shown
        if row.purpose == OTHER:
            assert shown == [row]
        nearer = [each for each in found if each.purpose == row.purpose and row.purpose != OTHER]
        assert min(SCOPES.index(each.scope) for each in nearer or [row]) == SCOPES.index(shown[0].scope)


@given(rows)
def test_what_is_out_of_reach_is_never_shown(found):
    foreign = Row(99, "organisation", "duty-team")
    assert foreign not in stands_for(foreign, found)
    assert stands_for(foreign, found) == nearest_of(found, "duty-team")


@pytest.fixture
def world(today):
    """Two organisations of one partnership, one of them in an area, and one of another partnership."""
    north, south = PartnershipFactory(), PartnershipFactory()
    area = AreaFactory(partnership=north)
    found = {name: OrganisationFactory(partnership=north) for name in ("council", "charity", "trust")}
    found["abroad"] = OrganisationFactory(partnership=south)
    found["charity"].areas.add(area)
    duty = {"purpose": DUTY, "number": "01632 960 001"}
    ContactFactory(key="duty-north", label_en="North team", scope="partnership", partnership=north, **duty)
    ContactFactory(key="duty-area", label_en="Area team", scope="area", area=area, **duty)
    ContactFactory(
        key="duty-council", label_en="Council team", scope="organisation", organisation=found["council"], **duty
    )
    return {name: MembershipFactory(organisation=place).person for name, place in found.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["duty-north", "duty-council", "duty-team"])
def test_each_person_is_shown_the_nearest_whichever_is_quoted(world, key):
    def shown(person):
        with reading_by(person):
            return quoted(Quote(CONTACT, key).token)

    assert "Council team" in shown(world["council"])
    assert "Area team" in shown(world["charity"])
    assert "North team" in shown(world["trust"])
    for person in (world["abroad"], None):
        assert "team" not in shown(person)
        assert "no number is given" in shown(person)


@pytest.mark.django_db
def test_a_kept_page_holds_no_contact_and_is_filled_for_each_reader(world):
    with leaving_slots(), reading_by(world["council"]):
        kept = expand_db_html(f"<p>Ring {Quote(CONTACT, 'duty-north').embed}</p>")
    assert "team" not in kept
    with reading_by(world["council"]):
        assert "Council team" in fill_slots(kept)
    with reading_by(world["charity"]):
        assert "Area team" in fill_slots(kept)
    assert "Council" not in fill_slots(kept)


@pytest.mark.django_db
def test_the_foot_of_the_page_shows_the_nearest_for_each_purpose(world):
    line = {"is_on_every_page": True, "purpose": Contact.Purpose.HELPLINE}
    ContactFactory(label_en="National line", position=1, **line)
    ContactFactory(label_en="Listening", position=2, is_on_every_page=True, purpose=Contact.Purpose.LISTENING)
    council = Organisation.objects.get(memberships__person=world["council"])
    ContactFactory(label_en="Council line", scope="organisation", organisation=council, purpose=line["purpose"])
    assert [contact.label for contact in contacts_for_page(world["council"])] == ["Council line", "Listening"]
    assert [contact.label for contact in contacts_for_page(world["trust"])] == ["National line", "Listening"]
    assert [contact.label for contact in contacts_for_page(None)] == ["National line", "Listening"]


@pytest.fixture
def office(db):
    contact = ContactFactory(
        label_en="Duty team",
        number="01632 960 001",
        out_of_hours_number="01632 960 999",
        opening=Contact.Opening.TIMES,
        purpose=DUTY,
    )
    OpeningTime.objects.create(contact=contact, days="weekdays", opens=time(9), closes=time(17))
    return contact


def test_the_number_to_ring_now_comes_first_and_the_other_stays(office):
    day, night = card_of(office, DAY), card_of(office, NIGHT)
    assert (day.number, day.other.number) == ("01632 960 001", "01632 960 999")
    assert (night.number, night.other.number) == ("01632 960 999", "01632 960 001")
    assert night.other.words == "In hours"
    page = render_to_string("components/contact_cards.html", {"cards": [night]})
    assert page.index("960 999") < page.index("960 001")
    assert page.count("ring this one now") == 1
    assert "Monday to Friday, 09:00–17:00" in page


def test_hours_that_nobody_confirmed_are_never_printed_as_certain(office):
    office.opening = Contact.Opening.UNVERIFIED
    card = card_of(office, NIGHT)
    page = render_to_string("components/contact_cards.html", {"cards": [card]})
    assert card.number == "01632 960 001"
    assert "ring this one now" not in page
    assert "09:00" not in page
    assert "We have not confirmed the opening hours." in page


def test_a_closed_line_says_so_and_keeps_its_number(office):
    office.out_of_hours_number = ""
    page = render_to_string("components/contact_cards.html", {"cards": [card_of(office, NIGHT)]})
    assert "Closed now." in page
    assert "tel:01632960001" in page


def test_london_time_counts_and_a_bank_holiday_is_named(office):
    summer_evening = datetime(2026, 7, 10, 16, 30, tzinfo=UTC)
    assert card_of(office, summer_evening).number == "01632 960 999"
    assert card_of(office, datetime(2026, 12, 25, 12, 0, tzinfo=UTC)).may_differ
    assert not card_of(office, DAY).may_differ


def test_a_card_without_a_translation_is_marked_english(office):
    with translation.override("ar"):
        assert card_of(office, DAY).label == '<bdi lang="en" dir="ltr">Duty team</bdi>'


@pytest.mark.django_db
def test_a_purpose_is_known_without_any_contact():
    assert unknown_in([Quote(CONTACT, "duty-team"), Quote(CONTACT, "nobody")]) == {Quote(CONTACT, "nobody")}


@pytest.mark.django_db
def test_gaps_are_those_of_the_own_organisations(world, django_assert_num_queries):
    council = Organisation.objects.get(memberships__person=world["council"])
    abroad = Organisation.objects.get(memberships__person=world["abroad"])
    gaps = {gap.purpose: gap.is_hours_only for gap in gaps_in_contacts(council)}
    assert gaps == {"duty-team": True, "safeguarding": False}
    assert [gap.purpose for gap in gaps_in_contacts(abroad)] == list(LOCAL_PURPOSES)
    Contact.objects.filter(key="duty-council").update(opening=Contact.Opening.ALWAYS)
    assert [gap.purpose for gap in gaps_in_contacts(council)] == ["safeguarding"]
    north = council.partnership_memberships.get().partnership
    with django_assert_num_queries(4):
        found = gaps_in_contacts(north)
    assert {gap.organisation for gap in found} == set(Organisation.objects.exclude(pk=abroad.pk))
    assert "No local contact is given yet for: safeguarding lead." in {gap.sentence for gap in found}
