"""Whoever writes or reviews sees in the CMS what happened to content, and nothing of what happened to people."""

from __future__ import annotations

import csv
import io
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page

from courses.actions import prepare_cms_groups
from organisations.actions import appoint
from organisations.groups import OURS, WRITERS, get_group
from tests.conftest import TODAY
from tests.factories.organisations import UserFactory
from tests.organisations.lead_world import make_world, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/cms/reports/site-history/"
#: What the CMS is for; of everything else it says nothing to those who write and review.
CONTENT = {"guidance.Contact", "guidance.Fact", "guidance.Source", "quizzes.Question", "quizzes.Quiz"}
#: What only permissions belong to.
WITHOUT_ROWS = {"wagtailadmin.Admin", "organisations.Writing"}
INSIDE = {
    "trainer": {"kind": "trainer"},
    "translator": {"kind": "trainer", "languages": ["ar"]},
    "reviewer": {"kind": "reviewer"},
    "operator": {"kind": "operator"},
}
MOVE = import_module("organisations.migrations.0008_permissions_to_write_on_their_own")


@pytest.fixture
def world(site_tree, today):
    return make_world()


@pytest.fixture(params=INSIDE)
def person(request, world):
    """Somebody whom the CMS lets in."""
    scope = {} if request.param == "operator" else {"partnership": world.partnership}
    someone = UserFactory(name=f"The {request.param}")
    by = world.partnership_lead if scope else None
    appoint(person=someone, by=by, started_on=TODAY, **scope, **INSIDE[request.param])
    return someone


def lines_shown(person):
    """The names of the things in the table that the report gives, all its pages together."""
    response = sign_in(person).get(ADDRESS, {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return {row["Name"] for row in csv.DictReader(io.StringIO(text))}


def test_what_happens_to_people_is_not_in_the_history_of_the_site(world, person):
    """Every kind of thing has a line in the log here, each by somebody whose name must not appear."""
    busy = UserFactory(name="Asha Rowe")
    kinds = {model._meta.label: model for model in apps.get_models() if not issubclass(model, Page)}
    for label, model in kinds.items():
        if label not in WITHOUT_ROWS:
            ModelLogEntry.objects.create(
                content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
                object_id="1",
                label=label,
                action="wagtail.edit",
                user=None if label in CONTENT else busy,
                timestamp=timezone.now(),
            )
    assert lines_shown(person) & set(kinds) <= CONTENT
    page = sign_in(person).get(ADDRESS).text
    assert "Asha Rowe" not in page
    assert world.partnership_lead.name not in page
    assert "appointment" not in page.lower()


def test_our_groups_hold_permissions_on_content_alone(site_tree):
    """Wagtail shows the history of a kind of thing to whoever holds any permission on it."""
    for name in OURS:
        get_group(name)
    held = Permission.objects.filter(group__name__in=OURS).select_related("content_type")
    models = {permission.content_type.model_class()._meta.label for permission in held}
    assert models == CONTENT | WITHOUT_ROWS


def test_who_writes_in_a_language_goes_on_doing_so_across_the_migration(site_tree):
    """There and back: the rows, and who holds them, stay."""
    groups = {code: get_group(name) for code, name in WRITERS.items()}
    editor = connection.schema_editor()
    before = set(Permission.objects.filter(codename__startswith="write_").values_list("pk", flat=True))
    for step, model in ((MOVE.back_to_appointments, "appointment"), (MOVE.away_from_appointments, "writing")):
        step(apps, editor)
        rows = Permission.objects.filter(codename__startswith="write_")
        assert set(rows.values_list("pk", flat=True)) == before
        assert set(rows.values_list("content_type__model", flat=True)) == {model}
        for code, group in groups.items():
            assert group.permissions.filter(codename=f"write_{code}").exists()
    prepare_cms_groups()
    trainer = UserFactory()
    trainer.groups.add(Group.objects.get(name=WRITERS["so"]))
    assert trainer.has_perm("organisations.write_so")
    assert not trainer.has_perm("organisations.write_en")
