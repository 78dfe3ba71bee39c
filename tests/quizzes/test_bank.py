"""The bank of questions: bringing files in, once."""

import json
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from wagtail.models import ModelLogEntry

from quizzes.actions import Deed, bank, change_many, delete_question, import_items, save_question
from quizzes.formats import own_json
from quizzes.formats.identity import fingerprint
from quizzes.formats.items import Item
from quizzes.formats.reading import read
from quizzes.models import Question, Tag
from quizzes.selectors_bank import items_of
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import line_of_draw, make_bank_question, make_quiz
from tests.quizzes.formats import banks
from tests.records.test_completions import at_once

GIFT = b"""$CATEGORY: Consent

// [id:2f1c6a52-6d1f-4a2b-8a58-0f7f1d0a9b11] [tag:First aid]
::Ask first::Do you ask first?{T#Think again.#Yes.}

Which?{=one#Yes. ~two#No.}

Only words
"""


def items(count, start=0):
    return [
        Item("reflection", {"text": {"en": f"Think {start + number}."}}, tags=("a", "b")) for number in range(count)
    ]


@settings(max_examples=60)
@given(banks.any_language(always=["en"]))
def test_every_kind_is_the_same_after_the_editor_has_stored_it(item):
    question = bank._question(uuid4(), "", item, item.content, None)
    draft = bank.bank_draft(question)
    assert draft.kind == item.kind == question.kind
    assert fingerprint(draft.kind, draft.content) == fingerprint(item.kind, item.content)


