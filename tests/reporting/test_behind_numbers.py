"""Each number leads to its people: exactly as many as it says, for those who may see names."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from courses.models import Edition
from organisations.models import NamesSeen, Organisation
from records.actions.standing import rebuild_standing
from records.models import Completion
from reporting.filters import EVERYTHING, Chosen
from reporting.selectors.apart import all_apart, count_apart, page_of_apart
from reporting.selectors.counting import SHOWN
from reporting.selectors.coverage import coverage_on
from reporting.selectors.people import Wanted, all_people, count_listed, page_of_people
from reporting.tables import Apart, Evidence
from tests.conftest import TODAY
from tests.factories.organisations import AwayFactory, MembershipFactory, NamesAgreementFactory, RoleFactory
from tests.factories.records import CompletionFactory, WaiverFactory, live_edition
from tests.organisations.lead_world import sign_in
from tests.reporting.test_coverage import invent
from tests.reporting.test_pages import people_page, queries_of, read, words

ALL_WAYS = list(Completion.Source.values)


@pytest.fixture
def varied(db, today):
    """Two organisations whose people came to be current in every way, some away, some with a module waived."""
    chance = random.Random(11)
    partnership, everyone = invent(2, 12)
    editions = {key: two_editions(key) for key in {each.module_key for each in Completion.objects.all()}}
    for completion in Completion.objects.all():
        completion.source = chance.choice(ALL_WAYS)
        completion.edition = chance.choice([*editions[completion.module_key], None])
        completion.edition_number = completion.edition and completion.edition.number
        completion.save()
        for _more in range(chance.choice([0, 0, 1, 2])):
            edition = chance.choice([*editions[completion.module_key], None])
            CompletionFactory(
                person=completion.person,
                module_key=completion.module_key,
                completed_on=completion.completed_on + timedelta(days=chance.choice([-20, 0, 0, 20])),
                source=chance.choice(ALL_WAYS),
                edition=edition,
                edition_number=edition and edition.number,
            )
    # Another role in both organisations, and away or waived in either, or in both.
    for person in list(everyone)[:4]:
        for place in Organisation.objects.in_partnership(partnership, TODAY):
            MembershipFactory(person=person, organisation=place, role=RoleFactory(), started_on=TODAY)
    for person in everyone:
        for membership in person.memberships.all():
            if chance.random() < 0.3:
                AwayFactory(membership=membership, started_on=TODAY - timedelta(days=9), ended_on=None)
            if chance.random() < 0.3:
                WaiverFactory(membership=membership, started_on=TODAY - timedelta(days=40))
                WaiverFactory(membership=membership, started_on=TODAY - timedelta(days=40), ended_on=TODAY)
    rebuild_standing()
    return partnership, everyone


evidenced = partial(coverage_on, has_evidence=True)


def two_editions(module_key):
    """One that ended 90 days ago, and the one that has been live since then."""
    first, second = live_edition(), live_edition()
    change = timezone.now() - timedelta(days=90)
    Edition.objects.filter(pk=first.pk).update(
        module_key=module_key, published_at=change - timedelta(days=410), ended_at=change, is_live=False
    )
    Edition.objects.filter(pk=second.pk).update(module_key=module_key, number=2, published_at=change)
    return list(Edition.objects.filter(module_key=module_key).order_by("number"))


def by_hand(person_ids, module_key, day):
    """Which of these people show what, from the completions one by one."""
    done = defaultdict(list)
    for each in Completion.objects.filter(module_key=module_key, completed_on__lte=day, voided_at=None):
        done[each.person.merged_into_id or each.person_id].append(each)
    found = {name: set() for name in SHOWN}
    for person in person_ids:
        if theirs := done[person]:
            newest = max(theirs, key=lambda each: (each.completed_on, each.pk))
            found[newest.source].add(person)
            # Somebody may have learned from an edition before it went live: that is no worse.
            if any(each.edition and each.edition_number >= number_live(each.edition, day) for each in theirs):
                found["on_live_edition"].add(person)
    return found


def number_live(edition, day):
    rows = Edition.objects.filter(module_key=edition.module_key)
    (number,) = [
        each.number
        for each in rows
        if each.published_at.date() <= day and (each.ended_at is None or each.ended_at.date() > day)
    ]
    return number


@pytest.mark.parametrize("days_later", [-100, -30, 0, 40])
@pytest.mark.parametrize("kind", ["", "employee"])
def test_how_people_came_to_be_current_lists_as_many_as_it_says(varied, days_later, kind):
    partnership, _everyone = varied
    day, chosen = TODAY + timedelta(days=days_later), Chosen(kind=kind)
    places = Organisation.objects.in_partnership(partnership, day)
    said = 0
    for row in coverage_on(places, day, chosen).rows:
        place = places.get(pk=row.organisation_id)
        for cell in evidenced(places.filter(pk=place.pk), day, chosen).totals:
            each, key = cell.evidence, cell.module.key
            current = [person.person_id for person in all_people(Wanted(place, day, chosen, key, state="current"))]
            assert len(current) == each.current == cell.counts.current
            expected = by_hand(current, key, day)
            for shown in SHOWN:
                wanted = Wanted(place, day, chosen, key, shown=shown)
                listed = [person.person_id for person in all_people(wanted)]
                assert len(listed) == count_listed(wanted) == getattr(each, shown)
                assert set(listed) == expected[shown]
                assert in_pages(lambda after, wanted=wanted: page_of_people(wanted, after=after, size=2)) == listed
                said += len(listed)
    assert said > 10


@pytest.mark.parametrize("days_later", [-100, 0, 40])
def test_each_cell_and_all_of_them_say_how_people_came_to_be_current(varied, days_later):
    partnership, _everyone = varied
    day = TODAY + timedelta(days=days_later)
    places = Organisation.objects.in_partnership(partnership, day)
    table = evidenced(places, day)
    states = defaultdict(lambda: defaultdict(set))
    for row in table.rows:
        place = places.get(pk=row.organisation_id)
        alone = evidenced(places.filter(pk=place.pk), day)
        assert [cell.evidence for cell in row.cells if cell.is_asked] == [cell.evidence for cell in alone.totals]
        for cell in row.cells:
            assert cell.evidence.current == cell.counts.current
            for person in all_people(Wanted(place, day, EVERYTHING, cell.module.key)):
                states[cell.module.key][person.person_id].add(person.state)
    for cell in table.totals:
        current = [pk for pk, theirs in states[cell.module.key].items() if theirs <= {"current", "expiring"}]
        numbers = {name: len(people) for name, people in by_hand(current, cell.module.key, day).items()}
        assert cell.evidence == Evidence(cell.module, len(current), **numbers)
        assert cell.evidence.current == cell.counts.current


@pytest.fixture
def drifted(scene):
    """Cora has completed the module again; what she had completed before has gone without standing being renewed."""
    scene.complete(scene.current, TODAY)
    Completion.objects.filter(person=scene.current, completed_on__lt=TODAY).delete()
    return scene


def test_whom_no_completion_shows_is_current_and_nothing_is_said_of_how(drifted):
    day, places = TODAY - timedelta(days=1), Organisation.objects.filter(pk=drifted.ours.pk)
    [cell] = evidenced(places, day).totals
    assert cell.counts.current == cell.evidence.current == 2
    assert [getattr(cell.evidence, shown) for shown in SHOWN] == [0, 1, 0, 0]
    place, key = places.get(), cell.module.key
    for shown in SHOWN:
        wanted = Wanted(place, day, EVERYTHING, key, shown=shown)
        assert len(list(all_people(wanted))) == count_listed(wanted) == getattr(cell.evidence, shown)
    said = words(sign_in(drifted.world.lead).get(people_page(drifted, on=day.isoformat())))
    assert "Current 2" in said
    assert "Assessed 1" in said


@pytest.mark.parametrize("days_later", [-30, 0, 1])
def test_who_is_counted_apart_are_as_many_as_it_says(varied, days_later):
    partnership, _everyone = varied
    day = TODAY + timedelta(days=days_later)
    places = Organisation.objects.in_partnership(partnership, day)
    rows = coverage_on(places, day).rows
    for row in rows:
        place = places.get(pk=row.organisation_id)
        for which in Apart:
            wanted = Wanted(place, day)
            listed = [person.person_id for person in all_apart(wanted, which)]
            assert len(listed) == len(set(listed)) == count_apart(wanted)[which] == getattr(row, which)
            pages = in_pages(
                lambda after, wanted=wanted, which=which: page_of_apart(wanted, which, after=after, size=2)
            )
            assert pages == listed
    # Two weeks ago nobody was away yet.
    assert bool(sum(row.away for row in rows)) is (days_later >= 0)
    assert sum(row.waived for row in rows)


def in_pages(page_after):
    """Everybody of a list, read page by page."""
    found, after = [], 0
    while True:
        page = page_after(after)
        found += [row.person_id for row in page.rows]
        if not (after := page.after):
            assert len(found) == len(set(found))
            return found


@pytest.fixture
def away(scene):
    """Otto is away until the end of the year; of Cora, who has a second entry, and of Dina a module is waived."""
    otto = scene.ours.memberships.get(person__name="Otto Overdue")
    AwayFactory(membership=otto, started_on=TODAY - timedelta(days=3), ended_on=TODAY + timedelta(days=40))
    double = scene.add("Cora Again")
    double.merged_into = scene.current
    double.save()
    for person in (double, scene.due):
        WaiverFactory(membership=person.memberships.get(), module_title="Another")
    elsewhere = scene.add("Hal Harbour", place=scene.world.theirs)
    AwayFactory(membership=elsewhere.memberships.get(), started_on=TODAY, ended_on=None)
    WaiverFactory(membership=elsewhere.memberships.get())
    rebuild_standing()
    return scene


def everybody(scene, **query):
    return reverse("reporting:organisation_people", args=[scene.ours.slug], query=query or None)


def links_in(response, address):
    return dict(re.findall(rf'href="({re.escape(escape(address))}[^"]*)"[^>]*>(.*?)<', response.text))


@pytest.mark.parametrize("name", ["coverage", "organisation"])
def test_away_and_waived_lead_to_who_they_are(away, name):
    client = sign_in(away.world.lead)
    page = client.get(reverse("reporting:coverage") if name == "coverage" else place_page(away))
    links = links_in(page, everybody(away))
    assert links[everybody(away, state="away")].startswith("1 ")
    assert links[everybody(away, state="waived")].startswith("2 ")
    said = words(client.get(everybody(away, state="away")))
    assert "Otto Overdue Housing officer (not confirmed) – 31 December 2026" in said
    assert "Away 1" in said
    assert "Mina Member" not in said
    said = words(client.get(everybody(away, state="waived")))
    assert "Cora Current Housing officer (not confirmed) – Another no end is set Dina Due" in said
    assert not {"Hal Harbour", "Cora Again"} & set(re.findall(r"Hal Harbour|Cora Again", said))
    noted = [(seen.place, seen.rows, seen.organisation) for seen in NamesSeen.objects.order_by("pk")]
    assert noted == [("coverage", 1, away.ours), ("coverage", 2, away.ours)]


def place_page(scene):
    return reverse("reporting:organisation", args=[scene.ours.slug])


def test_their_file_holds_the_same_people(away):
    client, name = sign_in(away.world.lead), "organisation_people_csv"
    rows = read(client.get(reverse(f"reporting:{name}", args=[away.ours.slug], query={"state": "waived"})))
    assert [(row["Name"], row["Module"], row["Until"], row["Counted apart"]) for row in rows] == [
        ("Cora Current", "Another", "", "A module is waived"),
        ("Dina Due", "Another", "", "A module is waived"),
    ]
    (row,) = read(client.get(reverse(f"reporting:{name}", args=[away.ours.slug], query={"state": "away"})))
    assert (row["Name"], row["Until"], row["Day"]) == ("Otto Overdue", "2026-12-31", "2026-11-21")
    assert [(seen.place, seen.rows) for seen in NamesSeen.objects.order_by("pk")] == [
        ("coverage file", 2),
        ("coverage file", 1),
    ]


@pytest.mark.parametrize("is_agreed", [False, True])
def test_a_partnership_lead_reads_who_they_are_only_by_agreement(away, is_agreed):
    if is_agreed:
        NamesAgreementFactory(organisation=away.ours, partnership=away.partnership)
    client = sign_in(away.world.partnership_lead)
    for address in (place_page(away), reverse("reporting:coverage")):
        assert bool(re.search(r"[?&;]state=", client.get(address).text)) is is_agreed
        # The other organisation's lead agreed to nothing.
        assert "harbour/people" not in client.get(address).text
    page = client.get(people_page(away, shown="assessed"))
    assert ("Cora Current" in page.text) is is_agreed
    for which in ("away", "waived"):
        assert client.get(everybody(away, state=which)).status_code == (200 if is_agreed else 403)
        theirs = reverse("reporting:organisation_people", args=[away.world.theirs.slug], query={"state": which})
        assert client.get(theirs).status_code == 403
    assert NamesSeen.objects.filter(seen_by=away.world.partnership_lead, place="coverage").count() == (
        3 if is_agreed else 0
    )


def test_how_people_came_to_be_current_leads_to_who_they_are(scene):
    scene.expiring.completions.update(source="attended")
    rebuild_standing()
    client = sign_in(scene.world.lead)
    page = client.get(f"{place_page(scene)}?kind=employee")
    links = links_in(page, people_page(scene))
    for query, people, names in (
        ("state=current", "2", ["Eli Expiring", "Cora Current"]),
        ("shown=assessed", "1", ["Cora Current"]),
        ("shown=attended", "1", ["Eli Expiring"]),
    ):
        address = f"{people_page(scene)}?{query}&amp;kind=employee"
        assert links[address] == people
        listed = client.get(address.replace("&amp;", "&"))
        assert [row.name for row in listed.context["page"].rows] == names
        rows = read(client.get(address.replace("&amp;", "&").replace("?", "csv/?")))
        assert [row["Name"] for row in rows] == names
    assert not any("on_live_edition" in address or "recognised" in address for address in links)
    said = words(client.get(people_page(scene, shown="attended")))
    assert "Current 2 On the live edition 0 Assessed 1 Attended 1 Recognised 0" in said
    assert "Remind these people" not in said
    for nonsense in ("current", "nothing"):
        assert len(client.get(people_page(scene, shown=nonsense)).context["page"].rows) == 5


def test_who_expires_is_as_many_as_the_headline_says(scene):
    """Somebody who is overdue elsewhere has something that ends soon, but is not one of those counted."""
    page = sign_in(scene.world.lead).get(place_page(scene))
    address = page.context["soon_url"]
    listed = sign_in(scene.world.lead).get(address).context["page"].rows
    assert len(listed) == page.context["coverage"].people.expiring == 1


@pytest.mark.parametrize("query", [{"state": "away"}, {"state": "waived"}, {"shown": "assessed"}])
def test_these_lists_cost_the_same_at_two_sizes(away, query):
    of_one = "shown" in query
    address = people_page(away, **query) if of_one else everybody(away, **query)
    before = queries_of(away.world.lead, address)
    for number in range(60):
        person = away.add(f"Somebody {number:02}")
        away.complete(person, TODAY)
        AwayFactory(membership=person.memberships.get(), started_on=TODAY + timedelta(days=of_one), ended_on=None)
        WaiverFactory(membership=person.memberships.get(), module_title="Another")
    first = sign_in(away.world.lead).get(address).context["page"]
    assert (len(first.rows), bool(first.after)) == (50, True)
    assert queries_of(away.world.lead, address) == before <= 20
    following = f"{address}&after={first.after}"
    assert queries_of(away.world.lead, following) == before + 1


@pytest.mark.parametrize("which", list(Apart))
def test_a_selector_of_those_apart_has_a_fixed_number_of_queries(away, which):
    wanted = Wanted(away.ours, TODAY, EVERYTHING)
    with CaptureQueriesContext(connection) as queries:
        count_apart(wanted)
        page_of_apart(wanted, which, size=1)
    assert len(queries) == 4
