"""The screens on which leads require modules."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Away
from records.actions.requirement_effect import count_effects
from records.models import EffectCount, Requirement, RequirementVersion
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory
from tests.factories.records import RequirementFactory, RequirementVersionFactory
from tests.organisations.lead_world import make_world, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LIST, NEW = reverse("records:requirements"), reverse("records:requirement_new")


@pytest.fixture
def world(today):
    return make_world()


@pytest.fixture
def of_partnership(world):
    """What the partnership requires of housing officers."""
    version = RequirementVersionFactory(
        requirement=RequirementFactory(partnership=world.partnership, module_title="Seeing it"), roles=[world.role]
    )
    return version.requirement


@pytest.fixture
def of_ours(world):
    """What one organisation requires of everyone."""
    version = RequirementVersionFactory(
        requirement=RequirementFactory(organisation=world.ours, partnership=None, module_title="Approved terminology")
    )
    return version.requirement


def words(response):
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def address(name, requirement):
    return reverse(f"records:{name}", args=[requirement.pk])


def values(module=None, owner=None, **more):
    given = {"who": "everyone", "due_days": "30", "valid_for_months": "12", "base": "expiry", "window_days": "60"}
    given["effective_from"] = TODAY.isoformat()
    if module:
        given |= {"module": module.pk, "owner": f"{owner._meta.model_name}-{owner.pk}"}
    return {**given, **more}


@pytest.mark.parametrize(
    ("who", "listed"),
    [
        ("partnership_lead", {"Seeing it", "Approved terminology"}),
        ("lead", {"Seeing it", "Approved terminology"}),
        ("their_lead", {"Seeing it"}),
        ("foreign_lead", set()),
        ("foreign_partnership_lead", set()),
    ],
)
def test_each_lead_reads_what_concerns_them(world, of_partnership, of_ours, who, listed):
    said = words(sign_in(getattr(world, who)).get(LIST))
    assert {title for title in ("Seeing it", "Approved terminology") if title in said} == listed
    assert ("Nothing is required yet" in said) is not bool(listed)


@pytest.mark.parametrize(
    ("who", "read", "change"),
    [
        ("partnership_lead", 200, 200),
        ("lead", 200, 403),
        ("foreign_lead", 403, 403),
        ("foreign_partnership_lead", 403, 403),
        ("member", 403, 403),
    ],
)
def test_a_partnerships_requirement_is_changed_by_its_lead_only(world, of_partnership, who, read, change):
    person = world.member.person if who == "member" else getattr(world, who)
    client = sign_in(person)
    assert client.get(address("requirement", of_partnership)).status_code == read
    for name in ("requirement_change", "requirement_end"):
        assert client.get(address(name, of_partnership)).status_code == change
        assert client.post(address(name, of_partnership), {}).status_code == change


@pytest.mark.parametrize(
    ("who", "read", "change"),
    [
        ("lead", 200, 200),
        ("partnership_lead", 200, 403),
        ("their_lead", 403, 403),
        ("foreign_lead", 403, 403),
        ("foreign_partnership_lead", 403, 403),
    ],
)
def test_an_organisations_requirement_is_changed_by_its_own_lead_only(world, of_ours, who, read, change):
    client = sign_in(getattr(world, who))
    assert client.get(address("requirement", of_ours)).status_code == read
    for name in ("requirement_change", "requirement_end"):
        assert client.get(address(name, of_ours)).status_code == change
        assert client.post(address(name, of_ours), {}).status_code == change


def test_others_are_refused(world):
    for url in (LIST, NEW):
        assert sign_in(world.member.person).get(url).status_code == 403
        assert sign_in(None).get(url).status_code == 302
    assert sign_in(world.lead).get(reverse("records:requirement", args=[999])).status_code == 404
    assert sign_in(world.lead).get(reverse("records:requirement_change", args=[999])).status_code == 404


def test_a_requirement_is_shown_with_whom_it_touches_before_it_is_saved(world):
    module = make_module(title="Seeing it")
    away = MembershipFactory(organisation=world.ours, role=world.role)
    Away.objects.create(membership=away, started_on=TODAY)
    client = sign_in(world.partnership_lead)
    sent = values(module, world.partnership, who="roles", roles=[world.role.pk])
    response = client.post(NEW, sent)
    said = words(response)
    assert "What this does to coverage" in said
    assert "Nothing is saved yet" in said
    assert "3 people today, in 2 organisations" in said
    assert "Housing officer" in said
    assert "Within 30 days" in said
    assert "For 12 months" in said
    assert days_in(response) == [
        "21 November 2026: today, first day",
        "21 December 2026: last day in time",
        "22 December 2026: the day after it is due",
    ]
    assert "Until then this changes nothing" not in said
    assert not Requirement.objects.exists()
    response = client.post(NEW, {**sent, "confirmed": "1"}, follow=True)
    assert "Seeing it is now a requirement." in words(response)
    version = RequirementVersion.objects.get()
    assert (version.requirement.partnership, version.due_days, version.valid_for_months) == (world.partnership, 30, 12)
    assert list(version.roles.all()) == [world.role]
    assert version.requirement.created_by == world.partnership_lead
    assert version.standing.count() == 3


def days_in(response):
    """The headings of the days whose numbers are shown."""
    return re.findall(r'scope="rowgroup"[^>]*>([^<]*)<', response.text)


def test_what_begins_later_shows_today_as_it_is_and_says_so(world):
    client = sign_in(world.partnership_lead)
    sent = values(make_module(), world.partnership, who="roles", roles=[world.role.pk], due_days="0")
    response = client.post(NEW, {**sent, "effective_from": "2026-12-01"})
    assert days_in(response) == [
        "21 November 2026: today",
        "1 December 2026: first day, last day in time",
        "2 December 2026: the day after it is due",
    ]
    said = words(response)
    assert "It begins on 1 December 2026. Until then this changes nothing." in said
    assert "21 November 2026: today Required 0 0 " in said
    assert "first day, last day in time Required 0 3 Current 0 0 Overdue 0 0 " in said
    assert "the day after it is due Required 0 3 Current 0 0 Overdue 0 3 " in said


def test_what_it_does_to_many_people_is_counted_by_the_worker(world, monkeypatch):
    monkeypatch.setattr("records.selectors.requirement_effect.MOST_PEOPLE", 1)
    sent = values(make_module(), world.partnership, who="roles", roles=[world.role.pk])
    client = sign_in(world.partnership_lead)
    address = client.post(NEW, sent)["Location"]
    page = client.get(address)
    assert page["Refresh"]
    assert "This means so many people that counting them takes a while" in words(page)
    assert "As it is" not in words(page)
    # Asked again while it is counted it is the same count.
    assert client.post(NEW, sent)["Location"] == address
    count_effects()
    page = client.get(address)
    assert "Refresh" not in page
    assert "Required 0 3" in words(page)
    assert not Requirement.objects.exists()
    action, kept = saved_by(page)
    assert action == NEW
    assert 'value="30"' in client.post(action, {**kept, "edit": "1"}).text
    said = words(client.post(action, {**kept, "confirmed": "1"}, follow=True))
    assert "is now a requirement" in said
    assert Requirement.objects.get().versions.get().standing.count() == 3


def test_a_change_of_many_people_is_counted_by_the_worker(world, monkeypatch):
    monkeypatch.setattr("records.selectors.requirement_effect.MOST_PEOPLE", 1)
    module = make_module()
    client = sign_in(world.partnership_lead)
    client.post(NEW, values(module, world.partnership, who="roles", roles=[world.role.pk], confirmed="1"))
    change = reverse("records:requirement_change", args=[Requirement.objects.get().pk])
    sent = {**values(module, world.partnership, who="everyone"), "effective_from": "2026-11-30"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        address = client.post(change, sent)["Location"]
    page = client.get(address)
    action, kept = saved_by(page)
    assert "Save this change?" in words(page)
    assert [day.split(":")[0] for day in days_in(page)] == [
        *("21 November 2026", "30 November 2026", "30 December 2026", "31 December 2026")
    ]
    # Looked at on the next day it is no longer of today.
    EffectCount.objects.update(asked_at=EffectCount.objects.get().asked_at - timedelta(days=1))
    assert "21 November 2026: today" not in words(client.get(address))
    assert action == change
    client.post(action, {**kept, "confirmed": "1"})
    assert Requirement.objects.get().versions.count() == 2
    EffectCount.objects.update(state="failed")
    assert "This could not be counted" in words(client.get(address))
    # Once its first day has passed it cannot be saved.
    EffectCount.objects.update(filled_in={**EffectCount.objects.get().filled_in, "effective_from": ["2026-11-01"]})
    assert client.get(address)["Location"] == change


def test_a_count_is_for_who_leads_its_owner(world, monkeypatch):
    monkeypatch.setattr("records.selectors.requirement_effect.MOST_PEOPLE", 0)
    sent = values(make_module(), world.ours, who="roles", roles=[world.role.pk])
    address = sign_in(world.lead).post(NEW, sent)["Location"]
    assert sign_in(world.lead).get(address).status_code == 200
    assert sign_in(world.their_lead).get(address).status_code == 403
    assert sign_in(world.partnership_lead).get(address).status_code == 403
    assert sign_in(world.lead).get(reverse("records:requirement_effect", args=[uuid4()])).status_code == 404


def saved_by(page):
    """Where the form on the page before saving goes, and what it sends."""
    (action,) = re.findall(r'<form method="post" action="([^"]*/requirements/[^"]*)"', page.text)
    return action, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def test_going_back_keeps_what_was_filled_in(world):
    module = make_module()
    sent = values(module, world.ours, due_days="45", kinds=["volunteer"])
    client = sign_in(world.lead)
    kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.post(NEW, sent).content.decode())
    assert ("kinds", "volunteer") in kept
    response = client.post(NEW, {**dict(kept), "edit": "1"})
    assert 'value="45"' in response.content.decode()
    assert not Requirement.objects.exists()


def test_a_lead_requires_only_in_the_name_of_whom_they_lead(world):
    module = make_module()
    client = sign_in(world.lead)
    for owner in (world.partnership, world.theirs):
        response = client.post(NEW, values(module, owner, confirmed="1"))
        assert response.status_code == 200
        assert "There is a problem" in words(response)
    assert not Requirement.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"who": ""}, "Choose who must take it."),
        ({"who": "roles"}, "Choose at least one role, or choose everyone."),
        ({"due_days": "soon"}, "Enter a whole number of days."),
        ({"due_days": "800"}, "730"),
        ({"valid_for_months": "0"}, "1"),
        ({"window_days": ""}, "Enter a number of days."),
        ({"base": "fixed"}, "Give the fixed day"),
        ({"base": "fixed", "fixed_on": "2027-04-01", "valid_for_months": ""}, "from one fixed day to the next"),
        ({"due_by": "2026-01-01"}, "Nobody can be late before it begins"),
        ({"effective_from": "2026-11-20"}, "The day must be 21 November 2026 or later."),
        ({"effective_from": "31 June"}, "Enter a real day"),
        ({"module": ""}, "Choose a module."),
        ({"module": "99999"}, "Choose a module from the list."),
        ({"kinds": ["ghost"]}, "ghost"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(world, wrong, message):
    module = make_module()
    response = sign_in(world.lead).post(NEW, {**values(module, world.ours, confirmed="1"), **wrong})
    assert response.status_code == 200
    said = words(response)
    assert "There is a problem" in said
    assert message in said
    assert not Requirement.objects.exists()


def test_a_course_requires_each_of_its_modules_that_is_not_required_so_already(world):
    first = make_module(title="Seeing it")
    course = first.get_parent().specific
    second = make_module(title="Saying it", course=course)
    make_module(title="A draft", course=course, is_published=False)
    client = sign_in(world.partnership_lead)
    client.post(NEW, values(first, world.partnership, confirmed="1"))
    sent = {**values(first, world.partnership), "module": "", "course": course.pk}
    said = words(client.post(NEW, sent))
    assert "Require these modules?" in said
    assert "What this does to coverage: Saying it" in said
    client.post(NEW, {**sent, "confirmed": "1"})
    made = Requirement.objects.order_by("pk")
    assert [each.module_key for each in made] == [first.translation_key, second.translation_key]
    assert "The same is required already" in words(client.post(NEW, {**sent, "confirmed": "1"}))
    assert "not both" in words(client.post(NEW, {**sent, "module": first.pk}))
    assert Requirement.objects.count() == 2


def test_only_approved_modules_can_be_required(world):
    module = make_module(title="A draft", is_published=False)
    client = sign_in(world.lead)
    said = words(client.get(NEW))
    assert "A draft" not in said
    assert "There is no module to require yet" in said
    client.post(NEW, values(module, world.ours, confirmed="1"))
    assert not Requirement.objects.exists()


def test_requiring_a_module_twice_is_said(world, of_ours):
    module = make_module()
    of_ours.module_key = module.translation_key
    of_ours.save()
    said = words(sign_in(world.lead).post(NEW, values(module, world.ours)))
    assert f"Riverside Council requires {module.title} already" in said


def test_of_a_course_the_modules_that_are_required_already_are_named(world, of_ours):
    module = make_module(title="Seeing it")
    course = module.get_parent().specific
    make_module(title="Saying it", course=course)
    of_ours.module_key = module.translation_key
    of_ours.save()
    sent = {**values(module, world.ours), "module": "", "course": course.pk}
    assert "Riverside Council requires Seeing it already" in words(sign_in(world.lead).post(NEW, sent))


def test_a_change_shows_whom_it_means_now_and_then(world, of_partnership):
    client = sign_in(world.partnership_lead)
    page = client.get(address("requirement_change", of_partnership)).content.decode()
    assert re.search(r'value="roles"[^>]*checked', page)
    sent = values(effective_from=(TODAY + timedelta(days=1)).isoformat())
    said = words(client.post(address("requirement_change", of_partnership), sent))
    assert "Whom it means now 3 people today, in 2 organisations" in said
    assert "Everyone" in said
    response = client.post(address("requirement_change", of_partnership), {**sent, "confirmed": "1"}, follow=True)
    said = words(response)
    assert "The change is saved" in said
    rows = of_partnership.versions.order_by("number").values_list("effective_from", "effective_to")
    assert list(rows) == [(date(2026, 1, 5), TODAY), (TODAY + timedelta(days=1), None)]
    assert "How it stood from day to day" in said


def test_an_end_shows_whom_it_means_and_takes_a_last_day(world, of_partnership):
    client = sign_in(world.partnership_lead)
    assert "3 people today, in 2 organisations" in words(client.get(address("requirement_end", of_partnership)))
    response = client.post(address("requirement_end", of_partnership), {"on": "2026-11-01"})
    assert "The day must be 21 November 2026 or later." in words(response)
    response = client.post(address("requirement_end", of_partnership), {"on": "2026-11-30"}, follow=True)
    assert "The end is saved." in words(response)
    assert of_partnership.versions.get().effective_to == date(2026, 11, 30)


def test_what_has_ended_offers_no_change(world, of_partnership):
    of_partnership.versions.update(effective_to=date(2026, 6, 30))
    client = sign_in(world.partnership_lead)
    said = words(client.get(address("requirement", of_partnership)))
    assert "no longer required" in said
    assert "End this requirement" not in said
    assert "No longer required" in words(client.get(LIST))


def test_the_list_costs_the_same_at_two_sizes(world, of_partnership):
    costs = []
    for _round in range(2):
        client = sign_in(world.lead)
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        costs.append(len(captured))
        for number in range(6):
            RequirementVersionFactory(
                requirement=RequirementFactory(partnership=world.partnership, module_title=f"Module {number}"),
                roles=[world.role],
            )
    assert costs[0] == costs[1] <= 8
