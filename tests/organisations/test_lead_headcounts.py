"""Headcounts: the newest beside those registered, the history, adding and replacing."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Headcount
from tests.factories.organisations import HeadcountFactory, MembershipFactory, RoleFactory
from tests.organisations.lead_world import member_of, page, queries_of, sign_in

LIST, NEW = ("headcounts", "riverside"), ("headcount_new", "riverside")


def filled(**changes):
    return {"role": "", "kind": "", "people": "40", "counted_on": "2026-11-01", "source": "Payroll", **changes}


def test_the_newest_figure_stands_beside_those_registered(world):
    HeadcountFactory(organisation=world.ours, people=30, counted_on=date(2026, 2, 1))
    HeadcountFactory(organisation=world.ours, people=40, counted_on=date(2026, 9, 1))
    HeadcountFactory(organisation=world.ours, people=50, counted_on=date(2026, 12, 1))
    HeadcountFactory(organisation=world.ours, role=world.role, people=1)
    HeadcountFactory(organisation=world.ours, role=world.role, kind="volunteer", people=3)
    HeadcountFactory(organisation=world.theirs, people=77)
    MembershipFactory(person=world.member.person, organisation=world.ours)
    member_of(world.ours, world.role, kind="volunteer")
    response = sign_in(world.lead).get(page(*LIST))
    rows = [(row.figure.people, row.registered, row.has_too_many) for row in response.context["rows"]]
    assert rows == [(40, 3, False), (1, 3, True), (3, 1, False)]
    text = response.content.decode()
    assert "check leavers" in text
    assert "77" not in [str(row.figure.people) for row in response.context["rows"]]
    assert len(response.context["page_obj"].object_list) == 5


def test_the_empty_page_says_what_to_do(world):
    assert "No headcount yet" in sign_in(world.lead).get(page(*LIST)).content.decode()


def test_the_page_costs_the_same_at_two_sizes(world):
    def more(count: int) -> None:
        for _ in range(count):
            role = RoleFactory()
            HeadcountFactory(organisation=world.ours, role=role)
            member_of(world.ours, role)

    more(2)
    before = queries_of(world.lead, page(*LIST))
    more(15)
    assert len(queries_of(world.lead, page(*LIST))) == len(before) <= 6


@pytest.mark.parametrize("who", ["lead", "partnership_lead"])
def test_a_lead_adds_a_figure(world, who):
    person = getattr(world, who)
    response = sign_in(person).post(page(*NEW), filled(role=world.role.pk, kind="agency"), follow=True)
    assert "The headcount is saved." in response.content.decode()
    headcount = Headcount.objects.get()
    assert (headcount.organisation, headcount.role, headcount.kind) == (world.ours, world.role, "agency")
    assert (headcount.people, headcount.counted_on, headcount.source) == (40, date(2026, 11, 1), "Payroll")
    assert headcount.recorded_by == person


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": ""}, "Enter how many people there are."),
        ({"people": "-1"}, "Enter 0 or more."),
        ({"people": "3.5"}, "Enter a whole number"),
        ({"people": "99999999"}, "Enter a smaller number."),
        ({"people": "forty"}, "Enter a whole number"),
        ({"counted_on": ""}, "Enter a day."),
        ({"counted_on": "2026-11-22"}, "21 November 2026 or earlier"),
        ({"source": " "}, "Say where the number comes from."),
        ({"role": "999999"}, "There is a problem"),
        ({"kind": "spy"}, "There is a problem"),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(world, changes, words):
    response = sign_in(world.lead).post(page(*NEW), filled(**changes))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Headcount.objects.exists()


def test_a_second_figure_of_the_day_replaces_the_first_only_after_a_question(world):
    first = HeadcountFactory(organisation=world.ours, people=30, counted_on=date(2026, 11, 1), source="<i>Guess</i>")
    client = sign_in(world.lead)
    response = client.post(page(*NEW), filled())
    text = response.content.decode()
    assert "Replace this headcount?" in text
    assert "30 (&lt;i&gt;Guess&lt;/i&gt;)" in text
    assert "40 (Payroll)" in text
    first.refresh_from_db()
    assert first.people == 30
    client.post(page(*NEW), filled(replace=response.context["stamp"]))
    first.refresh_from_db()
    assert (first.people, first.source) == (40, "Payroll")
    assert Headcount.objects.count() == 1


def test_a_figure_that_changed_meanwhile_is_asked_about_again(world):
    first = HeadcountFactory(organisation=world.ours, people=30, counted_on=date(2026, 11, 1))
    client = sign_in(world.lead)
    stamp = client.post(page(*NEW), filled()).context["stamp"]
    Headcount.objects.update(people=31)
    assert "Replace this headcount?" in client.post(page(*NEW), filled(replace=stamp)).content.decode()
    first.refresh_from_db()
    assert first.people == 31


def test_the_same_day_of_another_role_kind_or_organisation_is_no_question(world):
    HeadcountFactory(organisation=world.theirs, counted_on=date(2026, 11, 1))
    HeadcountFactory(organisation=world.ours, role=world.role, counted_on=date(2026, 11, 1))
    HeadcountFactory(organisation=world.ours, kind="agency", counted_on=date(2026, 11, 1))
    assert sign_in(world.lead).post(page(*NEW), filled()).status_code == 302
    assert Headcount.objects.count() == 4
