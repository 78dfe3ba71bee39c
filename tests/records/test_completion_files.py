"""Files of completions from elsewhere: read, compared, saved, and the completions of an organisation as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.actions import publish_edition
from organisations import actions
from organisations.models import ImportRow, ImportRun, NamesSeen
from records.actions.completions import void_completion
from records.actions.recognition import map_course
from records.models import Certificate, Completion, Recognition
from records.selectors.completion_files import catalogue_for, planned_completions
from records.selectors.expected_standing import standing_differences
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import (
    CompletionFactory,
    CompletionMembershipFactory,
    RequirementFactory,
    RequirementVersionFactory,
)
from tests.organisations.lead_world import make_world, member_of, queries_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HEAD = "Work e-mail,Employee number,Course,Date completed,Certificate no,Edition\n"
BEFORE = date(2025, 6, 2)


@pytest.fixture
def world(today):
    world = make_world()
    world.module = make_module(title="Seeing it", slug="seeing-it", recognised="enough", quiz=make_quiz(questions=1))
    world.edition = world.module.editions.get()
    world.member.staff_number = "M7"
    world.member.save()
    return world


def bring(world, text, by=None, **options):
    run = actions.bring_file(
        place=world.ours, kind="completions", content=text.encode(), file_name="lms.csv", by=by,
        at=timezone.now(),
    )  # fmt: skip
    actions.choose_columns(run=run, columns=run.columns, options=options, is_queued=False)
    return actions.check_file(run=run, at=timezone.now())


def save(world, text, mode="good", by=None, after_chunk=None, **options):
    run = bring(world, text, by, **options)
    actions.start_applying(run=run, mode=mode, by=by, is_queued=False)
    return actions.apply_import(run=run, at=timezone.now(), after_chunk=after_chunk)


def reasons(run):
    return {row.number: [why for _field, why, _text in row.refusals] for row in run.rows.filter(outcome="refused")}


def line(world, course="Seeing it", day="2/6/2025", *, email=None, number="", more="No. 4711,"):
    return f"{world.member.work_email if email is None else email},{number},{course},{day},{more}\n"


class TestSaving:
    def test_what_was_learned_elsewhere_counts_and_the_same_file_changes_nothing(self, world):
        RequirementVersionFactory(
            requirement=RequirementFactory(partnership=world.partnership, module=world.module), valid_for_months=36
        )
        text = HEAD + line(world) + line(world, "seeing-it", "2024-05-06", email="", number="m7", more=",1")
        run = save(world, text, by=world.lead)
        assert run.done == {"new": 2, "unchanged": 0, "refused": 0}
        older, made = Completion.objects.order_by("completed_on")
        assert (made.person, made.completed_on, made.edition, made.title) == (
            world.member.person, BEFORE, world.edition, "Seeing it",
        )  # fmt: skip
        assert (made.source, made.module, made.score, made.minutes, made.lesson_keys) == (
            "recognised", world.module, None, 0, [],
        )  # fmt: skip
        told = ("organisation", "course", "reference", "recorded_by")
        assert Recognition.objects.filter(completion=made).values_list(*told).get() == (
            world.ours.pk, "", "No. 4711", world.lead.pk,
        )  # fmt: skip
        assert older.recognition.reference == "lms.csv"
        assert not Certificate.objects.exists()
        assert not standing_differences([world.member.person_id])
        assert save(world, text, by=world.lead).done == {"unchanged": 2, "refused": 0}
        assert Completion.objects.count() == 2

    def test_where_they_worked_on_that_day_is_copied(self, world):
        second = MembershipFactory(
            person=world.member.person, organisation=world.theirs, role=world.role,
            started_on=date(2025, 1, 1), ended_on=date(2025, 6, 2),
        )  # fmt: skip
        save(world, HEAD + line(world))
        [place] = Completion.objects.get().memberships.all()
        assert (place.membership, place.organisation_name, place.role_name) == (
            second, "Harbour Light", "Housing officer",
        )  # fmt: skip

    def test_a_course_elsewhere_is_what_the_lead_says(self, world):
        newer = publish_edition(module=world.module, by=None, at=timezone.now())
        text = HEAD + line(world, "Modern Slavery – Level 1 (e-learning)")
        assert reasons(bring(world, text)) == {2: ["unknown_course"]}
        map_course(
            organisation=world.ours, name="modern slavery level 1 E-LEARNING", edition=world.edition, by=world.lead,
            at=timezone.now(),
        )  # fmt: skip
        save(world, text)
        made = Completion.objects.get()
        assert (made.edition, made.recognition.course) == (world.edition, "Modern Slavery – Level 1 (e-learning)")
        assert newer.number == 2

    def test_two_courses_that_equal_one_module_are_one_completion_a_day(self, world):
        map_course(organisation=world.ours, name="L1", edition=world.edition, by=world.lead, at=timezone.now())
        run = save(world, HEAD + line(world) + line(world, "L1"))
        assert run.done == {"new": 1, "unchanged": 1, "refused": 0}
        assert Completion.objects.count() == 1

    def test_without_an_edition_it_equals_what_learners_had_that_day(self, world):
        later = publish_edition(module=world.module, by=None, at=timezone.now())
        made = catalogue_for(world.ours).modules["seeing it"]
        assert made.edition_on(date(2020, 1, 1)) == world.edition.pk
        assert made.edition_on(date(2026, 11, 20)) == world.edition.pk
        assert made.edition_on(date(2026, 11, 21)) == later.pk
        save(world, HEAD + line(world, more="x,2"))
        assert Completion.objects.get().edition == later

    def test_rows_of_other_courses_can_be_left_out(self, world):
        run = save(world, HEAD + line(world, "Fire safety") + line(world), leaves_out_unknown=True)
        assert run.done == {"new": 1, "unchanged": 0, "refused": 0, "left_out": 1}

    def test_a_worker_that_is_killed_goes_on_where_it_was(self, world, monkeypatch):
        monkeypatch.setattr("organisations.actions.imports.CHUNK", 2)
        text = HEAD + "".join(line(world, day=f"{day}/6/2025") for day in range(1, 8))

        def die():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            save(world, text, after_chunk=die)
        assert Completion.objects.count() == 2
        run = actions.apply_import(run=ImportRun.objects.get(), at=timezone.now())
        assert (run.state, run.done["new"], Completion.objects.count()) == ("done", 7, 7)

    def test_what_another_recorded_meanwhile_is_not_recorded_twice(self, world, monkeypatch):
        run = bring(world, HEAD + line(world))
        actions.start_applying(run=run, mode="good", by=None, is_queued=False)
        monkeypatch.setattr(
            "records.actions.completion_files.hold_places_of",
            lambda people: CompletionFactory(person=world.member.person, module=world.module, completed_on=BEFORE),
        )
        assert actions.apply_import(run=run, at=timezone.now()).done["unchanged"] == 1
        assert Completion.objects.count() == 1

    def test_all_or_none_asks_again_when_a_module_has_closed_meanwhile(self, world):
        run = bring(world, HEAD + line(world))
        actions.start_applying(run=run, mode="all", by=None, is_queued=False)
        world.edition.content["recognised"] = "never"
        world.edition.save(update_fields=["content"])
        run = actions.apply_import(run=run, at=timezone.now())
        assert (run.state, run.planned["refused"], Completion.objects.count()) == ("checked", 1, 0)
        assert run.rows.get().cells[2] == "Seeing it"


class TestRefusing:
    def test_each_row_says_what_is_wrong(self, world):
        make_module(title="Deciding", quiz=make_quiz(questions=1))
        stranger = member_of(world.theirs, world.role)
        text = HEAD + (
            line(world, "Deciding")
            + line(world, "Dancing")
            + line(world, day="22/11/2026")
            + line(world, day="")
            + line(world, "")
            + line(world, email="")
            + line(world, email=stranger.work_email)
            + line(world, more="x,9")
            + line(world, email="nobody@nowhere.example")
            + line(world, number="other")
        )
        run = bring(world, text)
        assert reasons(run) == {
            2: ["needs_quiz"],
            3: ["unknown_course"],
            4: ["day_to_come"],
            5: ["no_day"],
            6: ["no_course"],
            7: ["no_person"],
            8: ["unknown_person"],
            9: ["unknown_edition"],
            10: ["unknown_person"],
            11: ["unknown_person"],
        }

    def test_nobody_records_their_own(self, world):
        lead = world.lead.memberships.get()
        assert reasons(bring(world, HEAD + line(world, email=lead.work_email), by=world.lead)) == {2: ["own"]}
        assert bring(world, HEAD + line(world, email=lead.work_email), by=None).planned == {"new": 1}

    def test_who_has_left_is_found_for_days_when_they_were_here(self, world):
        left = member_of(world.ours, world.role, started_on=date(2025, 1, 1), ended_on=date(2025, 12, 31))
        text = HEAD + line(world, email=left.work_email) + line(world, email=left.work_email, day="1/2/2026")
        assert reasons(bring(world, text)) == {3: ["not_here"]}

    def test_address_and_number_of_two_people_are_refused(self, world):
        other = member_of(world.ours, world.role, staff_number="B1")
        assert reasons(bring(world, HEAD + line(world, number="B1"))) == {2: ["several_people"]}
        other.work_email = world.member.work_email
        other.save()
        assert reasons(bring(world, HEAD + line(world))) == {2: ["several_people"]}
        run = bring(world, HEAD + line(world, number="B1"))
        assert run.rows.get().membership == other

    def test_what_was_taken_off_does_not_come_back_by_itself(self, world):
        save(world, HEAD + line(world))
        void_completion(completion=Completion.objects.get(), by=world.lead, reason="Wrong", at=timezone.now())
        assert reasons(bring(world, HEAD + line(world))) == {2: ["struck_out"]}

    def test_a_person_who_was_merged_is_one_person(self, world):
        kept = UserFactory()
        CompletionFactory(person=kept, module=world.module, completed_on=BEFORE)
        type(kept).objects.filter(pk=world.member.person_id).update(merged_into=kept)
        run = save(world, HEAD + line(world) + line(world, day="3/6/2025"))
        assert run.done == {"new": 1, "unchanged": 1, "refused": 0}
        assert {each.person for each in Completion.objects.all()} == {kept}

    def test_columns_that_are_needed(self, world):
        run = actions.bring_file(
            place=world.ours, kind="completions", content=b"A,B\n1,2\n", file_name="x.csv", by=None,
            at=timezone.now(),
        )  # fmt: skip
        with pytest.raises(ValidationError, match="E-mail address, Module, Completed on"):
            actions.choose_columns(run=run, columns={}, is_queued=False)

    def test_comparing_costs_the_same_for_any_number_of_rows(self, world, django_assert_max_num_queries):
        from organisations.imports.reading import read_table

        def cost(rows):
            table = read_table((HEAD + line(world) * rows).encode())
            run = ImportRun(organisation=world.ours, columns={"email": 0, "course": 2, "completed_on": 3})
            with django_assert_max_num_queries(10) as captured:
                planned_completions(run, table, timezone.now())
            return len(captured)

        assert cost(1) == cost(60)


class TestPages:
    def page(self, name, *args):
        return reverse(f"records:{name}", args=["riverside", *args])

    def test_from_the_file_to_what_a_course_equals_and_to_the_record(self, world):
        client = sign_in(world.lead)
        here = client.get(self.page("completions")).content.decode()
        assert "Seeing it" in here
        file = io.BytesIO((HEAD + line(world, "Level <1>") + line(world)).encode())
        file.name = "lms.csv"
        columns = client.post(self.page("completions_import_new"), {"file": file}).url
        run = ImportRun.objects.get()
        assert columns == self.page("completions_import_columns", run.pk)
        assert "Level &lt;1&gt;" in client.get(columns).content.decode()
        client.post(columns, run.columns)
        actions.check_file(run=run, at=timezone.now())
        run.refresh_from_db()
        shown = client.get(self.page("completions_import", run.pk)).content.decode()
        assert "“Level &lt;1&gt;” is not known here (1 row)" in shown
        assert "Mina Member: Seeing it, 2 June 2025" in shown
        ask = f"{self.page('outside_course_new')}?course=Level+%3C1%3E&amp;file={run.pk}"
        assert ask in shown
        ask = ask.replace("&amp;", "&")
        assert 'value="Level &lt;1&gt;"' in client.get(ask).content.decode()
        sent = {"name": "Level <1>", "edition": world.edition.pk}
        assert client.post(ask, sent).url == self.page("completions_import", run.pk)
        client.post(columns, run.columns)
        run = actions.check_file(run=run, at=timezone.now())
        assert run.planned == {"new": 1, "unchanged": 1}
        client.post(self.page("completions_import_apply", run.pk))
        actions.apply_import(run=run, at=timezone.now())
        assert Completion.objects.count() == 1
        course = world.ours.outside_courses.get()
        remove = self.page("outside_course_remove", course.pk)
        assert remove in client.get(self.page("completions")).content.decode()
        assert "Level &lt;1&gt;" in client.get(remove).content.decode()
        client.post(remove)
        assert not world.ours.outside_courses.exists()

    def test_without_such_a_module_it_says_who_decides(self, world):
        world.edition.content["recognised"] = ""
        world.edition.save(update_fields=["content"])
        assert "Trainers decide that" in sign_in(world.lead).get(self.page("completions")).content.decode()

    def test_another_organisations_course_is_not_there(self, world):
        theirs = map_course(
            organisation=world.theirs, name="L1", edition=world.edition, by=world.their_lead, at=timezone.now()
        )
        assert sign_in(world.lead).get(self.page("outside_course_remove", theirs.pk)).status_code == 404
        assert reasons(bring(world, HEAD + line(world, "L1"))) == {2: ["unknown_course"]}

    def test_the_page_asks_as_often_for_any_number_of_courses(self, world):
        first = len(queries_of(world.lead, self.page("completions")))
        for number in range(8):
            map_course(
                organisation=world.ours, name=f"L{number}", edition=world.edition, by=world.lead, at=timezone.now()
            )
        assert len(queries_of(world.lead, self.page("completions"))) == first


class TestGoingOut:
    def test_our_own_file_comes_back_without_a_change(self, world):
        save(world, HEAD + line(world))
        assessed = CompletionFactory(person=world.member.person, module=world.module, completed_on=date(2026, 6, 2))
        CompletionMembershipFactory(completion=assessed, membership=world.member)
        voided = CompletionFactory(person=world.member.person, module=world.module, completed_on=date(2026, 6, 3))
        CompletionMembershipFactory(completion=voided, membership=world.member)
        void_completion(completion=voided, by=world.lead, reason="Wrong", at=timezone.now())
        CompletionFactory(person=world.member.person, title="Somewhere else")
        client = sign_in(world.lead)
        content = b"".join(client.get(reverse("records:completions_csv", args=["riverside"])).streaming_content)
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        mina = ["Mina Member", world.member.work_email, "M7", "Seeing it", "1"]
        assert rows[1:] == [
            [*mina, "2025-06-02", "recognised", "", "No. 4711"],
            [*mina, "2026-06-02", "assessed", "", ""],
        ]
        assert NamesSeen.objects.get(place="completions file").rows == 2
        assert bring(world, content.decode("utf-8-sig")).planned == {"unchanged": 2}

    def test_as_a_workbook(self, world):
        save(world, HEAD + line(world))
        response = sign_in(world.lead).get(reverse("records:completions_xlsx", args=["riverside"]))
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
        assert [cell.value for cell in sheet[2]][:3] == ["Mina Member", world.member.work_email, "M7"]

    def test_only_their_own_lead_takes_it(self, world):
        for person in (world.their_lead, world.partnership_lead, world.member.person):
            assert sign_in(person).get(reverse("records:completions_csv", args=["riverside"])).status_code == 403


def test_the_command_for_a_night(world, tmp_path, capsys):
    file = tmp_path / "lms.csv"
    file.write_text(HEAD + line(world) + line(world, "Fire safety"), encoding="utf-8")
    call = ["import_completions", str(file), "--organisation", "riverside", "--report", "json"]
    with pytest.raises(SystemExit) as ended:
        call_command(*call)
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["refused"][0]["column"]) == (4, "Module")
    call_command(*call, "--leave-out-unknown")
    assert json.loads(capsys.readouterr().out)["rows"] == {"new": 1, "unchanged": 0, "refused": 0, "left_out": 1}
    assert not ImportRow.objects.exists()
