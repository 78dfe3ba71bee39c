"""A year of coverage: each month says what the page of its last day says, and what changed is said beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.urls import reverse

from courses.actions import publish_edition
from courses.learning_again import LearnAgain
from courses.models import Effect
from organisations.models import Organisation
from records.actions.standing import rebuild_standing
from reporting.selectors.coverage import coverage_on, organisations_in
from reporting.selectors.delivery import Scope
from reporting.selectors.trend import trend_of
from reporting.trend import Changed, drawing_of, month_ends
from tests.factories.courses import make_module
from tests.factories.organisations import (
    HeadcountFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipMembershipFactory,
)
from tests.factories.records import RequirementVersionFactory
from tests.organisations.lead_world import sign_in

TODAY = date(2026, 11, 21)


def test_a_year_ends_with_the_day_and_holds_the_end_of_each_month_before():
    days = month_ends(TODAY)
    assert days[0] == date(2025, 11, 30)
    assert days[3] == date(2026, 2, 28)
    assert days[-2:] == (date(2026, 10, 31), TODAY)
    assert len(days) == 13


@pytest.fixture
def lively(scene):
    """People come and go, an organisation joins in June, another leaves in August, a second module begins in July."""
    late = OrganisationFactory(name="Late Trust")
    PartnershipMembershipFactory(partnership=scene.partnership, organisation=late, started_on=date(2026, 6, 15))
    gone = OrganisationFactory(name="Gone Trust")
    PartnershipMembershipFactory(
        partnership=scene.partnership,
        organisation=gone,
        started_on=date(2026, 1, 5),
        ended_on=date(2026, 8, 9),
    )
    HeadcountFactory(organisation=late, role=None, people=3, counted_on=date(2026, 7, 7))
    for place in (late, gone):
        MembershipFactory(organisation=place, role=scene.role, started_on=date(2026, 2, 2))
    MembershipFactory(organisation=scene.ours, role=scene.role, started_on=date(2026, 3, 3), ended_on=date(2026, 4, 4))
    MembershipFactory(organisation=late, person=scene.current, role=scene.role, started_on=date(2026, 7, 1))
    RequirementVersionFactory(
        requirement__partnership=scene.partnership,
        requirement__module_title="Doing it",
        is_for_all_roles=True,
        effective_from=date(2026, 7, 10),
    )
    rebuild_standing()
    return scene


def test_each_month_says_what_the_page_of_its_last_day_says(lively):
    trend = trend_of(Scope(frozenset({lively.partnership.pk})), TODAY)
    assert [month.day for month in trend.months] == list(month_ends(TODAY))
    for month in trend.months:
        there = organisations_in(month.day, partnership_ids=[lively.partnership.pk], own_ids=[])
        table = coverage_on(there, month.day)
        assert (month.people, month.organisations) == (table.people, len(table.rows)), month.day
        for part in ("registered", "headcount", "unknown", "is_partial", "has_leavers", "at_least"):
            assert getattr(month.everybody, part) == getattr(table.everybody, part), (month.day, part)
        assert month.reach == table.reach


def test_what_changed_whom_it_counts_stands_beside_it(lively):
    trend = trend_of(Scope(frozenset({lively.partnership.pk})), TODAY)
    months = {month.day.month: month for month in trend.months[1:]}
    july = [(change.changed, change.about) for change in months[7].changes]
    assert july == [(Changed.BEGAN, "Doing it")]
    assert [(each.changed, each.about) for each in months[6].changes] == [(Changed.CAME, "Late Trust")]
    assert [(each.changed, each.about) for each in months[8].changes] == [(Changed.WENT, "Gone Trust")]
    # One came in March and left in April: at the end of March they are there, at the end of April no more.
    assert (months[3].joined, months[4].left) == (1, 1)
    assert months[8].left == months[8].no_longer_required == 1
    for before, after in pairwise(trend.months):
        grown = after.people.required - before.people.required
        assert grown == after.newly_required - after.no_longer_required


def test_an_edition_that_was_learned_again_is_named_in_the_month_in_which_it_began_to_count(lively, today):
    module = make_module(title="Speaking up")
    RequirementVersionFactory(
        requirement__partnership=lively.partnership, requirement__module=module, is_for_all_roles=True
    )
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    publish_edition(module=module, by=None, at=at, effect=Effect.STEPS_FORWARD, again=LearnAgain(60))
    trend = trend_of(Scope(frozenset({lively.partnership.pk})), TODAY)
    again = [(month.day.month, each.sentence) for month in trend.months for each in month.changes
             if each.changed == Changed.AGAIN]  # fmt: skip
    assert again == [(8, "From 1 August 2026, Speaking up had to have been learned again.")]


def test_the_organisations_page_of_one_shows_its_own(lively):
    trend = trend_of(Scope(frozenset(), frozenset({lively.ours.pk})), TODAY)
    for month in trend.months:
        table = coverage_on(Organisation.objects.filter(pk=lively.ours.pk), month.day)
        assert month.people == table.people


def test_two_entries_of_one_person_count_once(lively):
    scope = Scope(frozenset({lively.partnership.pk}))
    before = trend_of(scope, TODAY)
    MembershipFactory(
        organisation=lively.ours, role=lively.role, person__merged_into=lively.current, started_on=date(2026, 1, 5)
    )
    rebuild_standing()
    assert trend_of(scope, TODAY) == before


def test_a_trend_costs_the_same_at_any_size(lively, django_assert_num_queries):
    scope = Scope(frozenset({lively.partnership.pk}))
    with django_assert_num_queries(7):
        trend_of(scope, TODAY)
    for number in range(5):
        place = OrganisationFactory(partnership=lively.partnership)
        MembershipFactory.create_batch(number, organisation=place, role=lively.role)
        HeadcountFactory(organisation=place, role=None, people=9, counted_on=date(2026, 5, 5))
    rebuild_standing()
    with django_assert_num_queries(7):
        trend_of(scope, TODAY)


def test_nobody_anywhere_is_an_empty_trend(db):
    trend = trend_of(Scope(), TODAY)
    assert trend.is_empty
    assert drawing_of(trend).coverage.points == []


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("partnership_lead", "trend", 200),
        ("lead", "trend", 200),
        ("lead", "organisation_trend", 200),
        ("partnership_lead", "organisation_trend", 200),
        ("their_lead", "organisation_trend", 403),
        ("foreign_partnership_lead", "organisation_trend", 403),
    ],
)
def test_each_lead_sees_their_own(lively, who, name, status):
    client = sign_in(getattr(lively.world, who))
    arguments = [lively.ours.slug] if name == "organisation_trend" else []
    for ending in ("", "_csv"):
        response = client.get(reverse(f"reporting:{name}{ending}", args=arguments))
        assert response.status_code == status
    if status == 200:
        text = b"".join(response.streaming_content).decode()
        assert text.count("2026-10-31") == 1
        assert len(text.strip().splitlines()) == 14


def test_the_page_draws_what_its_table_says(lively):
    response = sign_in(lively.world.partnership_lead).get(reverse("reporting:trend"))
    html = response.content.decode().split("<main", 1)[1]
    assert html.index("<table") < html.index("<svg")
    assert "Late Trust joined on 15 June 2026." in html
    assert "Doing it began to be required on 10 July 2026." in html
    assert " style=" not in html
    # Harbour Light gave no headcount.
    assert 'class="is-number">at least ' in html.split("<tbody", 1)[1].split("</tr>", 1)[0]
