"""What the groups of the CMS may do: exactly this, also when asked again or after somebody added to it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from courses.actions import prepare_cms_groups
from home.actions import prepare_site
from organisations.groups import OPERATORS, REVIEWERS, TRAINERS

pytestmark = pytest.mark.django_db


def pages_of(name):
    rows = GroupPagePermission.objects.filter(group__name=name)
    return {(page.title, codename) for page, codename in ((row.page, row.permission.codename) for row in rows)}


def models_of(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_each_group_may_do_exactly_its_work():
    prepare_site()
    assert pages_of(TRAINERS) == {("Courses", "add_page"), ("Courses", "change_page")}
    assert pages_of(REVIEWERS) == set()
    assert ("Signpost", "publish_page") in pages_of(OPERATORS)
    assert models_of(TRAINERS) == {
        "access_admin", "add_source", "change_source", "add_fact", "change_fact", "add_contact", "change_contact",
        "add_quiz", "change_quiz", "add_question", "change_question",
    }  # fmt: skip
    assert models_of(REVIEWERS) == {"access_admin", "view_quiz", "view_question"}
    assert "delete_contact" in models_of(OPERATORS)


def test_what_somebody_added_goes_and_what_belongs_to_other_apps_stays():
    prepare_site()
    trainers = Group.objects.get(name=TRAINERS)
    publish = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    foreign = Permission.objects.get(codename="view_role")
    trainers.permissions.add(Permission.objects.get(codename="delete_fact"), foreign)
    GroupPagePermission.objects.create(group=trainers, page=Page.get_first_root_node(), permission=publish)
    GroupCollectionPermission.objects.create(
        group=trainers,
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(codename="delete_image"),
    )
    prepare_cms_groups()
    assert "delete_fact" not in models_of(TRAINERS)
    assert "view_role" in models_of(TRAINERS)
    assert pages_of(TRAINERS) == {("Courses", "add_page"), ("Courses", "change_page")}
    kept = GroupCollectionPermission.objects.filter(group=trainers).values_list("permission__codename", flat=True)
    assert "delete_image" not in kept
    before = GroupPagePermission.objects.count()
    prepare_cms_groups()
    assert GroupPagePermission.objects.count() == before
