"""Questions before and after a module: offered, left out without a trace, answered once, and shown side by side."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import publish_edition
from courses.models import Effect
from records.actions.before_after import start_check
from records.actions.learning import mark_lesson_done, submit_attempt
from records.actions.refusals import IsLeftBehind, NothingAskedNow
from records.actions.stepping import step_forward
from records.models import Attempt, AttemptDraft, Certificate, Enrolment, Part
from records.rules.before_after import Marked, known_tags, may_leave_out, shares_by_tag
from records.selectors.remarking import remarked
from tests.factories.courses import lesson_pages, make_module, make_trainer, write_draft
from tests.factories.quizzes import line_of_draw, make_question, make_quiz, make_ready_question
from tests.factories.records import EnrolmentFactory
from tests.records.conftest import NOW
from tests.records.journeys import answer_all, lesson_done, start_module, take_quiz

FIRST, CLOSING = "A few questions first", "See what you have learned"


class TestRules:
    def test_a_share_of_each_tag_and_what_is_known(self):
        asked = [
            Marked(("Indicators", "work"), Decimal(1)),
            Marked(("indicators ",), Decimal(1)),
            Marked(("work",), Decimal("0.5")),
            Marked(("work", "lone"), None),
            Marked(("once",), Decimal(1)),
        ]
        assert shares_by_tag(asked) == {"indicators": 1, "once": 1, "work": Decimal("0.75")}
        assert known_tags(asked) == {"indicators"}

    @pytest.mark.parametrize(
        ("teaches", "known", "has_counting_quiz", "expected"),
        [
            (["indicators"], {"indicators"}, False, True),
            (["indicators", "work"], {"indicators"}, False, False),
            ([], {"indicators"}, False, False),
            (["indicators"], {"indicators"}, True, False),
            (["indicators", "consent"], {"indicators", "consent"}, False, False),
            (["do-no-harm"], {"do-no-harm"}, False, False),
            (["Referring children"], {"referring children"}, False, False),
            (["Duty_to_Notify"], {"duty_to_notify"}, False, False),
            (["dtn"], {"dtn"}, False, False),
            (["immediate danger"], {"immediate danger"}, False, False),
        ],
    )
    def test_what_may_be_left_out(self, teaches, known, has_counting_quiz, expected):
        assert may_leave_out(teaches, known, has_counting_quiz=has_counting_quiz) is expected

    @given(
        st.lists(
            st.builds(
                Marked,
                st.lists(st.sampled_from(["a", "B", "b ", ""]), max_size=3).map(tuple),
                st.none() | st.decimals(0, 1, places=4),
            )
        )
    )
    def test_what_is_known_has_a_whole_share(self, asked):
        shares = shares_by_tag(asked)
        assert all(0 <= share <= 1 for share in shares.values())
        assert all(shares[tag] == 1 for tag in known_tags(asked))


@pytest.fixture
def module(place):
    """A module of two lessons, the second with a quiz that counts, and three questions before and after."""
    around = make_quiz(title="What do you know?", questions=3, pass_mark=80)
    return make_module(lessons=2, quiz=make_quiz(questions=1), check_quiz=around)


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


def begin(client: Client, module, part: str) -> AttemptDraft:
    client.post(reverse(f"records:start_{part}", args=[module.module_key]))
    return AttemptDraft.objects.get(part=part)


def hand_in(client: Client, draft: AttemptDraft, **fields):
    return client.post(reverse("records:submit_quiz", args=[draft.key]), fields, follow=True)


def page_of(client: Client, module) -> str:
    return client.get(module.url).content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestJourney:
    def test_from_the_first_questions_to_both_side_by_side(self, module, learner):
        first, last = [page.lesson_key for page in lesson_pages(module)]
        assert start_module(learner, module).url == module.url
        assert FIRST in page_of(learner, module)
        assert CLOSING not in page_of(learner, module)

        draft = begin(learner, module, "before")
        answer_all(learner, draft, wrongly=2)
        check = learner.get(reverse("records:check_answers", args=[draft.key])).content.decode()
        assert "How sure are you" in check
        shown = hand_in(learner, draft, confidence="2").content.decode()
        assert "33%" in shown
        assert "A little sure" in shown
        for word in ("pass", "wholly right", "Your answers, and why"):
            assert word not in shown.split("<main")[1].lower(), word
        assert FIRST not in page_of(learner, module)
        assert Enrolment.objects.get().lessons_done.count() == 0

        lesson_done(learner, module, first)
        result = learner.get(take_quiz(learner, module, last).url).content.decode()
        assert CLOSING in result
        certificate = reverse("records:certificate", args=[Certificate.objects.get().code])
        assert CLOSING in learner.get(certificate).content.decode()
        assert CLOSING in page_of(learner, module)
        # Taken anew: the button would lead there, so the old certificate offers nothing.
        work = Enrolment.objects.get()
        newer = EnrolmentFactory(person=work.person, edition=work.edition, started_at=NOW + timedelta(days=1))
        assert CLOSING not in learner.get(certificate).content.decode()
        newer.delete()

        draft = begin(learner, module, "after")
        answer_all(learner, draft)
        shown = hand_in(learner, draft, confidence="4").content.decode()
        for words in ("33%", "100%", "A little sure", "Sure", "Your answers, and why"):
            assert words in shown
        assert CLOSING not in page_of(learner, module)
        assert "See your answers before and after" in page_of(learner, module)
        assert [(each.part, each.number, each.confidence) for each in Attempt.objects.order_by("pk")] == [
            ("before", 1, 2),
            ("lesson", 1, None),
            ("after", 2, 4),
        ]
        assert [problem for _pk, problem in remarked() if problem] == []

    def test_going_on_leaves_the_first_questions_out_without_a_trace(self, module, learner, place):
        first, _last = [page.lesson_key for page in lesson_pages(module)]
        start_module(learner, module)
        draft = begin(learner, module, "before")
        lesson_done(learner, module, first)
        assert not AttemptDraft.objects.exists()
        assert FIRST not in page_of(learner, module)
        assert hand_in(learner, draft).status_code == 404
        with pytest.raises(NothingAskedNow):
            start_check(enrolment=Enrolment.objects.get(), part=Part.BEFORE, at=NOW)

    def test_reading_the_module_page_writes_nothing(self, module, learner):
        start_module(learner, module)
        page_of(learner, module)
        learner.get(reverse("records:start_before", args=[module.module_key]))
        assert not AttemptDraft.objects.exists()

    def test_without_an_answer_about_how_sure_nothing_is_kept_of_it(self, module, learner):
        start_module(learner, module)
        draft = begin(learner, module, "before")
        hand_in(learner, draft, confidence="9")
        assert Attempt.objects.get().confidence is None
        # Handed in twice from the page that lies in the browser's history.
        hand_in(learner, draft, confidence="3")
        assert Attempt.objects.get().confidence is None

    def test_the_end_comes_last_and_once(self, module, place):
        enrolment = Enrolment.objects.create(
            person=place.learner, module=module, module_key=module.module_key, edition=module.editions.get()
        )
        with pytest.raises(NothingAskedNow):
            start_check(enrolment=enrolment, part=Part.AFTER, at=NOW)

    def test_a_module_without_them_starts_with_its_first_lesson(self, place, learner):
        module = make_module(lessons=1)
        assert start_module(learner, module).url == lesson_pages(module)[0].url
        learner.post(reverse("records:start_before", args=[module.module_key]))
        assert not AttemptDraft.objects.exists()

    def test_others_cannot_answer_or_read_them(self, module, learner, place):
        start_module(learner, module)
        draft = begin(learner, module, "before")
        hand_in(learner, draft)
        other = Client()
        other.force_login(place.other)
        assert other.get(reverse("records:result", args=[Attempt.objects.get().pk])).status_code == 404
        assert other.post(reverse("records:start_before", args=[module.module_key])).status_code == 404


@pytest.mark.django_db
class TestAnotherEdition:
    @pytest.fixture
    def enrolment(self, place):
        module = make_module(lessons=1, check_quiz=make_quiz(questions=2))
        return Enrolment.objects.create(
            person=place.learner, module=module, module_key=module.module_key, edition=module.editions.get()
        )

    def publish(self, enrolment, **changes):
        write_draft(enrolment.module, by=enrolment.person, **changes)
        return publish_edition(module=enrolment.module, by=None, at=NOW, effect=Effect.STEPS_FORWARD)

    def test_half_an_answer_stays_where_the_same_is_asked(self, enrolment):
        draft = start_check(enrolment=enrolment, part=Part.BEFORE, at=NOW)
        self.publish(enrolment, minutes=9)
        enrolment.refresh_from_db()
        with pytest.raises(IsLeftBehind):
            start_check(enrolment=enrolment, part=Part.BEFORE, at=NOW)
        step_forward(enrolment=enrolment, at=NOW)
        assert AttemptDraft.objects.get() == draft

    def test_it_goes_where_something_else_is_asked(self, enrolment):
        start_check(enrolment=enrolment, part=Part.BEFORE, at=NOW)
        self.publish(enrolment, check_quiz=make_quiz(questions=3))
        step_forward(enrolment=enrolment, at=NOW)
        assert not AttemptDraft.objects.exists()

    def test_what_was_answered_stays_and_is_not_asked_again(self, enrolment):
        draft = start_check(enrolment=enrolment, part=Part.BEFORE, at=NOW)
        submit_attempt(person=enrolment.person, key=draft.key, at=NOW, confidence=1)
        key = lesson_pages(enrolment.module)[0].lesson_key
        mark_lesson_done(enrolment=enrolment, lesson_key=key, at=NOW + timedelta(hours=1))
        draft = start_check(enrolment=enrolment, part=Part.AFTER, at=NOW + timedelta(hours=2))
        submit_attempt(person=enrolment.person, key=draft.key, at=NOW + timedelta(hours=2))
        assert set(Attempt.objects.values_list("part", "number", "is_passed", "pass_mark")) == {
            ("before", 1, True, 0),
            ("after", 2, True, 0),
        }
        with pytest.raises(NothingAskedNow):
            start_check(enrolment=enrolment, part=Part.AFTER, at=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestLeavingOut:
    """Lessons of which a person showed beforehand that they know what they teach."""

    @pytest.fixture
    def module(self, place):
        for number in range(4):
            make_ready_question(f"What tells you something, {number}?", tags=["Indicators"])
        around = make_quiz(questions=[line_of_draw(1, "indicators"), make_question(tags="INDICATORS")])
        lessons = [
            {"teaches": "indicators"},
            {"teaches": "indicators, consent"},
            {"teaches": "indicators", "quiz": make_quiz(questions=1)},
            {},
        ]
        return make_module(lessons=lessons, check_quiz=around, may_test_out=True)

    def left_out(self, client: Client, module, number: int):
        key = lesson_pages(module)[number].lesson_key
        return client.post(reverse("records:lesson_left_out", args=[module.module_key, key]), follow=True)

    def test_who_knows_it_marks_it_as_done_and_nothing_else(self, module, learner, place):
        lessons = lesson_pages(module)
        start_module(learner, module)
        button = "I know this: mark it as done"
        assert button not in learner.get(lessons[0].url).content.decode()
        draft = begin(learner, module, "before")
        answer_all(learner, draft)
        shown = hand_in(learner, draft).content.decode()
        assert "indicators" in shown
        asked_first = {row["key"] for row in Attempt.objects.get().questions}
        for number, lesson in enumerate(lessons):
            assert (button in learner.get(lesson.url).content.decode()) is (number == 0)
            shown = self.left_out(learner, module, number).content.decode()
            assert ("cannot be left out" in shown) is (number > 0)
        [progress] = Enrolment.objects.get().lessons_done.all()
        assert (progress.lesson_key, progress.is_tested_out) == (lessons[0].lesson_key, True)
        assert "Known beforehand" in page_of(learner, module)

        lesson_done(learner, module, lessons[1].lesson_key)
        lesson_done(learner, module, lessons[3].lesson_key)
        take_quiz(learner, module, lessons[2].lesson_key)
        draft = begin(learner, module, "after")
        answer_all(learner, draft, wrongly=1)
        hand_in(learner, draft)
        # The draw asks another question, the quiz's own stands in both.
        asked_last = {row["key"] for row in Attempt.objects.get(part="after").questions}
        assert len(asked_first & asked_last) == 1
        record = learner.get(reverse("records:my_record")).content.decode()
        assert "Before the lessons 100% was right, at the end 50%." in record
        assert "1 lesson known beforehand." in record

    def test_one_wrong_answer_is_not_knowing(self, module, learner):
        start_module(learner, module)
        draft = begin(learner, module, "before")
        answer_all(learner, draft, wrongly=1)
        hand_in(learner, draft)
        assert "cannot be left out" in self.left_out(learner, module, 0).content.decode()

    def test_a_module_that_does_not_allow_it(self, module, learner):
        write_draft(module, by=make_trainer(), may_test_out=False)
        publish_edition(module=module, by=None, at=NOW)
        start_module(learner, module)
        draft = begin(learner, module, "before")
        answer_all(learner, draft)
        hand_in(learner, draft)
        assert "cannot be left out" in self.left_out(learner, module, 0).content.decode()
