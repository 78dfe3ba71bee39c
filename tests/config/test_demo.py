"""The demo has something true for every screen, and goes without leaving anything."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMessage, get_connection
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageLogEntry, Revision

from config.demo import PARTNERSHIP, loading, sign_ins
from config.demo.places import BRIEFINGS, LEARNER, PLACES, SECOND_EMPLOYERS, SIGN_INS, UNIT_LEADS
from courses.actions import submit_module
from courses.models import CoursePage, Edition, LessonPage, ModulePage
from courses.selectors import live_edition_of
from organisations.actions import invite_person
from organisations.clock import today
from organisations.models import (
    Appointment,
    Area,
    Away,
    ImportRun,
    Invitation,
    Membership,
    Merge,
    NamesAgreement,
    Organisation,
    Partnership,
    Unit,
    User,
)
from organisations.selectors_lead_merging import people_alike
from quizzes.actions import create_quiz
from records.actions.learning import start_attempt, start_module, submit_attempt
from records.actions.standing import rebuild_standing
from records.models import (
    Attempt,
    Attendance,
    BriefingRequest,
    Certificate,
    Completion,
    Enrolment,
    Session,
    SessionInvitation,
    Standing,
    Waiver,
)
from records.rules.certificates import State
from records.selectors.answers import answers_of_quiz
from records.selectors.certificates import certificate_on
from records.selectors.missed_tags import missed_tags
from records.selectors.reminders import rounds_of
from records.selectors.sessions import suggestions_for
from records.selectors.standing import requirements_of
from records.selectors.telling import told_in, untold_in
from reporting.models import Report
from reporting.selectors.before_after import before_and_after
from reporting.selectors.coverage import coverage_on
from reporting.selectors.letters import untold_in as unread_in
from reporting.selectors.reports import compare
from tests.factories.courses import make_module, write_draft
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
)
from tests.factories.quizzes import make_question
from tests.factories.records import CompletionFactory, CompletionMembershipFactory

# Taking the demo away asks what is used elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("list_of_uses")]


def rows() -> dict[str, int]:
    """How many rows every table has, of ours and of the libraries, of the database's own tables too."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def files() -> set[str]:
    """What lies in the installation's own folders."""
    folder = Path(django_settings.VAR_DIR)
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_screen_has_something_to_show_and_nothing_is_left(
    client, settings, tmp_path, django_capture_on_commit_callbacks
):
    """One test for the two, because the whole demo takes a while to load."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    loading.load_content()
    before_rows, before_files = rows(), files()
    loading.load_partnership()
    its_people_are_as_described()
    its_year_is_as_described()
    its_leads_have_been_at_work()
    its_numbers_add_up()
    a_second_call_changes_nothing()
    with django_capture_on_commit_callbacks(execute=True):
        use_it(client)
    post_a_letter(settings)
    assert DBTaskResult.objects.exists()
    assert [name for name in files() if name.startswith("media/")]
    # The files of pictures are removed by a task.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_demo", "--yes", stdout=StringIO())
    after = rows()
    # The queue differs by what the worker has still to do about courses, which stay.
    assert all(count == before_rows[name] for name, count in after.items() if "dbtaskresult" not in name), {
        name: (before_rows[name], count) for name, count in after.items() if count != before_rows[name]
    }
    assert files() <= before_files | {"error_pages.json"}


def its_people_are_as_described():
    assert {place.kind for place in PLACES} == set(Organisation.Kind.values)
    assert Organisation.objects.filter(is_demo=True).count() == len(PLACES) == 12
    assert 380 <= User.objects.count() <= 420
    active = Membership.objects.active_on(today())
    assert {*active.values_list("kind", flat=True)} == {*Membership.Kind.values}
    assert User.objects.filter(email="").count() > 10
    assert Membership.objects.filter(away__started_on__lte=today(), away__ended_on=None).exists()
    assert Membership.objects.filter(ended_on__lt=today()).count() > 10
    for name in SECOND_EMPLOYERS:
        assert Membership.objects.filter(person__name=name).count() == 2
    assert Unit.objects.filter(parent__isnull=False).count() > 15
    assert {name.isascii() for name in User.objects.values_list("name", flat=True)} == {True, False}
    assert all(
        address.endswith(".example") for address in User.objects.exclude(email="").values_list("email", flat=True)
    )
    assert len(UNIT_LEADS) == 4


def its_year_is_as_described():
    sources = Completion.Source
    attended = Completion.objects.filter(source=sources.ATTENDED)
    assert attended.values("completed_on").distinct().count() == len(BRIEFINGS) == 6
    assert Completion.objects.filter(source=sources.RECOGNISED).exists()
    assert Completion.objects.filter(voided_at__isnull=False).count() == 2
    assert Attempt.objects.filter(is_passed=False, enrolment__state=Enrolment.State.COMPLETED).exists()
    assert Enrolment.objects.filter(state=Enrolment.State.OPEN, drafts__isnull=False).exists()
    states = {certificate_on(each, today()).state for each in Certificate.objects.all()}
    assert states == set(State)
    [gain] = before_and_after(None, today() - timedelta(days=365), today()).gains
    assert (gain.title, gain.people >= 20) == ("Seeing it", True)
    assert gain.right_after > gain.right_before
    assert gain.sure_after > gain.sure_before
    check = live_edition_of(ModulePage.objects.get(slug="seeing-it")).lessons.get(quiz_version__isnull=False)
    assert not any(line.figures.is_hidden for line in answers_of_quiz(check.quiz_version.quiz).lines)
    assert not any(line.is_hidden for line in missed_tags(check.edition.module_key))
    learner = User.objects.get(name=LEARNER)
    refresher = Edition.objects.get(refresh_on__isnull=False)
    required = {each.module_key: each for each in requirements_of(learner, today())}
    assert required[refresher.module_key].satisfied_to == refresher.refresh_on
    lacking = Standing.objects.filter(role__slug="licensing-officer", satisfied_from=None, required_to=None)
    assert lacking.filter(person__completions__lessons_not_done__role__slug="licensing-officer").exists()
    assert not Completion.objects.filter(completed_on__gt=today()).exists()
    assert not Completion.objects.filter(completed_on__lt=loading.content_day()).exists()


def its_leads_have_been_at_work():
    """Each page of a lead or a trainer has something on it, in every state that it can show."""
    council = Organisation.objects.get(name="Riverside Council")
    entry = Membership.objects.get(organisation=council, person__name="Amir HADDAD")
    assert [each.membership.person.name for each in people_alike(entry, [council.pk])] == ["Amir Haddad"]
    assert Merge.objects.get().undone_at is None
    runs = ImportRun.objects.filter(organisation=council)
    steps = {("people", "done"), ("headcounts", "checked"), ("people", "checked")}
    assert {*runs.values_list("kind", "state")} == steps
    assert runs.get(is_of_units=True).planned["new"] == 2
    assert all(run.refused for run in runs)
    assert {each.withdrawn_at is None for each in NamesAgreement.objects.all()} == {True, False}
    assert [each.letters > 0 for each in rounds_of(council)] == [True, True]
    asked, state = BriefingRequest.objects.values_list("state", flat=True), BriefingRequest.State
    assert {*asked} == {state.OPEN, state.PLANNED, state.DECLINED}
    assert {*Session.objects.values_list("state", flat=True)} == {*Session.State.values}
    now = timezone.now()
    assert [each.person.name for each in untold_in(council, now)] == ["Nadia Brookes", "Wiktor Zieliński"]
    assert [each.person.name for each in told_in(council, now)] == ["Hui Min Low"]
    held = {
        each.attendance.name: [str(place.person) for place in each.memberships] for each in suggestions_for(council)
    }
    assert held == {"K. Mensah": ["Kofi Mensah"], "Rosalind Tarn": []}
    assert Away.objects.active_on(today()).filter(membership__unit__parent__name="Adult Social Care").exists()
    assert Attendance.objects.filter(session__ends_at__lt=timezone.now(), confirmed_at=None).count() > 5
    assert {*SessionInvitation.objects.values_list("answer", flat=True)} == {*SessionInvitation.Answer.values}
    assert {*Report.objects.values_list("state", flat=True)} == {"draft", "shared", "published"}
    # At night too, when letters of today wait; but those of whom nobody leads, or their lead is away.
    shared = Report.objects.get(state="shared")
    assert not shared.letters.filter(posted_at=None, goes_at__lte=now).exists()
    untold = unread_in(shared, now)
    assert "Fair Harvest Growers" in untold
    assert council.name not in untold
    assert len(untold) < 4
    # What was there when the report was counted was recorded by then, too.
    assert compare(Report.objects.get(state="published"), "Everything").reasons == []
    assert Waiver.objects.exists()
    assert Invitation.objects.filter(organisation=council, unsent_at__isnull=False).count() == 1
    assert Area.objects.filter(organisations__isnull=False).exists()


def its_numbers_add_up():
    assert rebuild_standing().written == 0
    table = coverage_on(Organisation.objects.filter(is_demo=True), today())
    assert len(table.rows) == 12
    everyone = table.people
    assert all((everyone.current, everyone.expiring, everyone.due, everyone.overdue, table.everybody.unknown))
    assert table.everybody.is_partial
    shares = {
        round(100 * cell.counts.current / cell.counts.required)
        for row in table.rows
        for cell in row.cells
        if cell.is_asked
    }
    assert min(shares) < 60 < 85 < max(shares)


def a_second_call_changes_nothing():
    before = rows()
    loading.load(lambda words: None)
    assert rows() == before
    kept = json.loads(sign_ins.file().read_text())
    sign_ins.file().unlink()
    loading.load(lambda words: None)
    again = json.loads(sign_ins.file().read_text())
    assert [row["email"] for row in again] == [row["email"] for row in kept]
    assert {row["as"] for row in again} == {who.title for who in SIGN_INS}
    told = sign_ins.as_lines().rpartition("also kept in ")[2]
    assert (not Path(told).is_absolute(), Path(told).read_text()) == (True, sign_ins.file().read_text())
    password = again[0]["password"]
    assert User.objects.get(name=LEARNER).check_password(password)


def post_a_letter(settings):
    """As the worker does in development, where letters are files."""
    connection_to_files = get_connection("django.core.mail.backends.filebased.EmailBackend")
    to = ["someone@riverside-council.example"]
    EmailMessage("An invitation", "Come in.", to=to, connection=connection_to_files).send()
    assert [*settings.EMAIL_FILE_PATH.iterdir()]


def use_it(client: Client):
    """What people do with a demo: learn, write, invite, upload, sign in."""
    now = timezone.now()
    learner = User.objects.get(name=LEARNER)
    trainer = User.objects.get(name="Luca Ferrante")
    lead = User.objects.get(name="Iman Okafor")
    client.force_login(learner)
    module = ModulePage.objects.get(slug="seeing-it")
    enrolment = start_module(person=learner, module=module, at=now)
    quiz_lesson = enrolment.edition.lessons.get(quiz_version__isnull=False)
    draft = start_attempt(enrolment=enrolment, lesson_key=quiz_lesson.lesson_key, at=now)
    submit_attempt(person=learner, key=draft.key, at=now)

    write_draft(LessonPage.objects.child_of(module).first(), by=trainer, display_title_en="Another title")
    quiz = create_quiz(title="Mine", questions=[make_question()], by=trainer, at=now)
    mine = make_module(title="Mine", course=CoursePage.objects.first(), quiz=quiz, is_published=False)
    Page.objects.filter(pk=mine.pk).update(owner=trainer)
    write_draft(mine, by=trainer, minutes=9)
    submit_module(module=mine, by=trainer, what_changed="All of it", at=now)
    picture = get_image_model().objects.create(
        title="Mine", file=get_test_image_file(), uploaded_by_user=trainer, description="A square"
    )
    picture.renditions.create(filter_spec="width-100", file=get_test_image_file(), width=100, height=75)
    council = Organisation.objects.get(name="Riverside Council")
    role = council.memberships.first().role
    invite_person(organisation=council, role=role, email="someone@riverside-council.example", by=lead, at=now)
    # A place and a person that were made on the screens carry no mark.
    place = OrganisationFactory(partnership=Partnership.objects.get(name=PARTNERSHIP))
    MembershipFactory(organisation=place, role=role)
    assert Revision.objects.filter(user=trainer).exists()
    assert PageLogEntry.objects.exists()


@pytest.fixture
def small_demo():
    """A demo of one organisation with its lead."""
    partnership = PartnershipFactory(is_demo=True)
    place = OrganisationFactory(partnership=partnership, is_demo=True)
    lead = MembershipFactory(organisation=place, person=UserFactory(name="Invented Lead"))
    AppointmentFactory(person=lead.person, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=place)
    return lead


def test_others_and_their_records_stay(small_demo):
    """Somebody real in a real partnership keeps everything, except their place in the demo."""
    real = MembershipFactory(organisation=OrganisationFactory(partnership=PartnershipFactory()))
    completion = CompletionFactory(person=real.person)
    CompletionMembershipFactory(completion=completion, membership=real)
    MembershipFactory(organisation=small_demo.organisation, person=real.person)
    CompletionMembershipFactory(completion=completion, membership=real.person.memberships.last())
    rebuild_standing()
    call_command("remove_demo", "--yes", stdout=StringIO())
    assert [*User.objects.all()] == [real.person]
    assert [*Membership.objects.all()] == [real]
    assert Completion.objects.get() == completion
    assert [*completion.memberships.order_by("pk").values_list("membership", flat=True)] == [real.pk, None]


def test_records_of_others_hold_it_back(small_demo):
    """A completion of somebody real that a demo lead struck out needs that lead's row."""
    real = MembershipFactory(organisation=OrganisationFactory(partnership=PartnershipFactory()))
    CompletionFactory(
        person=real.person, voided_at=timezone.now(), voided_by=small_demo.person, void_reason="A mistake"
    )
    before = rows()
    with pytest.raises(CommandError, match="1 completions of people outside the demo"):
        call_command("remove_demo", "--yes", stdout=StringIO())
    assert rows() == before


def test_without_a_demo_there_is_nothing_to_remove():
    """A real partnership is never taken for one."""
    OrganisationFactory(partnership=PartnershipFactory())
    before = rows()
    with pytest.raises(CommandError, match="No partnership here is marked as a demo"):
        call_command("remove_demo", "--yes", stdout=StringIO())
    assert rows() == before


def test_it_asks_first(monkeypatch):
    """Any other word leaves everything as it is."""
    PartnershipFactory(is_demo=True)
    monkeypatch.setattr("builtins.input", lambda words: "no")
    with pytest.raises(CommandError, match="Nothing has been changed"):
        call_command("remove_demo", stdout=StringIO())
    assert Partnership.objects.exists()
