"""What the groups of the CMS may do; people enter them only by appointment."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from courses.models import CourseIndexPage
from organisations.groups import OPERATORS, REVIEWERS, TRAINERS, TRANSLATORS, WRITERS, get_group

#: The codenames each group holds on the models of this app and the toolboxes below it.
MODEL_PERMISSIONS = {
    TRAINERS: {
        "guidance": ["add_source", "change_source", "add_fact", "change_fact", "add_contact", "change_contact"],
        "quizzes": ["add_quiz", "change_quiz", "add_question", "change_question"],
    },
    TRANSLATORS: {"guidance": ["change_fact", "change_contact"], "quizzes": ["change_quiz", "change_question"]},
    REVIEWERS: {"quizzes": ["view_quiz", "view_question"]},
    OPERATORS: {
        "guidance": [
            *["add_source", "change_source", "delete_source", "add_fact", "change_fact", "delete_fact"],
            *["add_contact", "change_contact", "delete_contact"],
        ],
        "quizzes": [f"{verb}_{what}" for verb in ("add", "change", "delete") for what in ("quiz", "question")],
    },
}
COLLECTION_PERMISSIONS = {
    TRAINERS: ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"],
    TRANSLATORS: ["choose_image", "choose_document"],
    OPERATORS: ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"],
}


@transaction.atomic
def prepare_cms_groups() -> None:
    """Makes the groups of the CMS and gives each exactly the permissions of its work; may run again at any time.

    It runs by itself when a database is migrated, so that an installation has after an upgrade what a new one has.

    Trainers write in the courses; nobody but an operator publishes a page by hand, and even operators only the front
    page and the list of courses: modules, lessons and courses go live by approval (see courses.permissions).
    """
    for name, apps in MODEL_PERMISSIONS.items():
        group = get_group(name)
        _give_model_permissions(group, apps)
        _give_collection_permissions(group, COLLECTION_PERMISSIONS.get(name, []))
    for name in WRITERS.values():
        get_group(name)
    _give_page_permissions(TRAINERS, CourseIndexPage.objects.first(), ["add_page", "change_page"])
    _give_page_permissions(TRANSLATORS, CourseIndexPage.objects.first(), ["change_page"])
    _give_page_permissions(REVIEWERS, None, [])
    home = Page.objects.filter(depth=2).first()
    _give_page_permissions(OPERATORS, home, ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"])


def _give_model_permissions(group: Group, apps: dict[str, list[str]]) -> None:
    ours = Permission.objects.filter(content_type__app_label__in=["guidance", "quizzes", "courses"])
    wanted = [
        permission
        for app, codenames in apps.items()
        for permission in ours.filter(content_type__app_label=app, codename__in=codenames)
    ]
    group.permissions.remove(*ours)
    group.permissions.add(
        *wanted, Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )


def _give_collection_permissions(group: Group, codenames: list[str]) -> None:
    root = Collection.get_first_root_node()
    permissions = Permission.objects.filter(codename__in=codenames)
    GroupCollectionPermission.objects.filter(group=group).exclude(collection=root, permission__in=permissions).delete()
    for permission in permissions:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _give_page_permissions(name: str, page: Page | None, codenames: list[str]) -> None:
    group = get_group(name)
    permissions = Permission.objects.filter(codename__in=codenames, content_type__app_label="wagtailcore")
    GroupPagePermission.objects.filter(group=group).exclude(page=page, permission__in=permissions).delete()
    if page is None:
        return
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=permission)
