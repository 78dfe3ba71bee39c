"""Nobody can tell from a field, a group, a log or a page whether a reviewer has lived through it themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.serializers import serialize
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.actions import prepare_cms_groups
from organisations.actions import appoint, end_appointment
from organisations.models import Appointment
from tests.conftest import TODAY
from tests.factories.organisations import UserFactory
from tests.organisations.lead_world import make_world, sign_in

ROOT = Path(__file__).resolve().parents[2]
APPS = ("organisations", "guidance", "quizzes", "courses", "records", "reporting", "privacy", "home", "config")
#: Words that would sort a reviewer; content that teaches about survivors is no record of who somebody is.
TELLING = re.compile(r"lived[\s_-]?experience|survivor|expert[\s_-]by", re.IGNORECASE)


def test_there_is_one_kind_of_reviewer():
    assert [kind for kind in Appointment.Kind.values if "review" in kind] == ["reviewer"]
    columns = {field.name for field in Appointment._meta.get_fields() if not field.auto_created}
    known = {"person", "kind", "partnership", "organisation", "unit", "started_on", "ended_on", "languages"}
    assert columns == known | {"appointed_by", "created_at"}


def test_no_field_and_no_choice_could_hold_it():
    told = []
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for field in model._meta.get_fields():
            words = [field.name, str(getattr(field, "verbose_name", "")), str(getattr(field, "help_text", ""))]
            words += [str(each) for pair in getattr(field, "flatchoices", None) or () for each in pair]
            told += [f"{model.__name__}.{field.name}" for word in words if TELLING.search(word)]
    assert told == []


def test_no_page_of_staff_and_no_line_of_code_sorts_reviewers():
    """Screens, forms and log texts; the starter content, which teaches, is not looked at."""
    places = [ROOT / each for each in APPS if (ROOT / each).exists()] + [ROOT / "site"]
    told = []
    for place in places:
        for path in [*place.rglob("*.py"), *place.rglob("*.html"), *place.rglob("*.txt")]:
            parts = set(path.relative_to(ROOT).parts)
            if parts & {"node_modules", "static", "staticfiles", "migrations", "starter"}:
                continue
            if TELLING.search(path.read_text(encoding="utf-8")):
                told.append(str(path.relative_to(ROOT)))
    assert told == []


@pytest.mark.django_db
def test_two_reviewers_are_alike_in_rows_groups_log_and_pages(today):
    """Whoever is appointed, the traces differ only by number, name and day."""
    world = make_world()
    prepare_cms_groups()
    traces = []
    for name in ("One Reviewer", "Two Reviewer"):
        person = UserFactory(name=name)
        appointment = appoint(
            person=person,
            kind="reviewer",
            by=world.partnership_lead,
            partnership=world.partnership,
            started_on=TODAY,
        )
        entry = ModelLogEntry.objects.filter(object_id=str(appointment.pk)).latest("pk")
        row = serialize("json", [appointment]).replace(str(person.pk), "#").replace(f'"pk": {appointment.pk}', "#")
        row = re.sub(r'"created_at": "[^"]*"', "", row)
        groups = sorted(person.groups.values_list("name", flat=True))
        traces.append((row, groups, entry.action, sorted(entry.data)))
        end_appointment(appointment=appointment, by=world.partnership_lead)
    assert traces[0] == traces[1]
    assert set(Group.objects.values_list("name", flat=True)) >= {"Reviewers"}
    page = sign_in(world.partnership_lead).get(reverse("organisations:appointment_new")).content.decode()
    assert not TELLING.search(page)
