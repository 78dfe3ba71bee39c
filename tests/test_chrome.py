"""The frame around every page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from config.chrome import chrome_for, languages_of
from organisations.models import Appointment
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
)


def test_languages_keep_the_address():
    rows = languages_of("/ar/learn/record/")
    assert {row.code: row.url for row in rows}["so"] == "/so/learn/record/"
    assert [row.code for row in rows if row.is_current] == ["ar"]
    assert {row.code: row.dir for row in rows}["fa"] == "rtl"


def test_addresses_outside_the_languages_offer_none():
    assert languages_of("/documents/1/plan.pdf") == []


def test_a_certificate_is_checked_in_a_language_of_choice():
    languages = languages_of("/verify/a b/")
    assert [language.url for language in languages][:2] == ["/verify/a%20b/?language=en", "/verify/a%20b/?language=ar"]
    assert [language.code for language in languages if language.is_current] == ["en"]


@pytest.fixture
def frame(rf, site_tree):
    """Makes the frame of a page for a person."""

    def make(user=None, path="/en/learn/"):
        request = rf.get(path)
        request.user = user or AnonymousUser()
        with translation.override("en"):
            return chrome_for(request)

    return make


@pytest.mark.django_db
class TestTabs:
    def test_a_visitor_sees_courses_only(self, frame):
        assert [tab.label for tab in frame().tabs] == ["Courses"]

    def test_a_learner_sees_their_learning_and_place(self, frame):
        partnership = PartnershipFactory(name="Riverside")
        membership = MembershipFactory(organisation=OrganisationFactory(partnership=partnership))
        chrome = frame(membership.person)
        assert [tab.label for tab in chrome.tabs] == ["My learning", "Courses"]
        assert [tab.label for tab in chrome.tabs if tab.is_current] == ["My learning"]
        assert chrome.place == "Riverside"
        assert chrome.person.name == membership.person.name

    def test_a_lead_sees_coverage_and_a_trainer_the_cms(self, frame):
        lead, trainer = UserFactory(), UserFactory()
        partnership = PartnershipFactory()
        AppointmentFactory(person=lead, kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=partnership)
        AppointmentFactory(person=trainer, kind=Appointment.Kind.TRAINER, partnership=partnership)
        assert "Organisations" in [tab.label for tab in frame(lead).tabs]
        assert "Organisations" not in [tab.label for tab in frame(trainer).tabs]
        assert "Authoring" in [tab.label for tab in frame(trainer).tabs]

    def test_the_frame_costs_few_queries(self, frame, django_assert_max_num_queries):
        membership = MembershipFactory(organisation=OrganisationFactory(partnership=PartnershipFactory()))
        frame(membership.person)
        with django_assert_max_num_queries(4):
            frame(membership.person)
