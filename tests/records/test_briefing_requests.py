"""Who asks for a briefing, and what was delivered between two days."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from organisations.models import Organisation
from records.actions.briefing_requests import ask_for_briefing, decline_request, withdraw_request
from records.actions.sessions import cancel_session, plan_session
from records.selectors.sessions import delivery_between, unmet_requests
from tests.factories.organisations import OrganisationFactory, PartnershipMembershipFactory
from tests.factories.records import BriefingRequestFactory
from tests.records.rooms import DURING, START, come, confirm, make_room


@pytest.fixture
def room(place, site_tree):
    """A briefing on a module without a quiz, delivered by one of two trainers."""
    return make_room(place)


class TestRequests:
    def test_waiting_declined_and_withdrawn(self, room):
        module = room.session.module
        values = {
            "partnership": room.partnership,
            "module": module,
            "people": 12,
            "by": room.learner,
            "at": START,
        }
        asked = ask_for_briefing(organisation=room.council, when="Tuesdays", **values)
        assert ask_for_briefing(organisation=room.council, when="Fridays", **values).pk == asked.pk
        other = ask_for_briefing(organisation=room.police, when="", **values)
        days = (date(2026, 6, 1), date(2026, 6, 30))
        assert [each.organisation for each in unmet_requests(room.partnership, *days)] == [
            "Riverside Council",
            "Riverside Police",
        ]
        with pytest.raises(ValidationError):
            decline_request(request=asked, by=room.trainer, reason="", at=DURING)
        decline_request(request=asked, by=room.trainer, reason="No trainer until May.", at=DURING)
        withdraw_request(request=other, by=room.other, at=DURING)
        (unmet,) = unmet_requests(room.partnership, *days)
        assert unmet.declined_because == "No trainer until May."
        assert unmet_requests(room.partnership, date(2026, 7, 1), date(2026, 7, 31)) == []
        with pytest.raises(ValidationError):
            withdraw_request(request=asked, by=room.learner, at=DURING)

    def test_planning_answers_the_request_and_invites_who_asked(self, room):
        asked = ask_for_briefing(
            organisation=room.council,
            partnership=room.partnership,
            module=room.session.module,
            people=9,
            when="",
            by=room.learner,
            at=START,
        )
        session = plan_session(
            partnership=room.partnership,
            module=room.session.module,
            by=room.trainer,
            at=START,
            request=asked,
            place="Library",
            starts_at=START,
            ends_at=DURING,
            capacity=None,
            host=None,
            trainers=[room.trainer],
        )
        asked.refresh_from_db()
        assert (asked.state, asked.session) == ("planned", session)

    @pytest.mark.parametrize("asks_anew", [False, True])
    def test_a_request_waits_again_where_its_briefing_is_cancelled(self, room, asks_anew):
        ask = {
            "organisation": room.council,
            "partnership": room.partnership,
            "module": room.session.module,
            "when": "",
            "by": room.learner,
            "at": START,
        }
        asked = ask_for_briefing(people=9, **ask)
        plan = {"place": "Library", "starts_at": START, "ends_at": DURING, "capacity": None, "host": None}
        session = plan_session(
            partnership=room.partnership,
            module=room.session.module,
            by=room.trainer,
            at=START,
            request=asked,
            trainers=[room.trainer],
            **plan,
        )
        days = (date(2026, 6, 1), date(2026, 6, 30))
        if asks_anew:
            ask_for_briefing(people=4, **ask)
        cancel_session(session=session, by=room.trainer, reason="The room is closed.", at=START)
        (unmet,) = unmet_requests(room.partnership, *days)
        assert (unmet.people, unmet.declined_because) == (4 if asks_anew else 9, "")
        assert session.invitations.get().organisation == room.council

    def test_requests_wait_again_in_the_order_in_which_organisations_take_turns(self, room):
        Organisation.objects.filter(pk=room.council.pk).update(name="Zedvale")
        asked = [
            BriefingRequestFactory(
                partnership=room.partnership,
                organisation=each,
                module_key=room.session.module_key,
                state="planned",
                session=room.session,
                decided_at=START,
                decided_by=room.trainer,
            )
            for each in (room.police, room.council)
        ]
        cancel_session(session=room.session, by=room.trainer, reason="The room is closed.", at=START)
        log = ModelLogEntry.objects.filter(action="records.request_waits_again").order_by("timestamp", "pk")
        assert [entry.object_id for entry in log] == [str(asked[1].pk), str(asked[0].pk)]

    def test_only_their_own_partnerships_are_asked_and_each_by_itself(self, room):
        values = {"module": room.session.module, "people": 3, "when": "", "by": room.learner, "at": START}
        second = PartnershipMembershipFactory(organisation=room.council, started_on=date(2026, 1, 1)).partnership
        both = [
            ask_for_briefing(organisation=room.council, partnership=each, **values)
            for each in (room.partnership, second)
        ]
        assert [each.partnership for each in both] == [room.partnership, second]
        for organisation, partnership in ((room.police, second), (OrganisationFactory(), room.partnership)):
            with pytest.raises(ValidationError):
                ask_for_briefing(organisation=organisation, partnership=partnership, **values)


def test_delivery_counts_everybody_who_was_confirmed(room, django_assert_num_queries):
    rows = [
        come(room.session, person=room.learner, organisation=room.council),
        come(room.session, is_unnamed=True, organisation=room.council),
        come(room.session, name="Kit Lowe", organisation_text="A shelter"),
        come(room.session, name="Not Confirmed", organisation=room.police),
    ]
    confirm(room, *rows[:3])
    ours = {"partnership_ids": [room.partnership.pk]}
    with django_assert_num_queries(4):
        delivery = delivery_between(date(2026, 6, 1), date(2026, 6, 2), **ours)
    assert (delivery.attendances, delivery.not_listed) == (3, 1)
    (line,) = delivery.by_organisation
    assert (line.organisation, line.attendances, line.unnamed) == ("Riverside Council", 2, 1)
    assert delivery.sessions[0].delivered_by == ("Femi Hart",)
    for each in range(5):
        confirm(room, come(room.session, name=f"Guest Number{each}", organisation=room.police))
    with django_assert_num_queries(4):
        delivery = delivery_between(date(2026, 6, 1), date(2026, 6, 2), **ours)
    assert delivery.organisations == ["Riverside Council", "Riverside Police"]
    assert delivery_between(date(2026, 6, 3), date(2026, 6, 9), **ours).sessions == []


def test_an_organisation_counts_its_own_people_only(room, django_assert_num_queries):
    rows = [
        come(room.session, person=room.learner, organisation=room.council),
        come(room.session, name="Kit Lowe", organisation_text="A shelter"),
        come(room.session, is_unnamed=True, organisation=room.police),
    ]
    confirm(room, *rows)
    with django_assert_num_queries(4):
        delivery = delivery_between(date(2026, 6, 1), date(2026, 6, 2), organisation_ids=[room.council.pk])
    assert (delivery.attendances, delivery.not_listed, delivery.organisations) == (1, 0, ["Riverside Council"])
    assert [(each.name, each.sessions, each.people) for each in delivery.deliverers] == [("Femi Hart", 1, 1)]
    elsewhere = delivery_between(date(2026, 6, 1), date(2026, 6, 2), organisation_ids=[OrganisationFactory().pk])
    assert elsewhere.sessions == []
