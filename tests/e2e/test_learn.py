"""Learn: invited, a role, lessons for that role, not passed, passed, a certificate that a stranger verifies."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from home.actions import prepare_site
from organisations.models import Role
from quizzes.questions import Question
from quizzes.selectors import questions_of
from records.models import AttemptDraft, Completion
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, code_in_newest_mail, link_in_newest_mail, sign_in
from tests.factories.courses import make_module
from tests.factories.quizzes import make_quiz


def answer_quiz(page: Page, *, right: bool) -> None:
    """Answers each question on its page and stops at the list of answers."""
    draft = AttemptDraft.objects.get()
    questions = {question.text["en"]: question for question in questions_of(draft.quiz_version)}
    while page.get_by_role("button", name="Continue").count():
        question: Question = questions[page.locator("h1").inner_text().strip()]
        for choice in question.choices:
            if choice.is_correct == right:
                page.get_by_label(choice.text["en"], exact=True).check()
                if question.kind != "multiple_choice" or not right:
                    break
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()


def test_learn(visitor):
    prepare_site()
    organisation, role = a_place()
    nurse = Role.objects.create(slug="nurse", name_en="Nurse")
    lead = appointed(organisation, role, "Iman Okafor", Kind.ORGANISATION_LEAD)
    module = make_module(
        title="Seeing it",
        slug="seeing-it",
        lessons=[
            {"title": "Before you act"},
            {"title": "For nurses", "roles": [nurse]},
            {"title": "For housing officers", "roles": [role]},
            {"title": "Check what you know", "quiz": make_quiz()},
        ],
    )
    course = module.get_parent().slug

    # The lead invites; the letter's link can be opened as often as one likes.
    desk = visitor()
    page = sign_in(desk, lead.email)
    desk.goto(f"/en/organisations/{organisation.slug}/invitations/new/")
    desk.check_page("Invite")
    page.get_by_label("E-mail address").fill("dana.whitlock@riverside.example")
    page.get_by_label("Role").select_option(label="Housing officer")
    page.get_by_role("main").get_by_role("button").first.click()
    invitation = link_in_newest_mail("dana.whitlock@riverside.example")

    # The learner comes on a phone, makes an account, proves the address, joins.
    phone = visitor(viewport={"width": 360, "height": 740}, has_touch=True)
    page = phone.goto(invitation)
    phone.check_page("Riverside Council invites you")
    phone.goto(invitation)
    page.get_by_role("link", name=re.compile("make an account")).or_(
        page.get_by_role("button", name=re.compile("make an account"))
    ).click()
    phone.check_page("account")
    page.get_by_label("Your name").fill("Dana Whitlock")
    expect(page.get_by_label("E-mail address")).to_have_value("dana.whitlock@riverside.example")
    page.get_by_label("Password, if you want one").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("account", re.IGNORECASE)).last.click()
    page.get_by_label("Code").fill(code_in_newest_mail("dana.whitlock@riverside.example"))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("button", name="Join")).to_be_visible()
    page.get_by_role("button", name="Join").click()

    phone.goto("/en/learn/")
    phone.check_page("My learning")
    page.get_by_role("link", name="Seeing it").first.click()
    phone.check_page("Seeing it")
    page.get_by_role("button", name="Start").click()
    phone.check_page("Before you act")
    page.get_by_role("button", name=re.compile("Done")).click()
    # Lessons for other roles are left out.
    phone.check_page("For housing officers")
    page.get_by_role("button", name=re.compile("Done")).click()
    phone.check_page("Check what you know")

    page.get_by_role("button", name=re.compile("Start")).click()
    assert "feedback" not in page.content().lower()
    phone.check_page("")
    answer_quiz(page, right=False)
    phone.check_page("Check your answers")
    page.get_by_role("button", name=re.compile("Hand in")).click()
    phone.check_page("Not quite yet")
    assert not Completion.objects.exists()

    page.get_by_role("button", name=re.compile("Try again")).click()
    answer_quiz(page, right=True)
    page.get_by_role("button", name=re.compile("Hand in")).click()
    expect(page.locator("h1")).not_to_contain_text("Not quite")
    completion = Completion.objects.get()
    assert completion.memberships.get().role_name == "Housing officer"

    # Back and handing in again change nothing.
    page.go_back()
    phone.goto("/en/learn/")
    page.get_by_role("link", name=re.compile("Certificate")).first.click()
    phone.check_page("Your certificate")
    code = completion.certificates.get().code
    assert Completion.objects.count() == 1

    stranger = visitor()
    page = stranger.goto(f"/verify/{code.lower()}/")
    expect(page.get_by_role("main")).to_contain_text("D. W.")
    expect(page.get_by_role("main")).to_contain_text("Seeing it")
    expect(page.get_by_role("main")).not_to_contain_text("Whitlock")
    stranger.check_page("")
    stranger.goto("/verify/nothing-like-it/")
    expect(page.get_by_role("main")).not_to_contain_text("Seeing it")
    assert course


def test_learn_without_javascript(visitor):
    prepare_site()
    organisation, role = a_place()
    learner = appointed(organisation, role, "Dana Whitlock", Kind.TRAINER)
    module = make_module(title="Seeing it", lessons=[{"title": "Only lesson", "quiz": make_quiz(questions=2)}])
    plain = visitor(java_script_enabled=False)
    page = sign_in(plain, learner.email)
    plain.goto(module.get_url())
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name=re.compile("Start")).click()
    answer_quiz(page, right=True)
    page.get_by_role("button", name=re.compile("Hand in")).click()
    assert Completion.objects.filter(person=learner).exists()