@pytest.mark.django_db
class TestImport:
    def test_a_tag_that_grows_when_its_letters_are_made_small_fits_its_column(self):
        tag = "ß" * 60
        import_items(items=[Item("reflection", {"text": {"en": "Think."}}, tags=(tag,))], by=None)
        assert Tag.objects.get().folded == "s" * 60
        question = Question.objects.get()
        change_many(ids=[question.pk], deed=Deed.UNTAG, tag=tag, by=None)
        assert not question.tags.exists()

    def test_questions_come_in_as_drafts_with_their_tags(self):
        trainer = UserFactory()
        plan = import_items(items=read(GIFT).items, by=trainer)
        assert plan.counts == {"true_false": 1, "single_choice": 1}
        asked = Question.objects.get(name="Ask first")
        assert (asked.key, asked.status) == (UUID("2f1c6a52-6d1f-4a2b-8a58-0f7f1d0a9b11"), "draft")
        assert [tag.name for tag in asked.tags.all()] == ["Consent", "First aid"]
        assert (asked.words, asked.languages) == ("Do you ask first?", " en ")
        assert asked.body[0].id == str(asked.key)
        entries = ModelLogEntry.objects.filter(action="wagtail.create", user=trainer)
        assert sorted(entry.object_id for entry in entries) == sorted(
            str(question.pk) for question in Question.objects.all()
        )

    def test_the_same_file_twice_changes_nothing(self):
        import_items(items=read(GIFT).items, by=None)
        before = list(Question.objects.values())
        plan = import_items(items=read(GIFT).items, by=None)
        assert (len(plan.new), plan.unchanged, plan.differing) == (0, 2, [])
        assert list(Question.objects.values()) == before

    def test_what_was_changed_in_the_bank_stays(self):
        import_items(items=read(GIFT).items, by=None)
        plan = import_items(items=read(GIFT.replace(b"ask first?", b"ask at all?")).items, by=None)
        assert [note.where for note in plan.differing] == ["Ask first"]
        assert Question.objects.get(name="Ask first").words == "Do you ask first?"

    def test_what_is_exported_comes_back_as_the_same(self):
        import_items(items=read(GIFT).items, by=None)
        exported = own_json.write(items_of(Question.objects.all())).data
        assert import_items(items=read(exported).items, by=None).unchanged == 2
        Question.objects.all().delete()
        plan = import_items(items=read(exported).items, by=None)
        assert len(plan.new) == 2
        assert own_json.write(items_of(Question.objects.order_by("pk"))).data

    def test_a_question_stands_once_though_the_file_has_it_twice(self):
        assert len(import_items(items=items(2) + items(2), by=None).new) == 2

    def test_tags_are_one_whatever_their_capital_letters(self):
        import_items(items=[Item("reflection", {"text": {"en": "A"}}, tags=("Consent",))], by=None)
        import_items(items=[Item("reflection", {"text": {"en": "B"}}, tags=("consent", "CONSENT"))], by=None)
        assert Tag.objects.get().questions.count() == 2

    def test_it_is_all_or_nothing(self, monkeypatch):
        monkeypatch.setattr(bank, "log_each", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            import_items(items=items(3), by=None)
        assert not Question.objects.exists()
        assert not Tag.objects.exists()

    def test_the_number_of_queries_does_not_grow(self):
        counts = []
        for number, count in enumerate((2, 60)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                import_items(items=items(count, 100 * number), by=None)
            counts.append(len(queries))
        # The second run makes no tags and knows the content type.
        assert counts[1] <= counts[0]


@pytest.mark.django_db
class TestSaving:
    def test_a_question_without_problems_is_kept_with_its_history(self):
        import_items(items=read(GIFT).items, by=None)
        question = Question.objects.get(name="Ask first")
        question.status = "ready"
        save_question(question=question, by=None, tags=["Consent", " "])
        question.refresh_from_db()
        assert (question.status, question.tags.get().name) == ("ready", "Consent")
        assert question.latest_revision is not None

    def test_one_that_cannot_be_asked_is_refused(self):
        import_items(items=read(b"A?\nA) a\nB) b\nANSWER: A").items, by=None)
        with pytest.raises(ValidationError, match="Write feedback for every choice, or say in “Why”"):
            save_question(question=Question.objects.get(), by=None)

    def test_it_goes_without_a_trace_in_quizzes(self):
        import_items(items=items(1), by=None)
        delete_question(question=Question.objects.get(), by=None)
        assert not Question.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
def test_the_same_file_twice_at_once_comes_in_once():
    plans = at_once(*[lambda: import_items(items=items(300), by=None)] * 3)
    assert sorted(len(plan.new) for plan in plans) == [0, 0, 300]
    assert Question.objects.count() == 300


def run(path, capsys, *options):
    code = 0
    try:
        call_command("import_questions", str(path), *options)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.django_db
class TestCommand:
    def test_all_understood_ends_with_0(self, tmp_path, capsys):
        path = tmp_path / "bank.txt"
        path.write_bytes(GIFT.replace(b"Only words\n", b""))
        code, out, _err = run(path, capsys)
        assert code == 0
        assert "2 questions read." in out
        assert Question.objects.count() == 2

    def test_some_refused_ends_with_3_and_names_the_line(self, tmp_path, capsys):
        path = tmp_path / "bank.txt"
        path.write_bytes(GIFT)
        code, out, _err = run(path, capsys, "--report", "json")
        told = json.loads(out)
        assert code == 3
        assert told["kinds"] == {"true_false": 1, "single_choice": 1}
        assert told["refused"][0]["where"] == "line 8"
        assert (told["new"], Question.objects.count()) == (2, 2)

    def test_a_dry_run_saves_nothing(self, tmp_path, capsys):
        path = tmp_path / "bank.txt"
        path.write_bytes(GIFT)
        code, out, _err = run(path, capsys, "--dry-run")
        assert code == 3
        assert "Nothing was saved. It would be: 2 new." in out
        assert not Question.objects.exists()

    @pytest.mark.parametrize("data", [None, b"Just words", b"<!DOCTYPE a><quiz/>"])
    def test_an_unusable_file_ends_with_2(self, tmp_path, capsys, data):
        path = tmp_path / "bank.txt"
        if data is not None:
            path.write_bytes(data)
        code, out, err = run(path, capsys, "--report", "json")
        assert code == 2
        assert json.loads(out)["error"] == err.strip()
        assert not Question.objects.exists()


@pytest.mark.django_db
def test_tags_that_differ_in_blanks_only_become_one():
    stored = Tag.objects.create(name="First  Aid", folded="first  aid")
    one, both = make_bank_question(tags=["First aid"]), make_bank_question(tags=["First aid", "Kept"])
    other = make_bank_question()
    for question in (both, other):
        question.tags.add(stored)
    quiz = make_quiz(questions=1)
    lines = [*quiz.questions.get_prep_value(), line_of_draw(1, "first  aid")]
    quiz.questions = lines
    quiz.save()
    quiz.drawn_tags.set([stored])
    import_module("quizzes.migrations.0010_know_tags_in_one_way").fold_again(apps, None)
    assert sorted(Tag.objects.values_list("folded", flat=True)) == ["first aid", "kept"]
    about = Tag.objects.get(folded="first aid")
    assert set(about.questions.all()) == {one, both, other}
    quiz.refresh_from_db()
    assert [tag.folded for tag in quiz.drawn_tags.all()] == ["first aid"]
    assert quiz.questions.raw_data[1]["value"] == {"count": 1, "tag": "first aid"}
    assert quiz.questions.raw_data[0]["value"] == lines[0]["value"]
