"""A learner's pages by keyboard, in Arabic without scripts, and for whoever checks the certificate."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from courses.models import EditionLesson
from quizzes.selectors import questions_of
from records.actions.standing import rebuild_standing
from tests.factories.courses import body, make_module
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory
from tests.factories.quizzes import make_question, make_quiz
from tests.factories.records import RequirementVersionFactory

PASSWORD = "a-long-enough-password"
SIGN_IN = "/en/account/login/"


@pytest.fixture
def module():
    """A required module: a lesson with a content note, a lesson for everyone, a quiz of two kinds of question."""
    partnership = PartnershipFactory(name="Riverside Anti-Slavery Partnership")
    council = OrganisationFactory(name="Riverside Council", partnership=partnership)
    person = MembershipFactory(
        person__name="Dana Whitlock", person__email="dana@example.org", organisation=council
    ).person
    person.set_password(PASSWORD)
    person.save()
    questions = [
        make_question("single_choice", "What helps most?"),
        make_question("multiple_choice", "What helps?", right=("Listening", "Patience"), wrong=("Hurrying",)),
    ]
    module = make_module(
        title="Seeing it",
        lessons=[
            {"title": "Before you act", "content_note_en": "Mentions threats.", "gentle_body_en": body("The point.")},
            {"title": "Check what you know", "quiz": make_quiz(questions=questions)},
        ],
    )
    RequirementVersionFactory(requirement__partnership=partnership, requirement__module=module)
    rebuild_standing()
    return module


def sign_in(page: Page) -> None:
    """Types the address and the password."""
    page.get_by_label("E-mail address").fill("dana@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/learn/")


def press(page: Page, role: str, name: str | re.Pattern) -> None:
    """Moves to a control by Tab alone and presses Enter."""
    wanted = page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _step in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} is not reached by Tab")


def choose_right(page: Page) -> None:
    """Chooses the right answers of the question on the page, by keyboard."""
    version = EditionLesson.objects.get(quiz_version__isnull=False).quiz_version
    heading = page.locator("h1").inner_text()
    question = next(each for each in questions_of(version) if each.text["en"] == heading)
    for key in question.right_keys:
        page.locator(f"input[value='{key}']").focus()
        page.keyboard.press("Space")


def test_a_module_by_keyboard(visitor, module):
    dana = visitor()
    page = dana.goto(SIGN_IN)
    sign_in(page)
    dana.check_page("My learning")
    press(page, "link", "Seeing it")
    dana.check_page("Seeing it")
    press(page, "button", "Start")
    page.wait_for_url("**/lesson-*/")
    dana.check_page("Before you act")
    press(page, "link", "Read the gentle version")
    expect(page.get_by_text("The point.")).to_be_visible()
    expect(page.get_by_text("Write down what you saw.")).to_be_hidden()
    dana.check_page("Before you act")
    press(page, "button", "Done, next lesson")
    dana.check_page("Check what you know")
    press(page, "button", "Start quiz")
    page.wait_for_url("**/quiz/**")
    press(page, "button", "Continue")
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer.")
    dana.check_page("helps")
    press(page, "link", "Leave this question for now")
    page.wait_for_url("**/2/")
    choose_right(page)
    press(page, "button", "Continue")
    page.wait_for_url("**/check/")
    dana.check_page("Check your answers")
    press(page, "button", "Hand in")
    page.wait_for_url("**/attempts/**")
    dana.check_page("Not quite yet")
    press(page, "button", "Try again")
    page.wait_for_url("**/1/")
    choose_right(page)
    press(page, "button", "Continue")
    page.wait_for_url("**/2/")
    choose_right(page)
    press(page, "button", "Continue")
    page.wait_for_url("**/check/")
    press(page, "button", "Hand in")
    page.wait_for_url("**/attempts/**")
    dana.check_page("You have passed")
    press(page, "link", "See your certificate")
    page.wait_for_url("**/certificates/**")
    dana.check_page("Your certificate")
    address = page.locator("a[href*='/verify/']").get_attribute("href")
    press(page, "link", "My record")
    dana.check_page("My record")
    dana.goto("/en/learn/")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()

    stranger = visitor(locale="ar")
    stranger.goto(address)
    expect(stranger.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(stranger.page.get_by_text("D. W.")).to_be_visible()
    stranger.check_page("")
    stranger.goto("/verify/HELLO/")
    stranger.check_page("")


def test_a_module_in_arabic_without_scripts(visitor, module):
    dana = visitor(java_script_enabled=False)
    page = dana.goto(SIGN_IN)
    sign_in(page)
    dana.goto("/ar/learn/")
    page.get_by_role("link", name="Seeing it").first.click()
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator(".pager form button").click()
    page.locator("main form button").click()
    for _number in range(2):
        choose_right(page)
        page.locator("main form button").click()
    page.locator("main form button").click()
    page.wait_for_url("**/ar/quiz/attempts/**")
    page.goto(page.url.split("/ar/")[0] + page.locator("main a[href*='/certificates/']").get_attribute("href"))
    expect(page.locator(".certificate")).to_contain_text("Dana Whitlock")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_page_of_a_learner_in_arabic(visitor, module):
    dana = visitor()
    page = dana.goto(SIGN_IN)
    sign_in(page)
    dana.goto("/ar/learn/")
    dana.check_page("")
    page.get_by_role("link", name="Seeing it").first.click()
    dana.check_page("Seeing it")
    page.locator("main form button").click()
    dana.check_page("Before you act")
    page.locator(".pager form button").click()
    dana.check_page("Check what you know")
    page.locator("main form button").click()
    dana.check_page("")
    for _number in range(2):
        choose_right(page)
        page.locator("main form button").click()
    page.wait_for_url("**/check/")
    dana.check_page("")
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/**")
    dana.check_page("")
    page.locator("main a[href*='/certificates/']").click()
    page.wait_for_url("**/certificates/**")
    dana.check_page("")
    dana.goto("/ar/learn/record/")
    dana.check_page("")
