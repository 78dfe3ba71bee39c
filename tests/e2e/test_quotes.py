"""A trainer quotes a fact and a contact in a sentence, a learner reads them; later both are checked."""

from __future__ import annotations

import re
from datetime import date

from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.actions import publish_edition
from courses.models import LessonPage
from guidance.models import Contact, FactVersion
from home.actions import prepare_site
from records.actions.learning import start_module
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, sign_in
from tests.e2e.test_author import body_of, check_cms, save
from tests.factories.courses import body, lesson_pages, make_module
from tests.factories.guidance import ContactFactory, FactFactory
from tests.factories.organisations import MembershipFactory, UserFactory

OVERDUE = {"checked_on": date(2025, 1, 1), "review_by": date(2026, 1, 1)}


def quote(page: Page, words: str, kind: str, title: str) -> None:
    """Types words and the command at the end of the text, and chooses."""
    text = body_of(page).get_by_role("textbox").first
    text.focus()
    page.keyboard.press("Control+End")
    # The editor looks for a command at each key; nobody types faster.
    page.keyboard.type(f"{words} /{kind.lower()}", delay=40)
    page.get_by_role("option", name=f"{kind} in the sentence", exact=True).click()
    page.get_by_role("dialog").get_by_role("link", name=title).click()
    # What stays of the dialog while it fades takes the focus along.
    expect(page.locator("body > .modal")).to_have_count(0)


def test_a_trainer_quotes_and_checks_and_a_learner_reads(visitor):
    prepare_site()
    organisation, role = a_place()
    trainer = appointed(organisation, role, "Ines Marsh", Kind.TRAINER)
    learner = UserFactory(name="Dana Whitlock", email="dana.whitlock@riverside.example", password=PASSWORD)
    MembershipFactory(person=learner, organisation=organisation, role=role, work_email=learner.email)
    FactFactory(
        key="reflection-days",
        label_en="Time to think",
        value="at least 30 days",
        **{f"value__{name}": day for name, day in OVERDUE.items()},
    )
    ContactFactory(key="helpline", label_en="Riverside helpline", number="0800 0121 700", **OVERDUE)
    module = make_module(title="Time", lessons=[{"title": "To recover", "body_en": body("A person has")}])
    [lesson] = lesson_pages(module)

    writing = visitor()
    desk = sign_in(writing, trainer.email)
    writing.goto(f"/cms/pages/{lesson.pk}/edit/")
    text = body_of(desk).get_by_role("textbox").first
    quote(desk, "", "Fact", "Time to think")
    expect(text).to_contain_text("A person has at least 30 days")
    quote(desk, ", then ring", "Contact", "Riverside helpline")
    expect(text).to_contain_text("then ring Riverside helpline 0800 0121 700")
    writing.keep_picture("quotes-editor")
    save(desk)

    # Only the keys are kept.
    stored = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().body_en[0].value.source
    assert '<embed embedtype="fact" id="reflection-days"/>' in stored
    assert '<embed embedtype="contact" id="helpline"/>' in stored
    assert "30 days" not in stored
    assert "0800" not in stored

    # The preview says them, before anybody has approved.
    writing.goto(f"/cms/pages/{lesson.pk}/view_draft/")
    expect(desk.get_by_role("main")).to_contain_text("A person has at least 30 days, then ring Riverside helpline")
    expect(desk.get_by_role("main").get_by_role("link", name="0800 0121 700")).to_have_attribute(
        "href", "tel:08000121700"
    )
    writing.keep_picture("quotes-preview")
    writing.check_page("To recover")

    publish_edition(module=module, by=trainer, at=timezone.now())
    start_module(person=learner, module=module, at=timezone.now())
    reading = visitor(viewport={"width": 360, "height": 740}, has_touch=True)
    phone = sign_in(reading, learner.email)
    reading.goto(f"/en/courses/{module.get_parent().slug}/{module.slug}/{lesson.slug}/")
    expect(phone.get_by_role("main")).to_contain_text("A person has at least 30 days, then ring Riverside helpline")
    reading.check_page("To recover")

    # Both are overdue; one press each says that they are still true.
    writing.goto("/cms/")
    desk.get_by_role("link", name="To check", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Facts and contacts to check")
    check_cms(writing)
    writing.keep_picture("checks")
    for title in ("Time to think", "Riverside helpline"):
        row = desk.get_by_role("row", name=re.compile(title))
        expect(row.get_by_role("link", name=re.compile("To recover"))).to_be_visible()
        row.get_by_role("button", name=re.compile("^Checked today, still true")).click()
        expect(desk.get_by_role("status").first).to_contain_text("Noted. To be checked again by")
        expect(desk.get_by_role("row", name=re.compile(title))).to_have_count(0)
        check_cms(writing)
    expect(desk.get_by_text("Nothing has to be checked within 90 days.")).to_be_visible()
    writing.keep_picture("checks-done")
    today = timezone.localdate()
    assert [FactVersion.objects.get().checked_on, Contact.objects.get().checked_on] == [today, today]
    assert writing.complaints == reading.complaints == []
