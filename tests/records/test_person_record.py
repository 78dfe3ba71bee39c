"""What somebody completed in an organisation, for its own lead, who may strike out what is wrong."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from organisations.models import Appointment, NamesSeen
from records.actions.completions import void_completion
from records.models import Certificate, Completion
from tests.factories.organisations import AppointmentFactory, MembershipFactory
from tests.factories.records import CertificateFactory, CompletionFactory, CompletionMembershipFactory
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
Kind = Appointment.Kind


@pytest.fixture
def scene(place) -> SimpleNamespace:
    """A learner with a completion at the council and one at the police before, and a lead of each."""
    membership = place.learner.memberships.get()
    before = MembershipFactory(person=place.learner, organisation=place.police, role=place.officer)
    here, elsewhere = (
        CompletionFactory(person=place.learner, title=title) for title in ("Seeing it", "Learned elsewhere")
    )
    CompletionMembershipFactory(completion=here, membership=membership)
    CompletionMembershipFactory(completion=elsewhere, membership=before)
    CertificateFactory(completion=here)
    lead = MembershipFactory(person__name="Lee Archer", organisation=place.council, role=place.housing).person
    AppointmentFactory(person=lead, kind=Kind.ORGANISATION_LEAD, partnership=None, organisation=place.council)
    AppointmentFactory(person=place.other, kind=Kind.ORGANISATION_LEAD, partnership=None, organisation=place.police)
    return SimpleNamespace(
        membership=membership, here=here, elsewhere=elsewhere, lead=lead, other_lead=place.other, place=place
    )


def record_url(scene, membership=None) -> str:
    membership = membership or scene.membership
    return reverse("records:person_record", args=[membership.organisation.slug, membership.pk])


def strike_url(scene, completion=None, membership=None) -> str:
    return f"{record_url(scene, membership)}{(completion or scene.here).pk}/"


class TestReading:
    def test_what_they_did_here_and_nothing_else(self, scene, client):
        client.force_login(scene.lead)
        html = client.get(record_url(scene)).content.decode()
        assert "What Dana Whitlock completed here" in html
        assert "Seeing it" in html
        assert "Assessed." in html
        assert "Learned elsewhere" not in html
        assert strike_url(scene) in html
        assert NamesSeen.objects.get().place == "record"

    def test_led_to_from_the_page_of_the_person(self, scene, client):
        client.force_login(scene.lead)
        page = reverse("organisations:person", args=[scene.place.council.slug, scene.membership.pk])
        assert record_url(scene) in client.get(page).content.decode()

    def test_nothing_yet(self, scene, client):
        client.force_login(scene.lead)
        newcomer = MembershipFactory(organisation=scene.place.council, role=scene.place.housing)
        assert "have not completed anything" in client.get(record_url(scene, newcomer)).content.decode()

    def test_the_same_queries_for_any_number(self, scene, client):
        client.force_login(scene.lead)
        counts = []
        for number in (1, 9):
            for _each in range(number):
                completion = CompletionFactory(person=scene.place.learner)
                CompletionMembershipFactory(completion=completion, membership=scene.membership)
                CertificateFactory(completion=completion)
            client.get(record_url(scene))
            with CaptureQueriesContext(connection) as queries:
                client.get(record_url(scene))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_only_the_organisations_own_lead(self, scene, client_factory):
        for person in (scene.other_lead, scene.place.learner, scene.place.stranger):
            client = client_factory()
            client.force_login(person)
            assert client.get(record_url(scene)).status_code == 403
            assert client.get(strike_url(scene)).status_code == 403
            assert client.post(strike_url(scene), {"reason": "x"}).status_code == 403
        assert not Completion.objects.exclude(voided_at=None).exists()


class TestStrikingOut:
    def test_with_a_reason_that_the_person_reads(self, scene, client, client_factory):
        client.force_login(scene.lead)
        html = client.get(strike_url(scene)).content.decode()
        assert "cannot be undone" in html
        response = client.post(strike_url(scene), {"reason": "Somebody else answered."}, follow=True)
        assert "is taken off the record." in response.content.decode()
        assert "The reason given: Somebody else answered." in response.content.decode()
        scene.here.refresh_from_db()
        assert (scene.here.voided_by, scene.here.void_reason) == (scene.lead, "Somebody else answered.")
        assert Certificate.objects.get().revoke_reason == "Somebody else answered."
        learner = client_factory()
        learner.force_login(scene.place.learner)
        assert "Somebody else answered." in learner.get(reverse("records:my_record")).content.decode()
        entry = ModelLogEntry.objects.get(action="records.void_completion")
        assert entry.user == scene.lead
        assert "Whitlock" not in f"{entry.label} {entry.data}"

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
    def test_not_without_a_reason(self, scene, client, reason):
        client.force_login(scene.lead)
        html = client.post(strike_url(scene), {"reason": reason}).content.decode()
        assert "There is a problem" in html
        scene.here.refresh_from_db()
        assert scene.here.voided_at is None

    def test_twice_keeps_the_first_reason(self, scene, client):
        client.force_login(scene.lead)
        for reason in ("The first.", "The second."):
            assert client.post(strike_url(scene), {"reason": reason}).url == record_url(scene)
        scene.here.refresh_from_db()
        assert scene.here.void_reason == "The first."
        assert client.get(strike_url(scene)).url == record_url(scene)

    def test_not_what_was_completed_elsewhere(self, scene, client):
        client.force_login(scene.lead)
        assert client.post(strike_url(scene, scene.elsewhere), {"reason": "x"}).status_code == 404
        theirs = CompletionFactory(person=scene.place.other)
        assert client.post(strike_url(scene, theirs), {"reason": "x"}).status_code == 404

    def test_nobody_their_own(self, scene, client):
        own = scene.lead.memberships.get()
        completion = CompletionFactory(person=scene.lead, completed_on=date(2026, 6, 2))
        CompletionMembershipFactory(completion=completion, membership=own)
        client.force_login(scene.lead)
        html = client.get(record_url(scene, own)).content.decode()
        assert "another lead of the organisation must correct it" in html
        assert strike_url(scene, completion, own) not in html
        assert client.post(strike_url(scene, completion, own), {"reason": "x"}).status_code == 403
        with pytest.raises(ValidationError):
            void_completion(completion=completion, by=scene.lead, reason="x", at=NOW)
