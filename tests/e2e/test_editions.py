"""A change of a live module, talked about, approved for a day, gone live, looked back at; who began moves to it."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from courses.actions import publish_due_submissions
from courses.models import Edition, LessonPage, ModulePage
from home.actions import prepare_site
from records.actions.learning import mark_lesson_done, start_module
from records.models import Enrolment
from tests.e2e.conftest import Visitor
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, sign_in
from tests.e2e.test_author import check_cms
from tests.factories.courses import body, lesson_pages, make_module, write_draft
from tests.factories.guidance import FactVersionFactory
from tests.factories.organisations import MembershipFactory, UserFactory


def test_a_change_from_comment_to_looking_back(visitor):
    prepare_site()
    organisation, role = a_place()
    trainer = appointed(organisation, role, "Luca Ferrante", Kind.TRAINER)
    reviewer = appointed(organisation, role, "Shirin Daneshvar", Kind.REVIEWER)
    learner = UserFactory(name="Dana Whitlock", email="dana.whitlock@riverside.example", password=PASSWORD)
    MembershipFactory(person=learner, organisation=organisation, role=role, work_email=learner.email)
    said = FactVersionFactory(fact__label_en="Days to recover", value_en="30 days", confidence="medium")
    fact = said.fact
    module = make_module(
        title="Seeing it",
        lessons=[
            {"title": "Listen", "body_en": body("Listen.")},
            {"title": "The law", "body_en": [*body("It was so."), ("fact", fact)]},
            {"title": "Afterwards"},
        ],
    )
    listen, law, _afterwards = lesson_pages(module)
    enrolment = start_module(person=learner, module=module, at=timezone.now())
    for page in (listen, law):
        mark_lesson_done(enrolment=enrolment, lesson_key=page.lesson_key, at=timezone.now())
    write_draft(law, by=trainer, body_en=[*body("It is so now."), ("fact", fact)])

    writing = visitor()
    desk = sign_in(writing, trainer.email)
    writing.goto(f"/cms/modules/{module.pk}/hand-in/")
    check_cms(writing)
    writing.keep_picture("hand-in")
    desk.get_by_label("What changed, and why").fill("The law changed.")
    desk.get_by_label("They must move to this one to go on").check()
    desk.get_by_role("button", name="Hand in for review").click()
    address = desk.url

    # The reviewer comments, the trainer answers and resolves.
    judging = visitor()
    bench = sign_in(judging, reviewer.email)
    judging.goto(address)
    expect(bench.get_by_role("main")).to_contain_text("1 fact in it is not confirmed")
    section = bench.get_by_role("region", name=re.compile("Lesson: The law"))
    section.get_by_text("Comment on this").click()
    section.get_by_label("Your comment").fill("Since which day?")
    section.get_by_role("button", name="Send").click()
    expect(section.get_by_role("article")).to_contain_text("Since which day?")
    writing.goto("/cms/")
    check_cms(writing)
    desk.get_by_role("link", name="1 open comment").click()
    section = desk.get_by_role("region", name=re.compile("Lesson: The law"))
    section.get_by_text("Answer", exact=True).click()
    section.get_by_label("Your answer").fill("Since Monday.")
    writing.check_page("Seeing it")
    section.get_by_role("button", name="Send").click()
    section.get_by_role("button", name="Resolved").click()
    expect(section).to_contain_text("Resolved by Luca Ferrante")

    # Approved for a day: learners have the old one until then.
    judging.goto(address)
    judging.check_page("Seeing it")
    judging.keep_picture("review")
    day = timezone.localdate() + timedelta(days=3)
    bench.get_by_label("Day on which it goes live (optional)").fill(day.isoformat())
    bench.get_by_role("button", name="Approve").click()
    expect(bench.get_by_role("heading", name="Approved, waiting for their day")).to_be_visible()
    check_cms(judging)
    judging.keep_picture("reviews")
    judging.goto(address)
    judging.check_page("Seeing it")
    reading = visitor(viewport={"width": 360, "height": 740}, has_touch=True)
    phone = sign_in(reading, learner.email)
    reading.goto(f"/en/courses/{module.get_parent().slug}/{module.slug}/")
    expect(phone.get_by_role("main")).to_contain_text("2 of 3 lessons done")
    assert publish_due_submissions(at=timezone.now()) == []
    assert len(publish_due_submissions(at=timezone.now() + timedelta(days=4))) == 1
    Edition.objects.filter(number=1).update(ended_at=timezone.now())
    Edition.objects.filter(number=2).update(published_at=timezone.now())

    # Who began is told, in their language too, and moves by a button.
    for language in ("ar", "en"):
        reading.goto(f"/{language}/courses/{module.get_parent().slug}/{module.slug}/")
        reading.check_page("Seeing it")
        reading.keep_picture(f"newer-{language}")
    expect(phone.get_by_role("main")).to_contain_text("To do again, because they changed: The law")
    expect(phone.get_by_role("link", name="Carry on")).to_have_count(0)
    phone.get_by_role("button", name="Move to the new version").click()
    expect(phone.get_by_role("main")).to_contain_text("1 of 3 lessons done")
    reading.check_page("Seeing it")

    # What learners had stays to be read.
    judging.goto("/cms/editions/")
    check_cms(judging)
    bench.get_by_role("link", name="Seeing it").click()
    judging.check_page("Seeing it")
    judging.keep_picture("editions")
    bench.get_by_role("link", name="Edition 1", exact=True).click()
    judging.check_page("Seeing it")
    judging.keep_picture("edition")
    expect(bench.get_by_role("main")).to_contain_text("It was so.")

    # Out of use, and back.
    judging.goto(f"/cms/modules/{module.pk}/take-out-of-use/")
    check_cms(judging)
    bench.get_by_role("button", name="Take out of use").click()
    expect(bench.get_by_role("alert")).to_contain_text("Say why")
    check_cms(judging)
    bench.get_by_label("Why").fill("The law is being changed.")
    bench.get_by_role("button", name="Take out of use").click()
    reading.goto(f"/en/courses/{module.get_parent().slug}/{module.slug}/")
    expect(phone.get_by_role("main")).to_contain_text("You can finish what you began")
    reading.check_page("Seeing it")
    module.get_parent().get_descendants(inclusive=True).update(owner=trainer)
    nobody_deletes_it(writing, module)
    bench.get_by_role("link", name="Put back in use").click()
    expect(bench.get_by_role("button", name="Put back in use")).to_be_visible()
    check_cms(judging)
    bench.get_by_label("Why").fill("It was changed.")
    bench.get_by_role("button", name="Put back in use").click()
    expect(bench.get_by_role("status").first).to_contain_text("in use again, as edition 3")
    assert writing.complaints == judging.complaints == reading.complaints == []


def nobody_deletes_it(desk: Visitor, module: ModulePage) -> None:
    """Out of use, but people have records: a trainer is told why, for one page, for several, and for the whole."""
    page, lesson = desk.page, lesson_pages(module)[0]
    why = "Not deleted: people have records of “Listen”"
    desk.goto(f"/cms/pages/{lesson.pk}/delete/")
    expect(page.get_by_role("main")).to_contain_text(why)
    desk.check_accessibility("main")
    desk.keep_picture("kept-alone")
    for parent in (module, module.get_parent()):
        desk.goto(f"/cms/pages/{parent.pk}/")
        page.get_by_label("Select all").first.check()
        page.get_by_role("region", name="Bulk actions").get_by_text("Delete").click()
        expect(page.get_by_role("main")).to_contain_text("Not deleted: people have records of")
        desk.check_accessibility("main")
        desk.keep_picture(f"kept-of-{parent.slug}")
    assert Enrolment.objects.get().edition.module == ModulePage.objects.get(pk=module.pk)
    assert LessonPage.objects.child_of(module).count() == 3
