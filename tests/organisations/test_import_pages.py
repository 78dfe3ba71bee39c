"""A lead brings a file on the pages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from organisations.actions import apply_import, check_file, start_applying
from organisations.models import ImportRun, Membership, NamesSeen, User
from tests.factories.organisations import OrganisationDomainFactory
from tests.organisations.lead_world import member_of, page, queries_of, sign_in
from tests.reporting.test_pages import words

TEXT = "Full name,Mail,Job title\nAsha Khan,a@new.example,Housing officer\nBo,b@new.example,Pilot\n"


def bring(client, text=TEXT, kind="people"):
    file = SimpleUploadedFile("staff.csv", text.encode())
    return client.post(page(f"{kind}_import_new", "riverside"), {"file": file})


def checked(client, world, text=TEXT):
    bring(client, text)
    run = ImportRun.objects.get()
    client.post(page("people_import_columns", "riverside", run.pk), run.columns)
    return check_file(run=run, at=run.started_at)


def test_from_upload_to_the_rows_that_were_not_taken(world):
    client = sign_in(world.lead)
    response = bring(client)
    run = ImportRun.objects.get()
    assert response.url == page("people_import_columns", "riverside", run.pk)
    assert "Full name (Asha Khan)" in client.get(response.url).content.decode()
    here = page("people_import", "riverside", run.pk)
    assert client.post(response.url, run.columns).url == here
    run.refresh_from_db()
    assert client.get(here)["Refresh"] == "3"
    check_file(run=run, at=run.started_at)
    text = client.get(here).content.decode()
    assert "Asha Khan" in text
    assert "There is no role of this name" in text
    assert "The roles that there are: Housing officer." in text
    apply = page("people_import_apply", "riverside", run.pk)
    assert "Choose what to do." in client.post(apply, {}).content.decode()
    assert "nothing is saved" in client.post(apply, {"mode": "all"}).content.decode()
    assert client.post(apply, {"mode": "good"}).url == here
    apply_import(run=run, at=run.started_at)
    assert "The file is saved" in client.get(here).content.decode()
    assert User.objects.filter(email="a@new.example").exists()
    errors = b"".join(client.get(page("people_import_errors", "riverside", run.pk)).streaming_content).decode()
    assert "b@new.example" in errors
    assert "Asha" not in errors
    assert NamesSeen.objects.filter(place="import errors", rows=1).exists()
    client.post(page("people_import_cancel", "riverside", run.pk))
    assert not run.rows.exists()


def test_who_comes_back_stands_apart_with_their_last_day(world):
    for place, ended_on in ((world.ours, date(2021, 3, 5)), (world.theirs, date(2024, 5, 6))):
        left = member_of(place, world.role, name="Asha Khan")
        Membership.objects.filter(pk=left.pk).update(
            work_email="a@new.example", started_on=date(2020, 1, 6), ended_on=ended_on
        )
    ours = Membership.objects.get(person__name="Asha Khan", organisation=world.ours)
    text = TEXT.replace("Bo,b@new.example,Pilot", "Bo,b@new.example,Housing officer")
    client = sign_in(world.lead)
    run = checked(client, world, text)
    assert run.planned == {"new": 1, "back": 1, "missing": 1}
    said = client.get(page("people_import", "riverside", run.pk)).content.decode()
    assert "Back after they had left" in said
    assert re.search(r"Asha Khan\W*, who left on 5 March 2021", said)
    assert "2024" not in said
    start_applying(run=run, mode="good", by=world.lead, is_queued=False)
    apply_import(run=run, at=run.started_at)
    run.refresh_from_db()
    assert run.done["back"] == 1
    assert Membership.objects.filter(person=ours.person, organisation=world.ours, ended_on=None).count() == 1


def test_of_an_account_elsewhere_a_look_tells_at_most_that_there_is_one(world):
    """With an address that the organisation gives out it is as good as new; else it is refused, no more is said."""
    OrganisationDomainFactory(organisation=world.ours, domain="new.example")
    for email in ("asha@new.example", "ben@elsewhere.example"):
        member_of(world.theirs, world.role, name="Known Elsewhere", work_email="")
        User.objects.filter(name="Known Elsewhere").update(name="Kept Elsewhere", email=email)
    rows = ("Asha,asha@new.example", "Bo,bo@new.example", "Ben,ben@elsewhere.example")
    client, found = sign_in(world.lead), {}
    for row in rows:
        run = checked(client, world, f"Full name,Mail,Job title\n{row},Housing officer\n")
        text = words(client.get(page("people_import", "riverside", run.pk)))
        assert "Kept Elsewhere" not in text
        assert world.theirs.name not in text
        found[row] = run.planned, text.replace(row.split(",")[0], "…")
        run.delete()
    asha, bo, ben = (found[row] for row in rows)
    assert asha == bo
    assert ben[0] == {"refused": 1}
    assert "This address cannot be added by a file. Invite the person instead." in ben[1]


def test_a_file_of_another_organisation_is_not_there(world):
    bring(sign_in(world.lead))
    run = ImportRun.objects.get()
    assert sign_in(world.their_lead).get(page("people_import", "riverside", run.pk)).status_code == 403
    assert sign_in(world.their_lead).get(page("people_import", "harbour", run.pk)).status_code == 404
    assert sign_in(world.partnership_lead).get(page("people_import_new", "riverside")).status_code == 403
    assert sign_in(world.lead).get(page("headcounts_import", "riverside", run.pk)).status_code == 404


@pytest.mark.parametrize("text", ["", "Name\n", "PK\x03\x04 no workbook"])
def test_what_is_no_table_is_told_beside_the_field(world, text):
    response = bring(sign_in(world.lead), text)
    assert "There is a problem" in response.content.decode()
    assert not ImportRun.objects.exists()


def test_who_is_not_in_the_file_stays_by_default(world):
    client = sign_in(world.lead)
    run = checked(client, world, TEXT.replace("Pilot", "Housing officer"))
    here = page("people_import_apply", "riverside", run.pk)
    assert "Enter their last day." in client.post(here, {"missing": "end"}).content.decode()
    client.post(here, {"missing": "stay"})
    run.refresh_from_db()
    assert (run.state, run.missing_end_on) == ("applying", None)


def test_the_page_asks_as_often_for_any_number_of_rows(world):
    client = sign_in(world.lead)
    few = checked(client, world, TEXT)
    first = len(queries_of(world.lead, page("people_import", "riverside", few.pk)))
    few.delete()
    many = checked(
        client, world, TEXT + "".join(f"P {n},p{n}@new.example,Housing officer\n,x,Pilot\n" for n in range(30))
    )
    assert len(queries_of(world.lead, page("people_import", "riverside", many.pk))) == first


def test_a_file_without_a_good_row_is_not_offered_for_saving(world):
    client = sign_in(world.lead)
    run = checked(client, world, TEXT.replace("Housing officer", "Pilot"))
    text = client.get(page("people_import", "riverside", run.pk)).content.decode()
    assert "No row can be saved." in text
    assert page("people_import_apply", "riverside", run.pk) not in text


def test_a_row_that_disagrees_with_another_names_it_on_the_page_and_in_the_file_of_errors(world):
    client = sign_in(world.lead)
    text = "Full name,Mail,Job title\nAsha,a@new.example,Housing officer\nBo,a@new.example,Housing officer\n"
    run = checked(client, world, text)
    told = "Several rows are about this person, and they say different things. See also row {}."
    for address in ("people_import", "people_import_errors"):
        shown = client.get(page(address, "riverside", run.pk))
        said = (b"".join(shown.streaming_content) if shown.streaming else shown.content).decode()
        assert [told.format(number) in said for number in (2, 3)] == [True, True]


def test_headcounts_come_by_file_too(world):
    client = sign_in(world.lead)
    bring(client, "Role,People,As at\nHousing officer,40,1/11/2026\n", "headcounts")
    run = ImportRun.objects.get()
    client.post(page("headcounts_import_columns", "riverside", run.pk), run.columns)
    check_file(run=run, at=run.started_at)
    assert "Housing officer, 40" in client.get(page("headcounts_import", "riverside", run.pk)).content.decode()
    client.post(page("headcounts_import_apply", "riverside", run.pk))
    apply_import(run=run, at=run.started_at)
    assert "40" in client.get(page("headcounts", "riverside")).content.decode()
