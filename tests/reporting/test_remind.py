"""From the list of who is overdue to the letter, and to the list of what was sent."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from organisations.models import NamesSeen
from records.models import Reminder, ReminderRound
from tests.factories.organisations import OrganisationFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory
from tests.organisations.lead_world import sign_in


def address(scene, name="organisation_remind", *args, **query):
    return reverse(f"reporting:{name}", args=[scene.ours.slug, *args], query=query or None)


def test_two_clicks_from_the_list_to_the_letters(scene, django_capture_on_commit_callbacks):
    client = sign_in(scene.world.lead)
    page = client.get(address(scene, "organisation_people", state="overdue"))
    where = page.context["remind_url"]
    assert where == address(scene, state="overdue")
    page = client.get(where)
    assert page.context["letters"] == 2
    sent = {"words": "Please find the time.", "key": page.context["form"]["key"].value()}
    page = client.post(where, {**sent, "step": "preview"})
    html = page.content.decode()
    assert "Send 2 letters" in html
    assert "Please find the time." in page.context["letter"]
    assert not ReminderRound.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(where, {**sent, "step": "send"}, follow=True)
        again = client.post(where, {**sent, "step": "send"}, follow=True)
    assert done.redirect_chain == again.redirect_chain
    assert {letter.to[0] for letter in mail.outbox} == {
        each.person.email for each in Reminder.objects.filter(outcome="sent")
    }
    assert len(mail.outbox) == 2
    assert "Otto Overdue" in done.content.decode()
    look = NamesSeen.objects.filter(place="reminders").first()
    assert (look.seen_by, look.organisation, look.rows) == (scene.world.lead, scene.ours, 2)
    listed = client.get(address(scene, "reminders")).content.decode()
    assert "Ada Lead" in listed
    assert "Otto" not in listed


def test_words_that_are_refused_are_said_beside_the_field_and_kept(scene):
    where = address(scene, state="overdue")
    page = sign_in(scene.world.lead).post(
        where, {"words": "See www.example.org", "key": "5b7e1c1e-7f0a-4a39-8b1e-111111111111", "step": "preview"}
    )
    assert "Take the address out." in page.content.decode()
    assert "See www.example.org" in page.content.decode()
    assert page.context["letter"] == ""


def test_words_are_escaped_on_every_page(scene):
    where, client = address(scene, state="overdue"), sign_in(scene.world.lead)
    key = client.get(where).context["form"]["key"].value()
    for step in ("preview", "send"):
        page = client.post(where, {"words": "<script>x</script>", "key": key, "step": step}, follow=True)
        assert "<script>x</script>" not in page.content.decode()
        assert "&lt;script&gt;x&lt;/script&gt;" in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"state": "current"}, {"state": "nonsense"}])
def test_who_has_nothing_to_do_is_not_reminded(scene, query):
    client = sign_in(scene.world.lead)
    assert client.get(address(scene, **query)).status_code == 404
    assert "remind_url" not in client.get(address(scene, "organisation_people", **query)).context


def test_a_past_days_list_is_not_reminded(scene):
    page = sign_in(scene.world.lead).get(address(scene, "organisation_people", state="overdue", on="2026-09-01"))
    assert "remind_url" not in page.context


def test_one_modules_list_is_reminded_too(scene):
    client, key = sign_in(scene.world.lead), scene.requirement.module_key
    page = client.get(address(scene, "people", key, state="due"))
    assert page.context["remind_url"] == address(scene, "remind", key, state="due")
    assert client.get(page.context["remind_url"]).context["letters"] == 1


def test_a_round_of_another_organisation_is_not_found(scene):
    other = ReminderRoundFactory(organisation=OrganisationFactory())
    assert sign_in(scene.world.lead).get(address(scene, "reminder_round", other.pk)).status_code == 404


def test_of_signposts_own_reminders_a_lead_sees_only_their_people(scene):
    sent = ReminderRound.objects.create(automatic_on="2026-11-20")
    ReminderFactory(round=sent, person=scene.expiring, organisation=scene.ours)
    ReminderFactory(round=sent, person__name="Foreign Fay", organisation=scene.world.theirs)
    page = sign_in(scene.world.lead).get(address(scene, "reminder_round", sent.pk)).content.decode()
    assert "Eli Expiring" in page
    assert "Foreign Fay" not in page


def test_lists_cost_the_same_at_two_sizes(scene, django_assert_num_queries):
    client = sign_in(scene.world.lead)
    ReminderFactory(round__organisation=scene.ours)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get(address(scene, "reminders"))
            client.get(address(scene, "reminder_round", ReminderRound.objects.first().pk))
            client.get(address(scene, state="overdue"))
        return len(captured)

    client.get(address(scene, "reminders"))
    before = queries()
    for number in range(5):
        scene.add(f"More {number}")
        ReminderFactory.create_batch(number, round=ReminderRoundFactory(organisation=scene.ours))
    assert queries() == before
