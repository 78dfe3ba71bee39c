"""The Wagtail groups that stand for an appointment: what lets a person into the CMS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group, Permission

from organisations.models import Appointment, User

TRAINERS = "Trainers"
REVIEWERS = "Reviewers"
OPERATORS = "Operators"
#: Trainers who write in other languages than English only: they change what is there and add nothing.
TRANSLATORS = "Translators"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ENGLISH = settings.LANGUAGE_CODE

GROUP_OF_KIND = {
    Appointment.Kind.TRAINER: TRAINERS,
    Appointment.Kind.REVIEWER: REVIEWERS,
    Appointment.Kind.OPERATOR: OPERATORS,
}

#: Whose members write in one language, by its code.
WRITERS = {code: f"Writers: {code}" for code in LANGUAGES}
OURS = [*GROUP_OF_KIND.values(), TRANSLATORS, *WRITERS.values()]


def write_permission(code: str) -> str:
    """The permission to write in a language; what is the same in every language goes with English."""
    return f"organisations.write_{code}"


def get_group(name: str) -> Group:
    """One of our groups, made with the permission that it stands for where it is missing: to enter the CMS, or to
    write in a language.

    What its members may do to pages and snippets is given by the apps that own those.
    """
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        app, codename = "wagtailadmin", "access_admin"
        for code, writers in WRITERS.items():
            if name == writers:
                app, codename = write_permission(code).split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return group


def groups_of(appointments: Iterable[Appointment]) -> set[str]:
    """The names of the groups that these appointments give."""
    wanted = set()
    for appointment in appointments:
        kind = Appointment.Kind(appointment.kind)
        if kind not in GROUP_OF_KIND:
            continue
        codes = [] if kind == Appointment.Kind.REVIEWER else appointment.languages or LANGUAGES
        wanted |= {WRITERS[code] for code in codes if code in WRITERS}
        is_translator = kind == Appointment.Kind.TRAINER and ENGLISH not in codes
        wanted.add(TRANSLATORS if is_translator else GROUP_OF_KIND[kind])
    return wanted


def sync_groups(person: User, day: date) -> bool:
    """Puts the person into exactly the groups that their appointments give on the day; says whether it wrote."""
    wanted = groups_of(Appointment.objects.of(person).active_on(day).only("kind", "languages"))
    if not person.is_active:
        wanted = set()
    present = {group.name: group for group in person.groups.filter(name__in=OURS)}
    if wanted == set(present):
        return False
    person.groups.remove(*(group for name, group in present.items() if name not in wanted))
    person.groups.add(*(get_group(name) for name in wanted - set(present)))
    # Django keeps a person's permissions on the object; what was read before is no longer true.
    for cache in ("_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        person.__dict__.pop(cache, None)
    return True
