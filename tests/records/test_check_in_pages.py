"""Checking in on a phone, on a device that is passed round, and the pages of whoever delivers the briefing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.actions import appoint
from organisations.models import Appointment, NamesSeen
from records.models import Attendance, Completion, Session
from records.views.check_in import WRONG_A_MINUTE
from tests.factories.organisations import MembershipFactory, PartnershipFactory, UserFactory, make_appointed
from tests.factories.records import AttendanceFactory, SessionFactory, SessionInvitationFactory

Kind = Appointment.Kind


@pytest.fixture
def room(place, site_tree):
    """A briefing that began ten minutes ago."""
    cache.clear()
    trainer, lead = UserFactory(name="Femi Hart"), UserFactory(name="Lee Ford")
    for person, kind in ((trainer, Kind.TRAINER), (lead, Kind.PARTNERSHIP_LEAD)):
        appoint(person=person, kind=kind, partnership=place.partnership, by=None, started_on=date(2026, 1, 5))
    session = SessionFactory(
        partnership=place.partnership, starts_at=timezone.now() - timedelta(minutes=10), trainers=[trainer]
    )
    return SimpleNamespace(
        **vars(place), trainer=trainer, lead=lead, session=session, url=f"/check-in/{session.code}/"
    )


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def plan_of(room) -> dict:
    """A briefing as it is planned on the page."""
    return {
        "module": room.session.module_id,
        "place": "Library",
        "day": "2027-03-02",
        "starts": "09:30",
        "ends": "11:00",
        "trainers": [room.trainer.pk],
    }


def key_in(response) -> str:
    return re.search(r'name="key" value="([0-9a-f-]{36})"', response.content.decode())[1]


def fill_in(client, url, **answers):
    return client.post(url, {"key": key_in(client.get(url)), **answers})


def test_somebody_without_an_account_checks_in_and_the_next_sees_nothing_of_it(room):
    client = Client()
    response = fill_in(client, f"{room.url}?device=1", name="Ama Boateng", organisation=room.council.pk)
    assert response.status_code == 302
    row = Attendance.objects.get()
    assert (row.name, row.organisation, row.how) == ("Ama Boateng", room.council, "device")
    for page in (client.get(response.url), client.get(f"{room.url}?device=1")):
        assert "Ama" not in page.content.decode()
    assert BrowserSession.objects.count() == 0


def test_reading_writes_nothing_and_is_kept_nowhere(room):
    response = Client().get(room.url)
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert Attendance.objects.count() == BrowserSession.objects.count() == 0
    assert "Town hall" not in response.content.decode()


def test_who_is_signed_in_presses_once_and_on_a_passed_device_gives_a_name(room):
    client = signed_in(room.learner)
    fill_in(client, room.url)
    row = Attendance.objects.get()
    assert (row.person, row.organisation, row.name) == (room.learner, room.council, "")
    fill_in(client, f"{room.url}?device=1", name="Kit Lowe", organisation_text="A shelter")
    assert Attendance.objects.get(person=None).organisation_text == "A shelter"


def test_without_a_name_and_with_nothing(room):
    client = Client()
    assert fill_in(client, room.url).status_code == 200
    assert fill_in(client, room.url, name="12 - ?").status_code == 200
    assert Attendance.objects.count() == 0
    fill_in(client, room.url, is_unnamed="on", name="Not Kept", email="not@kept.example")
    assert Attendance.objects.get().name == Attendance.objects.get().email == ""


def test_the_same_press_twice_is_one(room):
    client = Client()
    values = {"key": key_in(client.get(room.url)), "is_unnamed": "on"}
    assert client.post(room.url, values).status_code == client.post(room.url, values).status_code == 302
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("hours", [-5, 5])
def test_the_code_dies_with_the_window(room, hours):
    start = timezone.now() + timedelta(hours=hours)
    Session.objects.update(starts_at=start, ends_at=start + timedelta(hours=1))
    client = Client()
    assert "not open now" in client.get(room.url).content.decode()
    client.post(room.url, {"key": "0" * 32, "name": "Ama"})
    assert Attendance.objects.count() == 0


def test_a_whole_room_gets_in_from_one_address_and_who_tries_codes_does_not(room):
    client = Client()
    for _each in range(40):
        assert fill_in(client, room.url, is_unnamed="on").status_code == 302
    assert Attendance.objects.count() == 40
    for _each in range(3):
        assert client.get("/check-in/ZZZZZZZZ/").status_code in {404, 429}
    (key,) = [key for key in list(cache._cache) if "check-in" in key]
    cache.set(key.split(":", 2)[2], WRONG_A_MINUTE)
    response = client.get(room.url)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")


def test_the_code_is_typed_however_and_the_language_stays(room):
    response = Client().get(
        "/check-in/", {"code": f"{room.session.code[:4]} - {room.session.code[4:]}", "language": "ar"}
    )
    assert response.url == f"{room.url}?language=ar"
    page = Client().get(response.url).content.decode()
    assert 'dir="rtl"' in page
    assert "?language=fa" in page
    assert Client().get("/check-in/", {"code": "no"}).status_code == 200


def test_a_device_passed_round_forgets_the_language_of_who_had_it(room):
    client = Client()
    answer = fill_in(client, f"{room.url}?device=1&language=so", name="Ama Boateng")
    done = client.get(answer.url)
    assert '<html lang="so"' in done.content.decode()
    assert done.context["next_url"] == f"{room.url}?device=1"


class TestThoseWhoDeliver:
    def test_confirm_and_never_themselves(self, room):
        client = signed_in(room.trainer)
        other = AttendanceFactory(session=room.session, person=room.learner, organisation=room.council)
        own = AttendanceFactory(session=room.session, person=room.trainer)
        page = client.get(reverse("records:session_people", args=[room.session.key]))
        assert "Dana Whitlock" in page.content.decode()
        assert NamesSeen.objects.get(seen_by=room.trainer).rows == 1
        response = client.post(
            reverse("records:session_confirm", args=[room.session.key]),
            {"attendance": [other.pk, own.pk]},
            follow=True,
        )
        assert "another trainer of this briefing must do that" in response.content.decode()
        assert Completion.objects.get().person == room.learner
        own.refresh_from_db()
        assert own.confirmed_at is None

    def test_no_shows_are_named_to_who_delivers_it_and_counted_for_who_plans(self, room):
        here, away = MembershipFactory(organisation=room.council), MembershipFactory(organisation=room.council)
        for each in (here, away):
            place = {"person": each.person, "answer": "accepted", "answered_at": timezone.now()}
            SessionInvitationFactory(session=room.session, organisation=room.council, **place)
        AttendanceFactory(session=room.session, person=here.person, organisation=room.council)
        AttendanceFactory(session=room.session, name="Kit Lowe", missed_at=timezone.now())
        page = signed_in(room.trainer).get(reverse("records:session_people", args=[room.session.key]))
        assert [each.person for each in page.context["absent"]] == [away.person]
        assert NamesSeen.objects.get(seen_by=room.trainer).rows == 3
        detail, client = reverse("records:session", args=[room.session.key]), signed_in(room.lead)
        assert client.get(detail).context["no_shows"] is None
        Session.objects.update(ends_at=timezone.now())
        text = client.get(detail).content.decode()
        assert "2 people had a place or were on the list and did not come" in text
        assert away.person.name not in text

    def test_who_trains_in_two_partnerships_says_for_which_it_is(self, room):
        other = PartnershipFactory(name="Ash", slug="ash")
        appoint(person=room.trainer, kind=Kind.TRAINER, partnership=other, by=None, started_on=date(2026, 1, 5))
        client, url = signed_in(room.trainer), reverse("records:session_new")
        for partnership in (other, room.partnership):
            address = f"{url}?partnership={partnership.slug}"
            assert address in client.get(url).content.decode()
            client.post(address, plan_of(room))
            assert Session.objects.latest("pk").partnership == partnership
        assert client.get(f"{url}?partnership={PartnershipFactory().slug}").status_code == 404

    def test_plan_invite_cancel(self, room):
        client = signed_in(room.trainer)
        response = client.post(reverse("records:session_new"), plan_of(room))
        made = Session.objects.get(place="Library")
        assert response.url == reverse("records:session", args=[made.key])
        assert timezone.localtime(made.starts_at).hour == 9
        invite = reverse("records:session_invite", args=[made.key])
        assert "Choose from the list." in client.post(invite, {"organisations": ["9" * 30]}).content.decode()
        client.post(invite, {"organisations": [room.police.pk]})
        assert made.invitations.get().organisation == room.police
        client.post(reverse("records:session_cancel", args=[made.key]), {"reason": "The trainer is ill."})
        made.refresh_from_db()
        assert made.state == "cancelled"
        text = client.get(response.url).content.decode()
        assert "The trainer is ill." in text
        assert reverse("records:session_screen", args=[made.key]) not in text

    def test_change(self, room):
        planned = SessionFactory(
            partnership=room.partnership, starts_at=timezone.now() + timedelta(days=3), trainers=[room.trainer]
        )
        client, url = signed_in(room.trainer), reverse("records:session_change", args=[planned.key])
        shown = client.get(url).content.decode()
        assert planned.place in shown
        sent = {
            "place": "Library",
            "day": "2027-06-02",
            "starts": "09:30",
            "ends": "11:00",
            "trainers": [room.lead.pk],
        }
        assert "The end must be after the start." in client.post(url, {**sent, "ends": "09:00"}).content.decode()
        assert client.post(url, sent).url == reverse("records:session", args=[planned.key])
        planned.refresh_from_db()
        assert (planned.place, timezone.localtime(planned.starts_at).hour, planned.sequence) == ("Library", 9, 1)
        assert list(planned.trainers.all()) == [room.lead]

    def test_a_register_from_paper(self, room):
        client = signed_in(room.trainer)
        url = reverse("records:session_register", args=[room.session.key])
        response = client.post(url, {"lines": "Ama Boateng, nonsense", "organisation": ""})
        assert "Line 1" in response.content.decode()
        client.post(url, {"lines": "Ama Boateng, ama@example.org\n\nKit Lowe", "organisation": room.council.pk})
        assert set(Attendance.objects.values_list("name", "how")) == {
            ("Ama Boateng", "register"),
            ("Kit Lowe", "register"),
        }

    def test_a_register_pasted_from_a_spreadsheet_or_a_letter(self, room):
        """An address that stood in a name would match nobody, and be read out with it."""
        client = signed_in(room.trainer)
        url = reverse("records:session_register", args=[room.session.key])
        page = client.post(url, {"lines": "Ama Boateng ama@example.org"}).content.decode()
        assert "Line 1: keep the name and the e-mail address apart" in page
        assert not Attendance.objects.exists()
        lines = "Ama Boateng\tama@example.org\nKit Lowe; kit@example.org\nحسن، hassan@example.org\n"
        client.post(url, {"lines": lines, "organisation": room.council.pk})
        assert set(Attendance.objects.values_list("name", "email")) == {
            ("Ama Boateng", "ama@example.org"),
            ("Kit Lowe", "kit@example.org"),
            ("حسن", "hassan@example.org"),
        }

    def test_a_register_in_a_file(self, room):
        client = signed_in(room.trainer)
        url = reverse("records:session_register", args=[room.session.key])

        def bring(text):
            file = SimpleUploadedFile("room.csv", text.encode("cp1252"))
            return client.post(url, {"lines": "", "file": file, "organisation": room.council.pk})

        for text, why in (
            ("Mail\na@example.org\n", "No column is headed"),
            ("Name;Mail\nAma;nonsense\n", "Line 2: “nonsense” is not an e-mail address."),
            ("Name\n", "only a heading in this file"),
            ("PK\x03\x04", "There is a problem"),
            ("Name\n" + "Ama\n" * 201, "at most 200"),
        ):
            assert why in bring(text).content.decode(), text
        assert "Enter at least one name, or choose a file." in client.post(url, {}).content.decode()
        assert not Attendance.objects.exists()
        bring("E-mail;Surname;First name\naine@example.org;O’Brien;Áine\n")
        assert Attendance.objects.get().name == "Áine O’Brien"

    def test_strike_out(self, room):
        row = AttendanceFactory(session=room.session, organisation=room.council)
        url = reverse("records:session_void", args=[room.session.key, row.pk])
        signed_in(room.trainer).post(url, {"reason": "Was not there."})
        row.refresh_from_db()
        assert row.voided_by == room.trainer

    def test_the_screen_shows_code_and_address(self, room):
        page = signed_in(room.trainer).get(reverse("records:session_screen", args=[room.session.key])).content.decode()
        assert f"{room.session.code[:4]}-{room.session.code[4:]}" in page
        assert "<svg" in page

    def test_names_are_for_who_delivers_it(self, room):
        AttendanceFactory(session=room.session, name="Ama Boateng", organisation=room.council)
        outsider = make_appointed(Kind.TRAINER, partnership=PartnershipFactory())
        for person, planned, named in ((room.lead, 200, 403), (outsider, 403, 403), (room.learner, 403, 403)):
            client = signed_in(person)
            page = client.get(reverse("records:session", args=[room.session.key]))
            assert page.status_code == planned
            assert "Ama" not in page.content.decode()
            for name in ("session_people", "session_register", "session_screen"):
                assert client.get(reverse(f"records:{name}", args=[room.session.key])).status_code == named

    def test_lists_cost_the_same_for_more_rows(self, room):
        AttendanceFactory(session=room.session, organisation=room.council)
        client = signed_in(room.trainer)
        urls = [reverse("records:sessions"), reverse("records:session_people", args=[room.session.key])]
        for url in urls:
            client.get(url)
        counts = [self.queries(client, url) for url in urls]
        for number in range(6):
            AttendanceFactory(session=room.session, organisation=room.council)
            SessionFactory(
                partnership=room.partnership,
                edition=room.session.edition,
                starts_at=timezone.now() + timedelta(days=number),
            )
        AttendanceFactory(session=room.session, person=room.learner, organisation=room.council)
        assert [self.queries(client, url) for url in urls] == [counts[0], counts[1]]

    @staticmethod
    def queries(client, url) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)
