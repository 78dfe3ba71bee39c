"""A lead says whom they told of a briefing that changed, and can take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from organisations.models import NamesSeen, User
from records.actions.places import take_place
from records.actions.telling import note_told, take_back_told
from records.models import BriefingLetter, Session
from records.selectors.telling import told_in, untold_among, untold_by_organisation, untold_in
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.records import SessionInvitationFactory
from tests.records.rooms import START
from tests.records.test_telling import NOW, by_days, cancel, lead_of, letter_of, move, room, untold  # noqa: F401

HOUR = timedelta(hours=1)


@pytest.fixture
def missed(room):  # noqa: F811
    """The briefing is cancelled; of two people of the council who would come no letter reaches one."""
    room.lead = lead_of(room.council)
    room.second = MembershipFactory(organisation=room.council).person
    take_place(session=room.session, person=room.second, at=NOW)
    User.objects.filter(pk=room.learner.pk).update(email="")
    cancel(room)
    room.letter = letter_of(room.learner)
    return room


def tell(room, *letters, at=NOW, seen_at=None, organisation=None):  # noqa: F811
    return note_told(
        organisation=organisation or room.council,
        letter_ids=[each.pk for each in letters],
        seen_at=seen_at or at,
        by=room.lead,
        at=at,
    )


def told(room, at=NOW):  # noqa: F811
    return [(each.person, each.told_by, each.told_at) for each in told_in(room.council, at)]


class TestTold:
    def test_they_leave_the_list_and_the_planners_count(self, missed):
        assert untold_by_organisation(missed.session, NOW) == [("Riverside Council", 1)]
        assert tell(missed, missed.letter) == 1
        assert untold(missed) == []
        assert untold_by_organisation(missed.session, NOW) == []
        assert untold_among([missed.council], NOW) == {}
        assert told(missed) == [(missed.learner, missed.lead, NOW)]

    def test_twice_is_once_and_the_first_time_stands(self, missed):
        tell(missed, missed.letter)
        assert tell(missed, missed.letter, at=NOW + HOUR) == 0
        assert told(missed) == [(missed.learner, missed.lead, NOW)]

    def test_neither_of_another_organisation_nor_who_gets_a_letter(self, missed):
        assert tell(missed, missed.letter, organisation=missed.police) == 0
        assert tell(missed, letter_of(missed.second)) == 0
        assert not BriefingLetter.objects.filter(told_at__isnull=False).exists()

    def test_taken_back_they_stand_on_the_list_again(self, missed):
        tell(missed, missed.letter)
        for _twice in range(2):
            take_back_told(letter=missed.letter, by=missed.lead)
        assert untold(missed) == [missed.learner]
        assert told(missed) == []
        logged = ModelLogEntry.objects.filter(action__in=["records.told", "records.not_told"])
        assert sorted(logged.values_list("action", flat=True)) == ["records.not_told", "records.told"]
        assert not any(missed.learner.name in str(each.data) for each in logged)

    def test_of_a_further_change_they_are_to_be_told_anew(self, missed):
        Session.objects.update(state="planned", cancel_reason="")
        tell(missed, missed.letter)
        by_days(missed, 1, at=NOW + HOUR)
        assert untold(missed, NOW + HOUR) == [missed.learner]
        assert told(missed, NOW + HOUR) == []

    def test_what_changed_once_the_list_was_seen_nobody_can_have_told(self, missed):
        Session.objects.update(state="planned", cancel_reason="")
        by_days(missed, 1, at=NOW + HOUR)
        later = NOW + HOUR * 1.5
        assert tell(missed, letter_of(missed.learner), at=later, seen_at=NOW + HOUR / 2) == 0
        assert untold(missed, later) == [missed.learner]
        assert tell(missed, letter_of(missed.learner), at=later) == 1

    def test_until_it_is_over(self, missed):
        tell(missed, missed.letter)
        assert told(missed, START + timedelta(days=1)) == []


class TestPages:
    def test_ticked_and_taken_back(self, missed):
        client, planner = Client(), Client()
        client.force_login(missed.lead)
        planner.force_login(missed.trainer)
        page = reverse("records:briefings", args=[missed.council.slug])
        detail = reverse("records:session", args=[missed.session.key])
        shown = client.get(page)
        assert f'value="{missed.letter.pk}"' in shown.content.decode()
        assert "No letter reaches these people in time" in planner.get(detail).content.decode()
        address = reverse("records:briefing_told", args=[missed.council.slug])
        for given in ({"seen": shown.context["seen"]}, {"letter": missed.letter.pk}, {"letter": "x", "seen": "y"}):
            client.post(address, given)
            assert untold(missed) == [missed.learner]
        seen = {"letter": [missed.letter.pk], "seen": shown.context["seen"]}
        assert "1 person is told." in client.post(address, seen, follow=True).content.decode()
        assert "Not all is noted" in client.post(address, seen, follow=True).content.decode()
        NamesSeen.objects.all().delete()
        shown = client.get(page).content.decode()
        assert "Whom to tell yourself" not in shown
        assert f"Told by {missed.lead.name}, 20 May 2026" in shown
        assert NamesSeen.objects.filter(seen_by=missed.lead, organisation=missed.council).exists()
        assert "No letter reaches these people in time" not in planner.get(detail).content.decode()
        back = reverse("records:briefing_not_told", args=[missed.council.slug, missed.letter.pk])
        assert "They stand on the list again." in client.post(back, follow=True).content.decode()
        assert untold(missed) == [missed.learner]
        assert client.post(back).status_code == 404

    def test_only_its_own_lead(self, missed):
        tell(missed, missed.letter)
        foreign, client = lead_of(missed.police), Client()
        theirs = {"letter": missed.letter.pk, "seen": NOW.isoformat()}
        for person, status in ((foreign, 403), (missed.learner, 403), (missed.trainer, 403)):
            client.force_login(person)
            for name, more in (("briefing_told", []), ("briefing_not_told", [missed.letter.pk])):
                address = reverse(f"records:{name}", args=[missed.council.slug, *more])
                assert client.post(address, theirs).status_code == status
        # In their own organisation, with the number of somebody else's person.
        client.force_login(foreign)
        own = reverse("records:briefing_not_told", args=[missed.police.slug, missed.letter.pk])
        assert client.post(own).status_code == 404
        take_back_told(letter=missed.letter, by=missed.lead)
        client.post(reverse("records:briefing_told", args=[missed.police.slug]), theirs)
        assert untold(missed) == [missed.learner]

    def test_the_same_queries_for_many(self, missed, django_assert_num_queries):
        client = Client()
        client.force_login(missed.lead)
        page = reverse("records:briefings", args=[missed.council.slug])
        tell(missed, missed.letter)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        for _each in range(4):
            person = UserFactory()
            place = SessionInvitationFactory(
                session=missed.session, organisation=missed.council, person=person, answer="accepted", answered_at=NOW
            )
            BriefingLetter.objects.create(
                invitation=place, person=person, tell_by=START, told_at=NOW, told_by=UserFactory()
            )
        with django_assert_num_queries(len(queries)):
            client.get(page)
        assert untold_in(missed.council, NOW) == []
