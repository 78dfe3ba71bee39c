"""Coverage of a part: by role, kind, place, unit, course and requirement, on pages and in files."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Organisation
from records.actions.standing import rebuild_standing
from reporting.filters import Chosen
from reporting.rules import EVERYBODY, Asked, Counts, narrowed
from reporting.selectors.choices import choices_in
from reporting.selectors.coverage import coverage_on
from reporting.selectors.groups import groups_of
from reporting.selectors.people import Wanted, all_people, count_ending, count_people, page_of_people
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import AreaFactory, HeadcountFactory, RoleFactory, UnitFactory
from tests.factories.records import RequirementVersionFactory
from tests.organisations.lead_world import sign_in
from tests.reporting.test_coverage import invent
from tests.reporting.test_pages import COVERAGE, COVERAGE_CSV, queries_of, read, words

ROLES, KINDS = (1, 2, 3), ("employee", "agency", "volunteer")
SOME = st.builds(
    Asked,
    st.none() | st.frozensets(st.sampled_from(ROLES), min_size=1),
    st.frozensets(st.sampled_from(KINDS)),
)


def people_of(asked):
    """Slowly: every role and kind that is meant."""
    return {
        (role, kind)
        for role in ROLES
        for kind in KINDS
        if (asked.roles is None or role in asked.roles) and (not asked.kinds or kind in asked.kinds)
    }


@given(st.lists(SOME, max_size=4), SOME)
def test_narrowing_means_exactly_those_who_are_in_both(asked, only):
    found = narrowed(asked, only)
    assert set().union(*map(people_of, found)) == set().union(*map(people_of, asked)) & people_of(only)
    assert all(map(people_of, found))
    assert narrowed(asked, EVERYBODY) == asked


def shown(scene, **chosen):
    return coverage_on(Organisation.objects.in_partnership(scene.partnership, TODAY), TODAY, Chosen(**chosen))


def test_a_course_without_modules_asks_nothing_of_anybody(scene):
    assert shown(scene, module_keys=frozenset()).people.required == 0
    nothing = Chosen(module_keys=frozenset())
    assert not any(count_ending(Wanted(scene.ours, TODAY, nothing)).values())
    choices = choices_in(Organisation.objects.filter(pk=scene.ours.pk))
    assert groups_of(scene.ours, TODAY, nothing, choices).roles == ()


def test_a_role_counts_its_own_people_against_its_own_headcount(scene):
    other = RoleFactory()
    RequirementVersionFactory(
        requirement__organisation=scene.ours, requirement__module_key=scene.requirement.module_key, roles=[other]
    )
    scene.add("Vera Other").memberships.update(role=other)
    rebuild_standing()
    both = shown(scene).cell(scene.ours.pk, scene.requirement.module_key)
    one = shown(scene, role_id=scene.role.pk).cell(scene.ours.pk, scene.requirement.module_key)
    rest = shown(scene, role_id=other.pk)
    assert (both.counts.required, one.counts.required) == (6, 5)
    assert (one.known.headcount, one.known.unknown) == (9, 4)
    assert rest.cell(scene.ours.pk, scene.requirement.module_key).known.headcount is None
    assert rest.everybody.headcount is None
    assert rest.everybody.registered == 1


def test_a_kind_counts_its_own_people(scene):
    scene.add("Aga Agency", kind="agency")
    HeadcountFactory(organisation=scene.ours, role=scene.role, kind="agency", people=4)
    found = shown(scene, kind="agency").cell(scene.ours.pk, scene.requirement.module_key)
    assert found.counts == Counts(required=1, overdue=1)
    assert (found.known.headcount, found.known.unknown) == (4, 3)


def test_kinds_and_areas_choose_organisations(scene):
    scene.world.theirs.kind = Organisation.Kind.CHARITY
    scene.world.theirs.save()
    area = AreaFactory(partnership=scene.partnership)
    scene.ours.areas.add(area)
    assert [row.name for row in shown(scene, sort="charity").rows] == ["Harbour Light"]
    assert [row.name for row in shown(scene, area_id=area.pk).rows] == ["Riverside Council"]


def test_a_unit_holds_those_below_it_and_has_no_headcount(scene):
    top = UnitFactory(organisation=scene.ours, name="North")
    below = UnitFactory(organisation=scene.ours, name="Quay", parent=top)
    scene.overdue.memberships.update(unit=below)
    scene.due.memberships.update(unit=top)
    found = shown(scene, unit_ids=frozenset({top.pk, below.pk})).cell(scene.ours.pk, scene.requirement.module_key)
    assert found.counts == Counts(required=2, due=1, overdue=1)
    assert found.known.headcount is None
    response = sign_in(scene.world.lead).get(reverse("reporting:organisation", args=["riverside"]))
    assert [(unit.name, unit.depth, unit.counts.required) for unit in response.context["groups"].units] == [
        ("North", 0, 2),
        ("Quay", 1, 1),
    ]
    assert response.context["groups"].without_unit.required == 3
    page = sign_in(scene.world.lead).get(
        reverse("reporting:organisation_people", args=["riverside"]), {"unit": top.pk, "state": "overdue"}
    )
    assert [row.name for row in page.context["page"].rows] == ["Mina Member"]


def test_a_course_and_a_requirement_choose_modules(scene, site_tree):
    module = make_module()
    version = RequirementVersionFactory(requirement__partnership=scene.partnership, requirement__module=module)
    rebuild_standing()
    course = module.get_parent()
    client = sign_in(scene.world.partnership_lead)
    for query in ({"course": course.pk}, {"requirement": version.requirement.pk}):
        response = client.get(COVERAGE, query)
        assert [each.title for each in response.context["coverage"].modules] == [module.title], query
    said = words(client.get(COVERAGE, {"requirement": version.requirement.pk, "kind": "agency"}))
    assert f"Requirement: {module.title}, required by Northshire" in said
    assert "Works there as: Agency worker" in said
    assert "Only a part is shown" in said
    row = read(client.get(COVERAGE_CSV, {"kind": "agency"}))[0]
    assert row["Shown"] == "Works there as: Agency worker"
    assert read(client.get(COVERAGE_CSV))[0]["Shown"] == "Everybody and every module: nothing was left out."


@pytest.mark.parametrize(
    "query",
    [
        {"role": "999"},
        {"role": "any"},
        {"kind": "boss"},
        {"sort": "boss"},
        {"area": "x"},
        {"requirement": "1' OR 1=1"},
    ],
)
def test_a_choice_that_there_is_not_is_said_and_everything_is_shown(scene, query):
    AreaFactory(partnership=scene.partnership).organisations.add(scene.ours)
    response = sign_in(scene.world.partnership_lead).get(COVERAGE, query)
    assert response.status_code == 200
    said = words(response)
    assert "There is a problem" in said
    assert "There is no such choice, so all are counted." in said
    assert "available choices" not in said
    assert response.context["coverage"].cell(scene.ours.pk, scene.requirement.module_key).counts.required == 5


def test_a_day_that_is_none_is_said_in_plain_words(scene):
    response = sign_in(scene.world.partnership_lead).get(COVERAGE, {"on": "foo"})
    assert response.status_code == 200
    assert "Enter a real day, such as 27 03 2027." in words(response)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("coverage", {"on": "0001-01-01"}),
        ("trend", {"on": "0001-01-01"}),
        ("trend_csv", {"on": "0001-01-01"}),
        ("gaps", {"on": "0001-01-01"}),
        ("delivery", {"last": "0001-01-01"}),
    ],
)
def test_a_day_long_ago_is_a_slip_and_counts_as_none(scene, name, query):
    assert sign_in(scene.world.partnership_lead).get(reverse(f"reporting:{name}"), query).status_code == 200


def test_another_partnerships_areas_and_requirements_are_no_choice(scene):
    elsewhere = scene.world.foreign.partnership_memberships.get().partnership
    AreaFactory(partnership=elsewhere).organisations.add(scene.world.foreign)
    theirs = RequirementVersionFactory(requirement__organisation=scene.world.foreign)
    form = sign_in(scene.world.partnership_lead).get(COVERAGE).context["form"]
    assert "area" not in form.fields
    assert theirs.requirement_id not in dict(form.fields["requirement"].choices)


def test_links_keep_the_day_and_the_filter(scene):
    response = sign_in(scene.world.partnership_lead).get(COVERAGE, {"on": "2026-09-15", "role": scene.role.pk})
    kept = f"on=2026-09-15&amp;role={scene.role.pk}"
    text = response.content.decode()
    assert reverse("reporting:organisation", args=["riverside"]) + f"?{kept}" in text
    assert f"{scene.requirement.module_key}/?{kept}" in text
    assert f"{COVERAGE_CSV}?{kept}" in text


def test_pages_follow_each_other_without_gaps(db, today):
    """Every page of every list together is the whole list in its order, whatever the states and days."""
    _partnership, _everyone = invent(1, 40)
    place = Organisation.objects.latest("pk")
    for chosen in ({}, {"state": "overdue"}, {"state": "current"}, {"within": 90}):
        wanted = Wanted(place, TODAY, **chosen)
        whole = [row.person_id for row in all_people(wanted)]
        walked, after = [], 0
        while True:
            page = page_of_people(wanted, after=after, size=7)
            walked += [row.person_id for row in page.rows]
            after = page.after
            if not after:
                break
        assert walked == whole
        assert len(set(whole)) == len(whole)
    rows = list(all_people(Wanted(place, TODAY)))
    states = [row.state for row in rows]
    assert count_people(Wanted(place, TODAY)) == Counts(
        required=len(rows),
        current=states.count("current") + states.count("expiring"),
        expiring=states.count("expiring"),
        due=states.count("due"),
        overdue=states.count("overdue"),
    )
    for days, people in count_ending(Wanted(place, TODAY)).items():
        ends = {
            row.person_id
            for row in rows
            for item in row.items
            if item.valid_until and (item.valid_until - TODAY).days <= days
        }
        assert people == len(ends)


def test_the_organisations_page_costs_the_same_at_two_sizes(scene):
    address = reverse("reporting:organisation", args=["riverside"])
    before = queries_of(scene.world.lead, address)
    for number in range(20):
        unit = UnitFactory(organisation=scene.ours)
        scene.add(f"Somebody {number}", unit=unit)
    assert queries_of(scene.world.lead, address) == before <= 18


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("partnership_lead", 403), ("their_lead", 403)])
def test_names_of_all_modules_are_for_the_own_lead(scene, who, status):
    client = sign_in(getattr(scene.world, who))
    for name in ("organisation_people", "organisation_people_csv"):
        assert client.get(reverse(f"reporting:{name}", args=["riverside"])).status_code == status


def test_an_organisations_page_shows_numbers_to_its_partnerships_lead_and_to_no_other(scene):
    address = reverse("reporting:organisation", args=["riverside"])
    said = words(sign_in(scene.world.partnership_lead).get(address))
    assert "40% of 5 people are current in all" in said
    assert "Mina Member" not in said
    for who in ("their_lead", "foreign_partnership_lead"):
        assert sign_in(getattr(scene.world, who)).get(address).status_code == 403
    assert sign_in(scene.current).get(address).status_code == 403


def test_who_is_overdue_is_two_clicks_away(scene):
    client = sign_in(scene.world.lead)
    found = client.get(COVERAGE)
    address = found.context["overdue_url"]
    assert f'href="{address}"' in found.content.decode()
    assert [row.name for row in client.get(address).context["page"].rows] == ["Mina Member", "Otto Overdue"]


def test_evidence_stands_beside_current(scene):
    page = sign_in(scene.world.lead).get(reverse("reporting:organisation", args=["riverside"]))
    assert "Seeing it 2 – Current, Seeing it 0 2 – Assessed, Seeing it 0 0 " in words(page)
    scene.current.completions.update(source="attended")
    rebuild_standing()
    page = sign_in(scene.world.partnership_lead).get(reverse("reporting:organisation", args=["riverside"]))
    assert "Seeing it 2 0 1 1 0 " in words(page)


def test_a_past_day_of_an_organisation(scene):
    address = reverse("reporting:organisation", args=["riverside"])
    said = words(sign_in(scene.world.lead).get(address, {"on": "2026-09-15"}))
    assert "as known on 21 November 2026" in said


def test_who_works_in_no_unit_is_behind_that_number_too(scene):
    top = UnitFactory(organisation=scene.ours, name="North")
    scene.add("Una North", started_on=date(2026, 2, 1), unit=top)
    client = sign_in(scene.world.lead)
    page = client.get(reverse("reporting:organisation", args=["riverside"]))
    address = reverse("reporting:organisation_people", args=["riverside"], query={"state": "overdue", "unit": "none"})
    (people,) = re.findall(rf'href="{re.escape(escape(address))}">(\d+)<', page.text)
    rows = client.get(address).context["page"].rows
    assert len(rows) == int(people) == page.context["groups"].without_unit.overdue == 2
    assert [row.name for row in rows] == ["Mina Member", "Otto Overdue"]
    # A headcount is of an organisation or a role: for part of it nothing is unknown that anybody could say.
    part = client.get(reverse("reporting:organisation", args=["riverside"], query={"unit": "none"}))
    assert part.context["coverage"].people.required == 5
    assert part.context["coverage"].everybody.headcount is None
    assert "Unit, with all units below it: In no unit" in words(part).replace(" :", ":")


def test_each_group_leads_to_its_own_people_whatever_is_chosen(scene):
    top = UnitFactory(organisation=scene.ours, name="North")
    below = UnitFactory(organisation=scene.ours, name="Quay", parent=top)
    scene.add("Una North", started_on=date(2026, 2, 1), unit=top)
    scene.add("Quin Quay", started_on=date(2026, 2, 1), unit=below)
    client = sign_in(scene.world.lead)
    page = client.get(reverse("reporting:organisation", args=["riverside"]), {"unit": top.pk}).content.decode()
    links = re.findall(r'href="([^"]*state=overdue[^"]*unit=\d+)"', page)
    found = {link: client.get(html.unescape(link)).content.decode() for link in links}
    [quay] = [text for link, text in found.items() if link.endswith(f"unit={below.pk}")]
    assert "Quin Quay" in quay
    assert "Una North" not in quay
