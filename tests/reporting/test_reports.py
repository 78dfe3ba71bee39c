"""Reports: prepared, looked at for five working days, published, and then kept as they are."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from config.invariants import CHECKS
from organisations.clock import LONDON
from reporting.actions import comment_on_report, prepare_report, publish_report, share_report, withdraw_report
from reporting.board_report import report_pdf
from reporting.models import Report, ReportPart
from reporting.publishing import checksum_of
from tests.factories.organisations import AppointmentFactory, HeadcountFactory
from tests.factories.records import ReminderFactory
from tests.organisations.lead_world import sign_in
from tests.queries import writes
from tests.reporting.test_pages import read, words

NOW = datetime(2026, 11, 21, 12, tzinfo=LONDON)
#: Saturday 21 November and five working days.
FROM = datetime(2026, 11, 27, 9, tzinfo=LONDON)


@pytest.fixture
def draft(scene):
    """A draft of the day on which of five required people of `ours` two are current."""
    return prepare_report(
        partnership=scene.partnership,
        day=date(2026, 11, 20),
        delivery_from=date(2026, 1, 1),
        delivery_to=date(2026, 11, 20),
        scope="",
        by=scene.world.partnership_lead,
        at=NOW,
    )


def test_the_same_draft_is_begun_once(draft):
    given = {name: getattr(draft, name) for name in ("partnership", "day", "delivery_from", "delivery_to", "scope")}
    assert prepare_report(**given, by=draft.created_by, at=NOW) == draft
    assert prepare_report(**{**given, "scope": "role=1"}, by=draft.created_by, at=NOW) != draft


@pytest.fixture
def shared(draft, scene, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return share_report(report=draft, by=scene.world.partnership_lead, at=NOW)


@pytest.fixture
def published(shared, scene):
    return publish_report(report=shared, by=scene.world.partnership_lead, at=FROM)


def page(report, name="report", **more):
    return reverse(f"reporting:{name}", kwargs={"key": report.key, **more})


def module_of(payload):
    (module,) = payload["modules"]
    return module


def test_small_counts_are_printed_without_giving_them_away(shared):
    module = module_of(shared.payload)
    (row,) = module["rows"]
    assert (row["name"], row["exact"]["required"], row["exact"]["current"]) == ("Riverside Council", 5, 2)
    assert row["printed"] == {
        "required": 5,
        "current": "<5",
        "coverage": "hidden",
        "unknown": 4,
        "reach": "hidden",
    }
    headline, trend = shared.payload["people"]["printed"], shared.payload["trend"]
    assert headline["overdue"] == "hidden"
    assert (trend[-1]["day"], trend[-1]["printed"]["current"]) == ("2026-11-20", headline["current"])
    assert len(trend) == 13
    assert ["Riverside Council", "Nobody here is current in anything that is required."] not in shared.payload["gaps"]


def test_without_a_threshold_everything_is_printed(draft, scene):
    scene.partnership.small_counts_below = 0
    scene.partnership.save()
    payload = share_report(report=draft, by=None, at=NOW).payload
    (evidence,) = payload["evidence"]
    assert (evidence["current"], evidence["assessed"], evidence["attended"], evidence["recognised"]) == (2, 2, 0, 0)
    printed = module_of(payload)["rows"][0]["printed"]
    assert printed == {"required": 5, "current": 2, "coverage": "40%", "unknown": 4, "reach": "22%"}


def test_beside_each_coverage_stands_what_is_unknown_and_that_it_is_at_least_so_many(draft, scene):
    scene.partnership.small_counts_below = 0
    scene.partnership.save()
    scene.add("Nia New", place=scene.world.theirs)
    shared = share_report(report=draft, by=None, at=NOW)
    assert shared.payload["people"]["printed"]["unknown"] == "at least 4"
    html = sign_in(scene.world.partnership_lead).get(page(shared)).content.decode()
    assert 'class="is-number">at least 4</td>' in html.split("Over a year")[-1]
    pdf = PdfReader(io.BytesIO(report_pdf(shared, shared.payload)))
    text = " ".join(" ".join(each.extract_text() for each in pdf.pages).split())
    assert "20 November 2026 6 2 33% at least 4 at most 20%" in text


def test_a_headcount_given_later_is_said_beside_the_report(published, scene):
    HeadcountFactory(organisation=scene.ours, role=scene.role, people=12, counted_on=date(2026, 11, 19))
    said = words(sign_in(scene.world.partnership_lead).get(page(published)))
    assert "2 of 5 (40%) 4 unknown, reach 22% 2 of 5 (40%) 7 unknown, reach 16%" in said


def test_a_well_trained_place_keeps_a_bound(draft, scene):
    for number in range(30):
        scene.complete(scene.add(f"Able {number}"), date(2026, 10, 1))
    for number in range(6):
        scene.add(f"Late {number}", place=scene.world.theirs)
        scene.complete(scene.add(f"There {number}", place=scene.world.theirs), date(2026, 10, 1))
    module = module_of(share_report(report=draft, by=None, at=NOW).payload)
    ours = module["rows"][1]
    assert (ours["exact"]["required"], ours["exact"]["current"]) == (35, 32)
    assert (ours["printed"]["current"], ours["printed"]["coverage"]) == ("31 or more", "at least 88%")


def test_an_organisation_is_told_and_sees_its_own_row_only(shared, scene, mailoutbox):
    assert {letter.to[0] for letter in mailoutbox} == {scene.world.lead.email, scene.world.their_lead.email}
    assert {letter.subject for letter in mailoutbox} == {"Numbers to look at on Signpost"}
    assert all(page(shared) in letter.body and "%" not in letter.body for letter in mailoutbox)
    said = words(sign_in(scene.world.lead).get(page(shared)))
    assert "Your row: Riverside Council" in said
    assert "required 5, current &lt;5, coverage hidden" in said
    assert "Harbour Light" not in said
    assert "Download the board report" not in said
    assert sign_in(scene.world.lead).get(page(shared, "report_pdf")).status_code == 403


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", [403, 200, 200]),
        ("partnership_lead", [200, 200, 200]),
        ("foreign_lead", [403] * 3),
        ("foreign_partnership_lead", [403] * 3),
    ],
)
def test_who_opens_a_report_as_it_goes_on(draft, scene, who, expected):
    client, seen = sign_in(getattr(scene.world, who)), []
    seen.append(client.get(page(draft)).status_code)
    share_report(report=draft, by=None, at=NOW)
    seen.append(client.get(page(draft)).status_code)
    publish_report(report=draft, by=None, at=FROM)
    seen.append(client.get(page(draft)).status_code)
    assert seen == expected
    listed = words(client.get(reverse("reporting:reports")))
    assert ("Coverage on 20 November 2026" in listed) is (expected[-1] == 200)


@pytest.mark.parametrize("name", ["report_share", "report_publish", "report_withdraw"])
def test_only_the_partnerships_lead_moves_a_report_on(shared, scene, name):
    for who in ("lead", "foreign_partnership_lead"):
        assert sign_in(getattr(scene.world, who)).post(page(shared, name), {"reason": "x"}).status_code == 403
    shared.refresh_from_db()
    assert shared.state == Report.State.SHARED


def test_a_comment_is_the_organisations_own(shared, scene):
    mine, theirs = page(shared, "report_comment", slug="riverside"), page(shared, "report_comment", slug="harbour")
    client = sign_in(scene.world.lead)
    assert client.get(theirs).status_code == 403
    assert sign_in(scene.world.partnership_lead).get(mine).status_code == 403
    assert client.post(mine, {"text": "Two new teams  joined <b>in May</b>."}).status_code == 302
    assert "Two new teams joined &lt;b&gt;in May&lt;/b&gt;." in client.get(page(shared)).content.decode()
    publish_report(report=shared, by=None, at=FROM)
    assert "Two new teams" in words(sign_in(scene.world.their_lead).get(page(shared)))
    assert "Comments are closed" in words(client.post(mine, {"text": "Later"}))


def test_publication_waits_five_working_days(shared, scene):
    early = datetime(2026, 11, 26, 12, tzinfo=LONDON)
    assert shared.publish_from == FROM.date()
    with pytest.raises(ValidationError, match="27 November 2026"):
        publish_report(report=shared, by=None, at=early)
    share_report(report=shared, by=None, at=early)
    with pytest.raises(ValidationError, match="3 December 2026"):
        publish_report(report=shared, by=None, at=FROM)


def test_a_published_report_keeps_its_numbers_and_shows_todays_beside_them(published, scene):
    before = dict(published.payload)
    assert published.checksum == checksum_of(before)
    scene.complete(scene.due, date(2026, 11, 19))
    for refused in (share_report, publish_report):
        with pytest.raises(ValidationError):
            refused(report=published, by=None, at=FROM)
    published.refresh_from_db()
    assert published.payload == before
    with time_machine.travel(FROM, tick=False):
        client = sign_in(scene.world.partnership_lead)
        said = words(client.get(page(published)))
        on_coverage = words(client.get(reverse("reporting:coverage"), {"on": "2026-11-20"}))
    assert "2 of 5 (40%) 4 unknown, reach 22% 3 of 5 (60%) 4 unknown, reach 33%" in said
    assert "as known on 21 November 2026" in said
    assert "The checksum still fits" in said
    assert "A published report counts this day too" in on_coverage
    mine = words(sign_in(scene.world.lead).get(page(published)))
    assert "Riverside Council: Seeing it 2 of 5 (40%) 4 unknown, reach 22% 3 of 5 (60%) 4 unknown" in mine


def test_a_change_outside_is_seen(published, scene):
    assert list(CHECKS["reports"]()) == []
    published.payload["partnership"] = "Somebody else"
    Report.objects.filter(pk=published.pk).update(payload=published.payload)
    assert list(CHECKS["reports"]()) == [f"Report {published.pk} is no longer what was published."]
    assert "The checksum does not fit" in words(sign_in(scene.world.lead).get(page(published)))


def test_it_is_withdrawn_with_a_reason_and_stays_readable(published, scene):
    with pytest.raises(ValidationError):
        withdraw_report(report=published, reason="  ", by=None, at=FROM)
    withdraw_report(report=published, reason="Headcounts were wrong", by=None, at=FROM)
    with pytest.raises(ValidationError):
        withdraw_report(report=published, reason="Again", by=None, at=FROM)
    assert "Headcounts were wrong" in words(sign_in(scene.world.lead).get(page(published)))
    assert sign_in(scene.world.lead).get(page(published, "report_csv")).status_code == 200


def test_files_hold_what_is_printed_and_nothing_that_is_hidden(shared, scene):
    comment_on_report(part=shared.parts.get(organisation=scene.ours), text="=SUM(A1)", by=scene.world.lead, at=NOW)
    published = publish_report(report=shared, by=None, at=FROM)
    client = sign_in(scene.world.lead)
    rows = [row for row in read(client.get(page(published, "report_csv"))) if row["Table"] == "Coverage"]
    assert [
        (row["Organisation"], row["Required"], row["Current"])
        for row in rows
        if row["Module, or month"] == "Seeing it"
    ] == [
        ("Riverside Council", "5", "<5"),
        ("All of them, people counted once", "5", "<5"),
    ]
    answer = client.get(page(published, "report_xlsx"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)), read_only=True)
    assert [cell.value for cell in list(book["Comments"])[1]] == ["Riverside Council", "=SUM(A1)"]
    assert any(row[1].value == published.checksum for row in book["How this was counted"])
    shown = [cell.value for cell in list(book["How it was shown"])[1]]
    assert shown == ["Seeing it", "<5", "hidden", "hidden", "hidden", "hidden"]
    assert "Current people by edition and by how they came to it" in words(client.get(page(published)))
    pdf = client.get(page(published, "report_pdf")).content
    text = " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "Training report" in text
    assert "Riverside Council 5 <5 hidden 4 hidden" in text
    assert "Seeing it <5 hidden hidden hidden hidden" in text
    assert "=SUM(A1)" in text
    assert re.sub(r"\s", "", text).count(published.checksum) == 1
    assert b"/MarkInfo" in pdf


def test_a_report_is_begun_on_the_page_with_what_was_chosen(scene):
    client = sign_in(scene.world.partnership_lead)
    start = f"{reverse('reporting:report_new')}?on=2026-11-20&role={scene.role.pk}"
    form = client.get(start).context["form"]
    data = {name: form[name].value() for name in form.fields}
    assert (data["day"], data["scope"]) == ("2026-11-20", f"role={scene.role.pk}")
    response = client.post(reverse("reporting:report_new"), data)
    report = Report.objects.get()
    assert (response.status_code, report.scope) == (302, f"role={scene.role.pk}")
    assert "Housing officer" in words(client.get(page(report)))
    late = client.post(reverse("reporting:report_new"), {**data, "day": "2027-01-01"})
    assert "must be 21 November 2026 or earlier" in words(late)
    assert sign_in(scene.world.lead).get(start).status_code == 403


def test_the_threshold_is_the_partnerships(scene):
    address, client = reverse("reporting:small_counts"), sign_in(scene.world.partnership_lead)
    assert "from 3 to 20" in words(client.post(address, {"below": "2"}))
    assert client.post(address, {"below": "10"}).status_code == 302
    scene.partnership.refresh_from_db()
    assert scene.partnership.small_counts_below == 10
    assert sign_in(scene.world.lead).get(address).status_code == 403


def test_a_report_costs_the_same_for_any_number_of_people_and_writes_nothing(published, scene):
    client, counts = sign_in(scene.world.partnership_lead), []
    client.get(page(published))
    for more in (1, 5):
        for number in range(more):
            scene.complete(scene.add(f"More {number}", place=scene.world.theirs), date(2026, 10, 1))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(published)).status_code == 200
        assert writes(queries) == []
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_counting_asks_the_same_for_any_number_of_people_and_leads(draft, scene):
    # So that there are letters of leads that wait, beside new ones.
    share_report(report=draft, by=None, at=NOW)
    counts = []
    for more in (1, 5):
        for number in range(more):
            scene.add(f"More {number}", place=scene.world.theirs)
            lead = AppointmentFactory(kind="organisation_lead", organisation=scene.world.theirs).person
            ReminderFactory(person=lead, goes_at=NOW - timedelta(days=3))
        draft.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            share_report(report=draft, by=None, at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert ReportPart.objects.count() == 2


def test_a_lead_of_two_organisations_sees_both_rows(shared, scene):
    AppointmentFactory(person=scene.world.lead, kind="organisation_lead", organisation=scene.world.theirs)
    said = words(sign_in(scene.world.lead).get(page(shared)))
    assert "Your row: Harbour Light" in said
    assert "Your row: Riverside Council" in said
