"""What everyone may open: the catalogue, courses and modules as approved; never a draft."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from courses.actions import publish_edition, retire_module, sign_off_translation
from courses.models import CourseIndexPage
from courses.selectors import live_edition_of
from courses.translated_texts import words_hash
from tests.factories.courses import (
    PUBLISHED_AT,
    body,
    lesson_pages,
    make_course,
    make_lesson,
    make_module,
    make_reviewer,
)
from tests.factories.guidance import ContactFactory, FactFactory, SourceFactory
from tests.factories.organisations import RoleFactory, UserFactory
from tests.queries import writes

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


def get(client, page, language="en"):
    with translation.override(language):
        return client.get(page.url)


def follow(module, slug, rf):
    """Where an address below a module leads when no app above answers first."""
    request = rf.get("/")
    page, args, kwargs = module.route(request, [slug])
    return page, page.serve(request, *args, **kwargs)


def text_of(response):
    return response.content.decode()


def test_a_module_page_shows_what_was_approved(client):
    module = make_module(
        title="Seeing it",
        minutes=12,
        provenance_en="Written from the toolkit.",
        introduction_en="<p>Read this first.</p>",
        lessons=[{"title": "First", "minutes": 2}, {"title": "Nurses", "roles": [RoleFactory(name_en="Nurse")]}],
    )
    page = text_of(get(client, module))
    assert "<h1" in page
    for words in ("Seeing it", "About 12 minutes", "Written from the toolkit.", "Read this first.", "First", "Nurse"):
        assert words in page
    assert f"{reverse('account_login')}?next=" in page


def test_a_draft_is_never_served(client):
    module = make_module(title="As approved", lessons=[{"title": "Lesson as approved"}])
    make_lesson(module, title="Half written")
    module.display_title_en = "Draft title"
    module.save_revision()
    lesson = lesson_pages(module)[0]
    lesson.display_title_en = "Draft lesson"
    lesson.save_revision()

    page = text_of(get(client, module))
    assert "As approved" in page
    assert "Lesson as approved" in page
    for words in ("Half written", "Draft title", "Draft lesson"):
        assert words not in page


def test_a_lesson_leads_to_its_module(rf):
    module = make_module()
    [lesson] = lesson_pages(module)
    page, response = follow(module, lesson.slug, rf)
    assert (page, response.status_code, response.url) == (lesson, 302, module.url)


def test_what_was_never_approved_is_not_there(client):
    module = make_module(is_published=False)
    course = make_course(is_live=False)
    for page in (module, lesson_pages(module)[0], course):
        assert get(client, page).status_code == 404
    assert module.title not in text_of(get(client, module.get_parent()))


def test_a_lesson_of_an_older_edition_keeps_its_address(rf):
    module = make_module(lessons=[{"slug": "old"}, {"slug": "gone"}, {"slug": "left"}])
    old, gone, left = lesson_pages(module)
    old.slug = "new"
    old.save()
    gone.delete()
    left.unpublish()
    for slug, expected in (("old", old), ("new", old), ("gone", module), ("left", left)):
        page, response = follow(module, slug, rf)
        assert (page, response.url) == (expected, module.url), slug
    assert module.route(rf.get("/"), ["gone"]).kwargs == {"lesson_key": gone.lesson_key}
    with pytest.raises(Http404):
        module.route(rf.get("/"), ["never"])


def test_a_retired_module_says_so_and_leaves_the_lists(client):
    module = make_module(title="Seeing it")
    retire_module(module=module, by=None, at=PUBLISHED_AT, reason="Superseded.")
    response = get(client, module)
    assert response.status_code == 404
    assert "What you have done in it is kept" in text_of(response)
    assert "Seeing it" not in text_of(get(client, module.get_parent()))
    assert "Seeing it" not in text_of(get(client, CourseIndexPage.objects.get()))


def test_a_translated_module_is_whole_in_its_language(client):
    arabic = {"display_title_ar": "درس", "body_ar": body("نص")}
    module = make_module(title="Seeing it", display_title_ar="أن ترى", lessons=[arabic])
    unreviewed = text_of(get(client, module, "ar"))
    assert "notice--language" in unreviewed, "until a native speaker has signed it off"
    edition = live_edition_of(module)
    seen = words_hash(edition, "ar")
    sign_off_translation(
        edition=edition, language="ar", seen=seen, shown_name="Reviewer", by=make_reviewer(), at=PUBLISHED_AT
    )
    reviewed = text_of(get(client, module, "ar"))
    assert "notice--language" not in reviewed
    for page in (unreviewed, reviewed):
        assert '<div lang="ar" dir="rtl">' in page
        assert "أن ترى" in page
        assert "درس" in page
    assert "العربية" in text_of(get(client, module))


def test_an_untranslated_module_comes_in_english_under_a_notice(client):
    module = make_module(title="Seeing it", summary_ar="ملخص", lessons=[{"display_title_ar": "درس"}])
    page = text_of(get(client, module, "ar"))
    assert "notice--language" in page
    assert '<div lang="en" dir="ltr">' in page
    assert "Seeing it" in page
    assert "درس" not in page, "a lesson without its Arabic body is not there in Arabic"
    assert "ملخص" not in page


def test_titles_and_texts_are_escaped(client):
    course = make_course(title=f"Course {EVIL}", summary_en=EVIL)
    module = make_module(
        course=course, title=f"Module {EVIL}", summary_en=EVIL, provenance_en=EVIL, lessons=[{"title": EVIL}]
    )
    module.sources.add(SourceFactory(title=EVIL, publisher=EVIL))
    module.save_revision()
    publish_edition(module=module, by=None, at=PUBLISHED_AT)
    for page in (module, course, CourseIndexPage.objects.get(), CourseIndexPage.objects.get().get_parent()):
        shown = text_of(get(client, page))
        assert EVIL not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("size", [1, 6])
def test_the_lists_cost_the_same_for_any_number(client, size, django_assert_max_num_queries):
    for _ in range(size):
        course = make_course()
        for _ in range(size):
            make_module(course=course)
    client.force_login(UserFactory())
    for page in (course, CourseIndexPage.objects.get(), CourseIndexPage.objects.get().get_parent()):
        get(client, page)
        with django_assert_max_num_queries(10) as taken:
            assert get(client, page).status_code == 200
        assert len(taken) == QUERIES.setdefault(type(page.specific), len(taken)), page


@pytest.mark.parametrize("size", [1, 6])
def test_a_module_page_costs_the_same_for_any_number_of_lessons(client, size, django_assert_max_num_queries):
    roles = [RoleFactory() for _ in range(size)]
    module = make_module(lessons=[{"roles": roles} for _ in range(size)])
    module.sources.set([SourceFactory() for _ in range(size)])
    module.save_revision(clean=False)
    publish_edition(module=module, by=None, at=PUBLISHED_AT)
    client.get(module.url)
    with django_assert_max_num_queries(10) as taken:
        assert get(client, module).status_code == 200
    assert len(taken) == QUERIES.setdefault("module", len(taken))


#: How many queries each page took at the first size; the second must take as many.
QUERIES: dict[object, int] = {}


def test_every_block_is_drawn_and_escaped(rf):
    from django.template.loader import render_to_string

    from courses.selectors import lesson_as_page, lessons_of, live_edition_of

    fact = FactFactory(label_en="People referred", value=f"23 {EVIL}", value__confidence="medium")
    contact = ContactFactory(label_en=f"Helpline {EVIL}", number="08000 121 700")
    blocks = [
        ("heading", f"Heading {EVIL}"),
        ("text", "<p>Paragraph</p>"),
        ("key_point", "<p>Key</p>"),
        ("do_dont", {"do": [f"Stay calm {EVIL}"], "dont": [f"Do not promise {EVIL}"]}),
        ("quotation", {"text": f"Words {EVIL}", "attribution": f"Someone {EVIL}"}),
        ("steps", [{"title": f"One {EVIL}", "text": "<p>First</p>"}]),
        ("table", {"caption": f"Table {EVIL}", "columns": ["A", EVIL], "rows": [["1", EVIL]]}),
        ("contact", contact),
        ("fact", fact),
        ("pair", {"happened": "<p>Then</p>", "helps": "<p>Now</p>"}),
    ]
    module = make_module(
        lessons=[{"body_en": blocks, "content_note_en": f"Note {EVIL}", "gentle_body_en": body("Soft")}]
    )
    lesson = lesson_as_page(lessons_of(live_edition_of(module))[0])

    shown = render_to_string("courses/lesson_content.html", {"lesson": lesson})

    assert EVIL not in shown
    for words in ("Heading", "Paragraph", "Key", "Stay calm", "Do not promise", "Words", "One", "Table", "Helpline",
                  'href="tel:08000121700"', "People referred", "23", "Check this", "1 October 2026", "What helps",
                  "Note", "Soft", 'href="#gentle"'):  # fmt: skip
        assert words in shown, words
    assert "style=" not in shown


def test_a_fact_that_changes_is_read_anew_and_a_deleted_one_leaves_no_hole():
    from django.template.loader import render_to_string

    from courses.selectors import lesson_as_page, lessons_of, live_edition_of

    fact, contact = FactFactory(value="23 people"), ContactFactory()
    module = make_module(lessons=[{"body_en": [("fact", fact), ("contact", contact), ("text", "<p>After</p>")]}])
    [row] = lessons_of(live_edition_of(module))

    def shown():
        return render_to_string("courses/lesson_content.html", {"lesson": lesson_as_page(row)})

    fact.versions.update(value_en="24 people")
    assert "24 people" in shown()
    fact.delete()
    contact.delete()
    assert "After" in shown()


@pytest.mark.parametrize("number", [1, 6])
def test_a_lesson_costs_the_same_for_any_number_of_facts_and_contacts(number, django_assert_num_queries):
    from django.template.loader import render_to_string

    from courses.selectors import lesson_as_page, lessons_of, live_edition_of

    blocks = [("fact", FactFactory(value="23")) for _ in range(number)]
    blocks += [("contact", ContactFactory()) for _ in range(number)]
    module = make_module(lessons=[{"body_en": blocks}])
    [row] = lessons_of(live_edition_of(module))
    # The lesson, the contacts, the facts and their versions.
    with django_assert_num_queries(4):
        render_to_string("courses/lesson_content.html", {"lesson": lesson_as_page(row)})


#: Wagtail leaves the file it drew into to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_reading_a_lesson_with_a_picture_writes_nothing():
    from django.db import connection
    from django.template.loader import render_to_string
    from django.test.utils import CaptureQueriesContext
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    from courses.selectors import lesson_as_page, lessons_of, live_edition_of

    image = get_image_model().objects.create(title="A door", file=get_test_image_file(size=(1600, 900)))
    picture = [{"type": "image", "value": {"image": image.pk, "alt_text": f"A blue door {EVIL}", "decorative": False}}]
    module = make_module(lessons=[{"body_en": picture}])
    [row] = lessons_of(live_edition_of(module))
    with CaptureQueriesContext(connection) as taken:
        shown = render_to_string("courses/lesson_content.html", {"lesson": lesson_as_page(row)})
    assert 'alt="A blue door &lt;script&gt;' in shown
    assert 'width="1000"' in shown
    assert writes(taken) == []
