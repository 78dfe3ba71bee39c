"""Pages that people have records on are not deleted, by whichever way, and never with an error page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from courses.models import CourseIndexPage, ModulePage
from records.access_deleting import PagesHaveRecords, refuse_delete
from tests.factories.cms import text_of
from tests.factories.courses import lesson_pages, make_module, make_trainer
from tests.factories.organisations import UserFactory
from tests.factories.records import (
    AttemptFactory,
    CompletionFactory,
    EnrolmentFactory,
    LessonProgressFactory,
    RequirementFactory,
)

pytestmark = pytest.mark.django_db


def record_by(name: str, module):
    """Somebody's record of the module or of its first lesson."""
    lesson = lesson_pages(module)[0]
    match name:
        case "enrolment":
            EnrolmentFactory(edition=module.editions.get())
        case "completion":
            CompletionFactory(module=module)
        case "requirement":
            RequirementFactory(module=module)
        case "lesson done":
            LessonProgressFactory(lesson_key=lesson.lesson_key)
        case "attempt":
            AttemptFactory(lesson_key=lesson.lesson_key)


class TestRefusing:
    @pytest.mark.parametrize("name", ["enrolment", "completion", "requirement", "lesson done", "attempt"])
    def test_the_module_and_everything_above_it(self, name):
        module = make_module(title="Seeing it")
        record_by(name, module)
        for page in (module, module.get_parent(), CourseIndexPage.objects.get(), Page.objects.get(depth=2)):
            with pytest.raises(PagesHaveRecords):
                refuse_delete([page])

    def test_names_the_pages_in_plain_words(self):
        module = make_module(title="Seeing it")
        record_by("completion", module)
        with pytest.raises(PagesHaveRecords, match=r"“Seeing it”.*Take the module out of use"):
            refuse_delete([module.get_parent()])

    def test_not_pages_without_records(self):
        with_records, without = make_module(), make_module()
        record_by("completion", with_records)
        refuse_delete([without, without.get_parent(), *lesson_pages(without)])
        refuse_delete(lesson_pages(with_records))
        refuse_delete([])

    def test_the_same_queries_for_any_number(self, django_assert_num_queries):
        for modules in (1, 5):
            pages = [make_module(lessons=3) for _number in range(modules)]
            with django_assert_num_queries(9):
                refuse_delete(pages)


@pytest.fixture
def editor(client):
    """Somebody whom nothing in the CMS holds back."""
    group = Group.objects.create(name="Test editors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for kind in ("add_page", "change_page", "publish_page", "bulk_delete_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=kind)
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
    person = UserFactory()
    person.is_superuser = True
    person.save()
    client.force_login(person)
    return client


class TestThroughTheCMS:
    def test_deleting_one_page(self, editor):
        module = make_module(title="Seeing it")
        record_by("completion", module)
        for page in (module, module.get_parent()):
            for method in (editor.get, editor.post):
                response = method(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
                assert response.status_code == 200
                assert "Not deleted: people have records of" in response.content.decode()
        assert ModulePage.objects.filter(pk=module.pk).exists()

    @pytest.mark.parametrize("who", ["superuser", "trainer"])
    def test_why_is_said_at_once_alone_with_the_parent_and_in_bulk(self, editor, who):
        with_records, without = make_module(title="Seeing it"), make_module()
        record_by("lesson done", with_records)
        record_by("completion", with_records)
        if who == "trainer":
            editor.force_login(make_trainer())
        course, [lesson] = with_records.get_parent(), lesson_pages(with_records)
        in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        cases = [
            (f"{in_bulk}?id={with_records.pk}&id={without.pk}", "Take the module out of use"),
            (f"{in_bulk}?id={course.pk}", "Take the module out of use"),
            (f"{in_bulk}?id=all&childOf={with_records.pk}", "Hand the module in without it"),
        ]
        # Trainers get no button on one page that has pages below, or that learners use, but may know the address.
        alone = {with_records: "Take the module out", course: "Take the module out", lesson: "Hand the module in"}
        cases += [(reverse("wagtailadmin_pages:delete", args=[page.pk]), said) for page, said in alone.items()]
        for address, instead in cases:
            for method in (editor.get, editor.post):
                response = method(address, follow=True)
                text = response.content.decode()
                assert response.status_code == 200, address
                assert "Not deleted: people have records of" in text, address
                assert instead in text, address
                assert "permission" not in text_of(response), address
        assert {with_records, without} <= set(ModulePage.objects.all())
        assert lesson_pages(with_records) == [lesson]

    def test_what_is_only_in_use_says_so_and_what_is_no_page_is_not_found(self, editor):
        module = make_module(title="Seeing it")
        said = editor.get(reverse("wagtailadmin_pages:delete", args=[module.pk]), follow=True).content.decode()
        assert "Not deleted: learners use the module “Seeing it”. Take it out of use first." in said
        in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        for asked in ("", "?id=", "?id=x", "?id=0"):
            assert editor.get(in_bulk + asked).status_code == 404

    def test_who_writes_nothing_learns_nothing(self, editor):
        module = make_module(title="Seeing it")
        record_by("completion", module)
        editor.force_login(UserFactory())
        for address in (
            reverse("wagtailadmin_pages:delete", args=[module.pk]),
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={module.pk}",
        ):
            assert "Seeing it" not in editor.get(address, follow=True).content.decode()

    def test_a_page_without_records_is_deleted(self, editor):
        module = make_module(is_published=False)
        response = editor.post(reverse("wagtailadmin_pages:delete", args=[module.pk]), follow=True)
        assert response.status_code == 200
        assert not ModulePage.objects.filter(pk=module.pk).exists()
