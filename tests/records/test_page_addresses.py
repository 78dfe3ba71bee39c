"""Pages below the catalogue are found at once, and answer as if Wagtail had gone down the tree."""

from __future__ import annotations

import pytest
from django.utils import timezone
from wagtail.models import Site

from records.actions.learning import start_module
from tests.factories.courses import lesson_pages, make_course, make_lesson, make_module
from tests.factories.organisations import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def learner(client):
    """Somebody signed in."""
    person = MembershipFactory().person
    client.force_login(person)
    return person


def tree_queries(queries) -> list[str]:
    """The queries that ask which site it is or go down the tree."""
    return [each["sql"] for each in queries if 'FROM "wagtailcore_site"' in each["sql"]]


class TestFoundAtOnce:
    def test_a_lesson_without_reading_a_page(self, client, learner, django_assert_max_num_queries):
        module = make_module(lessons=2)
        start_module(person=learner, module=module, at=timezone.now())
        address = lesson_pages(module)[1].url
        client.get(address)
        with django_assert_max_num_queries(7) as captured:
            response = client.get(address)
        assert response.context["view"].number == 2
        assert tree_queries(captured.captured_queries) == []

    def test_a_course_and_a_module(self, client, learner, django_assert_max_num_queries):
        module = make_module()
        for address, most in ((module.get_parent().url, 6), (module.url, 12)):
            client.get(address)
            with django_assert_max_num_queries(most) as captured:
                assert client.get(address).status_code == 200
            assert tree_queries(captured.captured_queries) == []


class TestLeftToWagtail:
    def test_a_visitors_lesson_asks_to_sign_in(self, client):
        [page] = lesson_pages(make_module())
        response = client.get(page.url)
        assert response.status_code == 302
        assert "/account/login/" in response.headers["Location"]

    def test_a_visitors_module_is_public(self, client):
        assert client.get(make_module().url).status_code == 200

    def test_a_lesson_of_a_module_that_is_not_begun_leads_to_it(self, client, learner):
        module = make_module()
        [page] = lesson_pages(module)
        response = client.get(page.url)
        assert response.headers["Location"] == module.url

    def test_what_is_not_there(self, client, learner):
        make_module()
        for path in ("/en/courses/nothing/", "/en/courses/a/b/", "/en/courses/a/b/c/", "/en/courses/a/b/c/d/"):
            assert client.get(path).status_code == 404

    def test_a_course_that_is_a_draft(self, client, learner):
        course = make_course(is_live=False)
        assert client.get(f"/en/courses/{course.slug}/").status_code == 404

    def test_a_draft_of_a_lesson(self, client, learner):
        module = make_module()
        start_module(person=learner, module=module, at=timezone.now())
        draft = make_lesson(module, title="Not approved")
        assert client.get(f"{module.url}{draft.slug}/").status_code == 404

    def test_an_address_without_its_last_slash_gets_one(self, client, learner):
        course = make_course()
        response = client.get(course.url.rstrip("/"))
        assert (response.status_code, response.headers["Location"]) == (301, course.url)

    def test_two_sites(self, client, learner):
        course = make_course()
        root = Site.objects.get().root_page
        Site.objects.create(hostname="other.example", root_page=root)
        assert client.get(course.url).status_code == 200


def test_a_course_takes_no_other_method(client, learner):
    address = make_course().url
    assert client.head(address).status_code == 200
    assert client.get(address).headers["Content-Type"].startswith("text/html")


def test_a_lesson_of_somebody_elses_work_is_not_shown(client, learner):
    module = make_module()
    start_module(person=MembershipFactory().person, module=module, at=timezone.now())
    [page] = lesson_pages(module)
    assert client.get(page.url).headers["Location"] == module.url
