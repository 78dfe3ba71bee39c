"""A partnership lead brings the headcounts of several organisations in one file."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from organisations import actions
from organisations.imports.headcounts import Counted, plan_headcounts
from organisations.imports.rows import SEVERAL, HeadcountRow, Places
from organisations.models import Appointment, Headcount, ImportRun, NamesSeen, Organisation
from organisations.selectors_leads import newest_headcounts
from privacy.selectors.retention import preview
from tests.factories.organisations import OrganisationFactory
from tests.organisations.lead_world import page, queries_of, sign_in

TODAY = date(2026, 11, 21)
HEAD = "Organisation,Role,Number of people,Counted on,Source\n"
KIND = ImportRun.Kind.HEADCOUNTS_OF_MANY
UNKNOWN = ["organisation", "unknown_organisation"]


# --- names -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Riverside Council", 1),
        ("  RIVERSIDE   council ", 1),
        ("riverside", 1),
        # Of two that read the same but for their marks: as it stands, or the last part of the address.
        ("town council", 2),
        ("Town-Council", 3),
        ("town, council", SEVERAL),
        ("town", 2),
        # The name of one and the last part of the address of another.
        ("Mill", SEVERAL),
        ("Far Trust", None),
        ("", None),
    ],
)
def test_a_name_or_the_last_part_of_an_address_says_which(text, found):
    exact = {"riverside council": 1, "riverside": 1, "town council": 2, "town": 2, "town-council": 3, "mill": SEVERAL}
    names = {"riverside council": 1, "town council": SEVERAL, "mill": 4}
    assert Places(exact, names).find(text) == found


def test_an_organisation_counts_that_is_in_the_partnership_also_with_a_figure_from_before():
    def count(number, organisation, day):
        return HeadcountRow(number, None, "", 10, day, "Payroll", organisation)

    joined = TODAY - timedelta(days=30)
    rows = [
        count(2, 1, TODAY),
        count(3, 1, joined),
        count(4, 1, joined - timedelta(days=1)),
        count(5, 2, TODAY),
        count(6, None, TODAY),
        count(7, 3, TODAY),
        count(8, 3, joined),
    ]
    there = {(1, None, "", TODAY): Counted(9, 10, "Payroll"), (3, None, "", joined): Counted(8, 4, "Payroll")}
    steps = plan_headcounts(rows, there, {1, 3})
    assert [(step.outcome.value, step.headcount) for step in steps] == [
        *(("unchanged", 9), ("new", None), ("new", None), ("refused", None), ("refused", None)),
        *(("new", None), ("changed", 8)),
    ]
    assert [[(each.field, each.why) for each in step.refusals] for step in steps[3:5]] == [[tuple(UNKNOWN)]] * 2


# --- coming in -------------------------------------------------------------------------------------
def bring(world, text, by=None):
    run = actions.bring_file(
        place=world.partnership, kind=KIND, content=text.encode(), file_name="all.csv", by=by, at=timezone.now()
    )
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    return actions.check_file(run=run, at=timezone.now())


def save(world, text, mode="good", by=None):
    run = bring(world, text, by)
    actions.start_applying(run=run, mode=mode, by=by, is_queued=False)
    return actions.apply_import(run=run, at=timezone.now())


def told(run):
    """Why each row is not taken, without what stood in the cell."""
    return {row.number: [each[:2] for each in row.refusals] for row in run.rows.filter(outcome="refused")}


def figures(organisation: Organisation):
    return [(row.people, row.source) for row in organisation.headcounts.order_by("pk")]


@pytest.mark.django_db
class TestComingIn:
    @pytest.fixture(autouse=True)
    def day(self, today):
        """Everything here happens on one day."""

    def test_each_organisation_of_the_partnership_gets_its_figures(self, world):
        text = HEAD + (
            "Riverside Council,,40,1/11/2026,Payroll\nriverside,Housing officer,7,1/11/2026,Payroll\n"
            "harbour light,,12,1/11/2026,\n"
        )
        run = save(world, text, mode="all", by=world.partnership_lead)
        assert (run.state, run.done) == ("done", {"new": 3, "unchanged": 0, "refused": 0})
        assert figures(world.ours) == [(40, "Payroll"), (7, "Payroll")]
        assert figures(world.theirs) == [(12, "all.csv")]
        assert {row.recorded_by for row in Headcount.objects.all()} == {world.partnership_lead}
        # The same again changes nothing, another number replaces one.
        assert save(world, text).done == {"unchanged": 3, "refused": 0}
        run = save(world, text.replace(",12,", ",13,"))
        assert run.done["changed"] == 1
        assert figures(world.theirs) == [(13, "all.csv")]

    def test_an_organisation_elsewhere_is_told_from_none_by_nothing(self, world):
        left = OrganisationFactory(name="Gone Trust", slug="gone", partnership=world.partnership)
        left.partnership_memberships.update(ended_on=TODAY - timedelta(days=1))
        closed = OrganisationFactory(name="Shut Trust", slug="shut", partnership=world.partnership)
        closed.closed_on = TODAY - timedelta(days=1)
        closed.save()
        names = ["Far Trust", "far", "Gone Trust", "gone", "Shut Trust", "Nowhere at all"]
        run = bring(world, HEAD + "".join(f"{name},,40,1/11/2026,Payroll\n" for name in names))
        assert told(run) == {number: [UNKNOWN] for number in range(2, 8)}
        run = save(world, HEAD + "Far Trust,,40,1/11/2026,P\nHarbour Light,,5,1/11/2026,P\n")
        assert (run.done["new"], run.done["refused"]) == (1, 1)
        assert list(Headcount.objects.values_list("organisation__slug", "people")) == [("harbour", 5)]

    def test_what_was_counted_before_it_joined_is_the_newest_figure_on_the_day(self, world):
        world.ours.partnership_memberships.update(started_on=date(2026, 11, 2))
        run = save(world, HEAD + "Riverside Council,,3,1/10/2026,Payroll\n", mode="all", by=world.partnership_lead)
        assert (run.state, run.done["new"]) == ("done", 1)
        [figure] = newest_headcounts([world.ours.pk], date(2026, 11, 2))
        assert (figure.people, figure.counted_on) == (3, date(2026, 10, 1))

    def test_a_name_that_two_have_and_none_are_refused(self, world):
        OrganisationFactory(name="Harbour-Light", slug="harbour-2", partnership=world.partnership)
        text = HEAD + (
            "Harbour: Light,,1,1/11/2026,P\nharbour-2,,2,1/11/2026,P\nRiverside Council,,3,1/11/2026,P\n"
            "Riverside Council,,4,2/11/2026,P\n,,5,2/11/2026,P\nRiverside Council,Pilot,many,2/11/2026,P\n"
        )
        run = bring(world, text)
        assert told(run) == {
            2: [["organisation", "ambiguous_organisation"]],
            6: [["organisation", "no_organisation"]],
            7: [["role", "unknown_role"], ["people", "bad_people"]],
        }
        with pytest.raises(ValidationError, match="nothing is saved"):
            actions.start_applying(run=run, mode="all", by=None)

    def test_an_organisation_that_leaves_before_the_file_is_saved_gets_none(self, world):
        text = HEAD + "Riverside Council,,40,1/11/2026,P\nHarbour Light,,5,1/11/2026,P\n"
        for mode, state, saved in (("all", "checked", set()), ("good", "done", {"harbour"})):
            run = bring(world, text)
            actions.start_applying(run=run, mode=mode, by=None, is_queued=False)
            world.ours.partnership_memberships.update(ended_on=TODAY - timedelta(days=1))
            run = actions.apply_import(run=run, at=timezone.now())
            assert run.state == state
            assert told(run) == {2: [UNKNOWN]}
            assert set(Headcount.objects.values_list("organisation__slug", flat=True)) == saved
            world.ours.partnership_memberships.update(ended_on=None)

    def test_who_leads_the_partnership_no_more_saves_nothing(self, world):
        run = bring(world, HEAD + "Riverside Council,,40,1/11/2026,P\n", by=world.partnership_lead)
        actions.start_applying(run=run, mode="good", by=world.partnership_lead, is_queued=False)
        Appointment.objects.filter(person=world.partnership_lead).update(ended_on=TODAY - timedelta(days=1))
        run = actions.apply_import(run=ImportRun.objects.get(pk=run.pk), at=timezone.now())
        assert (run.done["refused"], Headcount.objects.count()) == (1, 0)

    def test_one_file_of_a_partnership_is_saved_at_a_time(self, world):
        first, second = (bring(world, HEAD + "Harbour Light,,5,1/11/2026,P\n") for _number in range(2))
        actions.start_applying(run=first, mode="good", by=None, is_queued=False)
        with pytest.raises(ValidationError, match="Another file is being saved"):
            actions.start_applying(run=second, mode="good", by=None)

    def test_a_command_does_the_same(self, world, tmp_path, capsys):
        file = tmp_path / "all.csv"
        file.write_text(HEAD + "Harbour Light,,5,1/11/2026,P\nFar Trust,,6,1/11/2026,P\n")
        with pytest.raises(SystemExit) as ended:
            call_command(
                *("import_headcounts", str(file), "--partnership", world.partnership.slug),
                *("--mode", "good", "--report", "json"),
            )
        report = json.loads(capsys.readouterr().out)
        assert (ended.value.code, report["rows"]["new"], figures(world.theirs)) == (3, 1, [(5, "P")])
        assert [(each["row"], each["column"]) for each in report["refused"]] == [(3, "Organisation")]
        with pytest.raises(SystemExit) as ended:
            call_command("import_headcounts", str(file), "--partnership", "nowhere")
        assert ended.value.code == 1

    def test_the_file_goes_after_its_period_though_it_belongs_to_no_organisation(self, world):
        run = bring(world, HEAD + "Harbour Light,,5,1/11/2026,P\n")
        ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(days=90))
        assert [line.count for line in preview(TODAY) if line.kind.record_type == "imports"] == [1]


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestPages:
    def upload(self, client, world, text):
        file = SimpleUploadedFile("all.csv", text.encode())
        return client.post(page("headcounts_of_many_import_new", world.partnership.slug), {"file": file})

    def test_from_the_list_to_what_was_saved(self, world):
        client = sign_in(world.partnership_lead)
        new = page("headcounts_of_many_import_new", world.partnership.slug)
        assert new in client.get(page("organisations")).text
        assert new not in sign_in(world.lead).get(page("organisations")).text
        text = HEAD + "Harbour Light,,5,1/11/2026,P\nFar Trust,,6,1/11/2026,P\n"
        response = self.upload(client, world, text)
        run = ImportRun.objects.get()
        assert client.post(response.url, run.columns).status_code == 302
        actions.check_file(run=run, at=timezone.now())
        here = page("headcounts_of_many_import", world.partnership.slug, run.pk)
        said = client.get(here).text
        assert "Harbour Light, Everybody, 5" in said
        assert "Organisation: Your partnership has no organisation of this name." in said
        assert "Organisations of your partnership: Harbour Light, Riverside Council." in said
        assert client.post(
            page("headcounts_of_many_import_apply", world.partnership.slug, run.pk), {"mode": "good"}
        ).url
        actions.apply_import(run=run, at=timezone.now())
        assert "The file is saved" in client.get(here).text
        errors = client.get(page("headcounts_of_many_import_errors", world.partnership.slug, run.pk))
        assert "Far Trust" in b"".join(errors.streaming_content).decode()
        assert not NamesSeen.objects.filter(place__startswith="import").exists()
        assert "all.csv" in client.get(new).text

    def test_a_reason_that_is_given_no_more_is_shown_as_such(self, world):
        run = bring(world, HEAD + "Far Trust,,6,1/11/2026,P\n")
        run.rows.update(refusals=[["counted_on", "gone_by", "01/11/2026"]])
        address = page("headcounts_of_many_import", world.partnership.slug, run.pk)
        said = sign_in(world.partnership_lead).get(address).text
        assert "Counted on: It was not taken then. Bring the file again." in said

    def test_it_is_there_for_leads_of_the_partnership_alone(self, world):
        self.upload(sign_in(world.partnership_lead), world, HEAD + "Harbour Light,,5,1/11/2026,P\n")
        run = ImportRun.objects.get()
        others = [world.lead, world.their_lead, world.foreign_lead, world.foreign_partnership_lead]
        for part, args in (("import_new", ()), ("import", (run.pk,)), ("import_columns", (run.pk,))):
            address = page(f"headcounts_of_many_{part}", world.partnership.slug, *args)
            for person in [*others, world.member.person]:
                assert sign_in(person).get(address).status_code == 403
        theirs = world.foreign.partnership_memberships.get().partnership
        # Under the address of their own partnership it is not there either.
        address = page("headcounts_of_many_import", theirs.slug, run.pk)
        assert sign_in(world.foreign_partnership_lead).get(address).status_code == 404
        address = page("headcounts_of_many_import_new", "nowhere")
        assert sign_in(world.partnership_lead).get(address).status_code == 404
        # One organisation's files stay with its own lead.
        address = page("headcounts_import_new", "riverside")
        assert sign_in(world.partnership_lead).get(address).status_code == 403

    def test_the_page_costs_the_same_at_two_sizes(self, world):
        run, costs = bring(world, HEAD + "Harbour Light,,5,1/11/2026,P\nX,,5,1/11/2026,P\n"), []
        address = page("headcounts_of_many_import", world.partnership.slug, run.pk)
        costs.append(len(queries_of(world.partnership_lead, address)))
        for number in range(4):
            OrganisationFactory(name=f"Place {number}", partnership=world.partnership)
        more = "".join(f"Place {number},,5,1/11/2026,P\nY{number},,5,1/11/2026,P\n" for number in range(4))
        run = bring(world, HEAD + "Harbour Light,,5,1/11/2026,P\n" + more)
        address = page("headcounts_of_many_import", world.partnership.slug, run.pk)
        costs.append(len(queries_of(world.partnership_lead, address)))
        assert costs[0] == costs[1]
