"""Author: write a module with its quiz, hand it in, another person approves, a learner takes it, the draft goes on."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from courses.models import Edition
from home.actions import prepare_site
from organisations.models import Role, User
from records.models import Completion
from tests.e2e.conftest import Visitor
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, sign_in
from tests.factories.organisations import MembershipFactory, UserFactory

RIGHT = {
    "What helps at the door?": "Waiting for an answer",
    "You have to be certain before you write down what you saw.": "False",
}


def learner_in(organisation, role: Role) -> User:
    """A member who is nothing but a learner."""
    person = UserFactory(name="Dana Whitlock", email="dana.whitlock@riverside.example", password=PASSWORD)
    MembershipFactory(person=person, organisation=organisation, role=role, work_email=person.email)
    return person


def check_cms(visitor: Visitor) -> None:
    """Our part of a CMS page is held to the rules; the frame around it is Wagtail's."""
    visitor.check_accessibility("main .nice-padding")


def save(page: Page, button: str = "Save draft") -> None:
    """Presses the button and waits until the CMS says that it is kept."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("created|updated"))


def add_below(page: Page, kind: str, title: str) -> None:
    """Opens the form of a new page below this one and gives it a title."""
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Add child page").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"New: {kind}")
    box = page.get_by_role("textbox", name=re.compile("^Title"))
    box.click()
    box.press_sequentially(title)
    page.keyboard.press("Tab")
    # The address follows from the title, on a tab out of sight.
    expect(page.locator("#id_slug")).not_to_have_value("")


def add_block(page: Page, within: Locator, kind: str) -> None:
    """Puts a block at the end of a body, or a question at the end of a quiz."""
    within.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind, exact=True).click()


def body_of(page: Page) -> Locator:
    """The English body of the lesson that is being written."""
    return page.get_by_role("region", name=re.compile(r"^Lesson \[en\]"))


def say(question: Locator, part: str, text: str, number: int = 0) -> None:
    """Writes one English text of a question."""
    region = question.get_by_role("region", name=re.compile(f"^{part}")).nth(number)
    region.get_by_role("textbox", name="English").first.fill(text)


def write_quiz(page: Page) -> None:
    """A quiz of two questions on one screen."""
    page.get_by_role("link", name="Quizzes", exact=True).click()
    page.get_by_role("link", name="Add quiz").first.click()
    page.get_by_role("textbox", name=re.compile("^Title")).fill("At the door: what helps")
    questions = page.get_by_role("region", name=re.compile("^Questions"))

    add_block(page, questions, "One right choice")
    single = questions.get_by_role("region", name=re.compile("^One right choice"))
    say(single, "Question", "What helps at the door?")
    say(single, "What it says", "Waiting for an answer")
    single.get_by_label("This choice is right").first.check()
    say(single, "Feedback", "Yes: people need time.")
    say(single, "What it says", "Asking again at once", 1)
    say(single, "Feedback", "A pause says that there is time.", 1)
    say(single, "Why", "Time gives people a choice.")

    add_block(page, questions, "True or false")
    statement = questions.get_by_role("region", name=re.compile("^True or false"))
    say(statement, "Statement", "You have to be certain before you write down what you saw.")
    statement.get_by_label("The right answer is").select_option(label="False")
    say(statement, "Feedback for “True”", "Write it down, certain or not.")
    say(statement, "Feedback for “False”", "Yes: what you saw is enough.")
    save(page, "Save")


def write_module(page: Page) -> None:
    """A course, a module and a lesson with a quiz, by the links of the CMS."""
    page.get_by_role("link", name="Authoring").click()
    expect(page.get_by_role("heading", name="What waits")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"\d+ Pages?")).click()
    add_below(page, "Course", "Doorstep visits")
    save(page)
    add_below(page, "Module", "At the door")
    save(page)
    add_below(page, "Lesson", "Listen first")
    body = body_of(page)
    add_block(page, body, "Heading")
    body.get_by_role("textbox").fill("Knock and wait")
    add_block(page, body, "Text")
    words = body.get_by_role("textbox").nth(1)
    words.click()
    words.press_sequentially("Give people time to answer.")
    # What is typed reaches the form a moment later.
    expect(page.locator("input[name=body_en-1-value]")).to_have_value(re.compile("time to answer"))
    save(page)
    lesson = page.url
    write_quiz(page)
    page.goto(lesson)
    page.get_by_role("tab", name="All languages").click()
    page.get_by_role("button", name="Choose quiz").click()
    page.get_by_role("dialog").get_by_role("link", name="At the door: what helps").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("tabpanel", name="All languages")).to_contain_text("At the door: what helps")
    save(page)


def answer_all(page: Page) -> None:
    """Chooses what is right, in whatever order the questions come."""
    for number, _question in enumerate(RIGHT, start=1):
        expect(page.get_by_role("main")).to_contain_text(f"Question {number} of {len(RIGHT)}")
        question = page.locator("h1").inner_text().strip()
        page.get_by_label(RIGHT[question], exact=True).check()
        page.get_by_role("button", name="Continue").click()


def test_author(visitor):
    prepare_site()
    organisation, role = a_place()
    trainer = appointed(organisation, role, "Luca Ferrante", Kind.TRAINER)
    reviewer = appointed(organisation, role, "Shirin Daneshvar", Kind.REVIEWER)
    learner = learner_in(organisation, role)

    writing = visitor()
    desk = sign_in(writing, trainer.email)
    write_module(desk)
    lesson_editor = desk.url
    assert writing.complaints == []

    # Handing in asks what changed, and keeps asking.
    desk.get_by_role("button", name="More actions").click()
    desk.get_by_role("link", name="Hand in for review").locator("visible=true").click()
    expect(desk.get_by_label("Lesson 1: Listen first")).to_be_checked()
    check_cms(writing)
    desk.get_by_role("button", name="Hand in for review").click()
    expect(desk.get_by_role("alert")).to_contain_text("Say what changed and why")
    check_cms(writing)
    desk.get_by_label("What changed, and why").fill("A first module about visits.")
    desk.get_by_role("button", name="Hand in for review").click()
    writing.check_page("At the door")
    expect(desk.get_by_text("You wrote in this, so another person decides.")).to_be_visible()

    # The trainer cannot approve: there is no button, and asking without one leads back to the first page.
    expect(desk.get_by_role("button", name="Approve")).to_have_count(0)
    led_to = desk.evaluate(
        """async () => {
            const token = document.querySelector("main [name=csrfmiddlewaretoken]").value;
            const headers = {"X-CSRFToken": token};
            return (await fetch(`${location.pathname}approve/`, {method: "POST", headers})).url;
        }"""
    )
    assert led_to.endswith("/cms/")
    assert not Edition.objects.exists()

    # Until somebody approves, a learner meets nothing of it.
    reading = visitor(viewport={"width": 360, "height": 740}, has_touch=True)
    phone = sign_in(reading, learner.email)
    expect(phone.get_by_role("link", name="Authoring")).to_have_count(0)
    reading.goto("/en/courses/")
    reading.check_page("Courses")
    expect(phone.get_by_role("main")).not_to_contain_text("Doorstep visits")
    module = "/en/courses/doorstep-visits/at-the-door/"
    for path in ("/en/courses/doorstep-visits/", module, f"{module}listen-first/"):
        reading.goto(path)
        expect(phone.get_by_role("heading", level=1)).to_have_text("We cannot find that page")

    # The reviewer reads what was handed in, and approves.
    judging = visitor()
    bench = sign_in(judging, reviewer.email)
    bench.get_by_role("link", name="Authoring").click()
    expect(bench.get_by_role("heading", name="Waiting for a reviewer")).to_be_visible()
    check_cms(judging)
    bench.get_by_role("link", name="Reviews", exact=True).click()
    expect(bench.get_by_role("heading", name="Waiting for review")).to_be_visible()
    check_cms(judging)
    bench.get_by_role("link", name="At the door").click()
    judging.check_page("At the door")
    submitted = bench.get_by_role("main")
    for words in ("A first module about visits.", "Knock and wait", "Give people time to answer.", *RIGHT):
        expect(submitted).to_contain_text(words)
    expect(submitted.get_by_role("heading", name="Lesson: Listen first")).to_contain_text("new")
    expect(submitted.get_by_role("heading", name="What changed", exact=True)).to_have_count(0)
    bench.get_by_role("button", name="Approve").click()
    expect(bench.get_by_role("status").first).to_contain_text("“At the door” is live as edition 1.")
    check_cms(judging)

    # The learner takes it to completion.
    reading.goto("/en/courses/")
    phone.get_by_role("link", name="At the door").click()
    reading.check_page("At the door")
    phone.get_by_role("button", name="Start").click()
    reading.check_page("Listen first")
    expect(phone.get_by_role("heading", name="Knock and wait")).to_be_visible()
    phone.get_by_role("button", name="Start quiz").click()
    answer_all(phone)
    phone.get_by_role("button", name=re.compile("Hand in")).click()
    expect(phone.get_by_role("main")).to_contain_text("Yes: people need time.")
    reading.check_page("")
    assert Completion.objects.get().person == learner

    # What the trainer writes next is a draft: learners stay with edition 1.
    writing.goto("/cms/")
    expect(desk.get_by_role("main")).to_contain_text("Learners have the newest words of every module.")
    desk.goto(lesson_editor)
    body_of(desk).get_by_role("textbox").first.fill("Knock, step back, wait")
    save(desk)
    writing.goto("/cms/")
    expect(desk.get_by_role("row", name="At the door").first).to_contain_text("1 page changed since edition 1.")
    check_cms(writing)
    desk.get_by_role("link", name="At the door").first.click()
    expect(desk.get_by_text("Your drafts have changed since.")).to_be_visible()
    expect(desk.get_by_role("row", name="Listen first")).to_contain_text("changed")
    reading.goto(f"{module}listen-first/")
    reading.check_page("Listen first")
    expect(phone.get_by_role("heading", name="Knock and wait")).to_be_visible()
    expect(phone.get_by_role("main")).not_to_contain_text("step back")
    assert writing.complaints == judging.complaints == []
