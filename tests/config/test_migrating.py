"""What `migrate` leaves behind beside tables: the groups of the CMS, on a new database and after an upgrade."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from config import receivers
from organisations.groups import OPERATORS, OURS, REVIEWERS, TRAINERS, TRANSLATORS, WRITERS

pytestmark = pytest.mark.django_db


def held(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_a_database_without_groups_gets_them_all():
    """Before anybody has made a front page or a partnership."""
    Group.objects.filter(name__in=OURS).delete()
    call_command("migrate", verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) >= set(OURS)
    assert {"access_admin", "change_fact"} <= held(TRAINERS) & held(TRANSLATORS)
    assert held(REVIEWERS) == {"access_admin", "view_quiz", "view_question"}
    assert "delete_source" in held(OPERATORS)
    assert held(WRITERS["so"]) == {"write_so"}


def test_an_upgrade_gives_the_groups_what_is_new(site_tree):
    """What a later version lets a group do is there when `migrate` has run."""
    group = Group.objects.get(name=TRANSLATORS)
    group.permissions.clear()
    group.page_permissions.all().delete()
    call_command("migrate", verbosity=0)
    assert "change_quiz" in held(TRANSLATORS)
    assert group.page_permissions.filter(permission__codename="change_page").exists()


def test_halfway_through_the_migrations_nothing_is_touched(monkeypatch):
    """An older state has other tables than the code knows."""
    Group.objects.filter(name__in=OURS).delete()
    monkeypatch.setattr(receivers, "migrations_wait", lambda: True)
    call_command("migrate", verbosity=0)
    assert not Group.objects.filter(name__in=OURS).exists()


def test_emptying_a_database_makes_no_groups():
    """The pages and collections that they work on are gone then."""
    Group.objects.filter(name__in=OURS).delete()
    emit_post_migrate_signal(0, False, "default")
    assert not Group.objects.filter(name__in=OURS).exists()
