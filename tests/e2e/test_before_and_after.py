"""The questions before and after a module, a lesson left out and the two questions about it, in Arabic."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from organisations.clock import today
from quizzes.marking import right_answer
from quizzes.selectors import questions_of
from records.models import AttemptDraft, Completion
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory
from tests.factories.quizzes import line_of_draw, make_quiz, make_ready_question

PASSWORD = "a-long-enough-password"


@pytest.fixture
def dana():
    """Somebody who works in a council, and a module with questions before and after it."""
    council = OrganisationFactory(name="Riverside Council", partnership=PartnershipFactory())
    person = MembershipFactory(person__name="Dana Whitlock", person__email="dana@example.org", organisation=council)
    person.person.set_password(PASSWORD)
    person.person.save()
    for number in range(4):
        make_ready_question(f"What tells you something, {number}?", tags=["Indicators"])
    around = make_quiz(title="What do you know?", questions=[line_of_draw(2, "indicators")])
    make_module(
        title="Seeing it",
        lessons=[{"title": "Signs", "teaches": "indicators"}, {"title": "What to do"}],
        check_quiz=around,
        may_test_out=True,
    )
    return person.person


def answer_rightly(page: Page) -> None:
    """Answers every question of the draft that is under way, as far as the look over all answers."""
    draft = AttemptDraft.objects.get()
    for question in questions_of(draft.quiz_version, draft.asked_versions):
        draft.answers[question.key] = list(right_answer(question))
    draft.save()
    page.goto(page.url.replace("/1/", "/check/"))


def test_from_the_first_questions_to_the_last(visitor, dana):
    browser = visitor()
    page = browser.goto("/ar/account/login/")
    page.locator("input[type=email]").fill("dana@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/learn/")
    page.get_by_role("link", name="Seeing it").first.click()
    page.locator("main form button").click()
    browser.check_page("Seeing it")
    browser.keep_picture("1-module-before")
    page.get_by_role("button", name="الإجابة عن الأسئلة").click()
    browser.check_page("What tells you something")
    browser.keep_picture("2-question")
    answer_rightly(page)
    page.get_by_label("واثق قليلًا").check()
    browser.check_page("")
    browser.keep_picture("3-check")
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/**")
    browser.check_page("ما تعرفه من قبل")
    browser.keep_picture("4-before-result")
    page.locator("main a.govuk-button").click()
    browser.check_page("Signs")
    browser.keep_picture("5-lesson-known")
    page.get_by_role("button", name="أعرف هذا").click()
    browser.check_page("What to do")
    page.locator(".pager form button").click()
    browser.check_page("Seeing it")
    browser.keep_picture("6-module-after")
    page.get_by_role("button", name="الإجابة عن الأسئلة").click()
    page.wait_for_url("**/1/")
    answer_rightly(page)
    page.get_by_label("واثق جدًا").check()
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/**")
    browser.check_page("قبل وبعد")
    browser.keep_picture("7-both")
    browser.goto("/ar/learn/")
    page.get_by_role("link", name="Seeing it").first.click()
    page.locator("main form button").first.click()
    page.wait_for_url("**/certificates/**")
    browser.check_page("")
    browser.keep_picture("8-certificate")
    page.get_by_role("button", name="الإجابة عن سؤالين").click()
    page.locator("main form button").click()
    browser.check_page("سؤالان")
    browser.keep_picture("9-evaluation-error")
    page.locator("input[name=helps][value='4']").check()
    page.locator("main form button").click()
    page.wait_for_url("**/learn/")
    Completion.objects.update(completed_on=today() - timedelta(days=70))
    page.reload()
    browser.check_page("")
    browser.keep_picture("10-my-learning")
    page.goto(page.url.replace("/learn/", "/learn/record/"))
    browser.check_page("")
    browser.keep_picture("11-record")
