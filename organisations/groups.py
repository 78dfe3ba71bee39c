"""The Wagtail groups that stand for an appointment: what lets a person into the CMS."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group, Permission

from organisations.models import Appointment, User

TRAINERS = "Trainers"
REVIEWERS = "Reviewers"
OPERATORS = "Operators"

GROUP_OF_KIND = {
    Appointment.Kind.TRAINER: TRAINERS,
    Appointment.Kind.REVIEWER: REVIEWERS,
    Appointment.Kind.OPERATOR: OPERATORS,
}


def get_group(name: str) -> Group:
    """One of the three groups, made with the permission to enter the CMS where it is missing.

    What its members may do to pages and snippets is given by the apps that own those.
    """
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def sync_groups(person: User, day: date) -> bool:
    """Puts the person into exactly the groups that their appointments give on the day; says whether it wrote."""
    kinds = Appointment.objects.of(person).active_on(day).values_list("kind", flat=True)
    wanted = {GROUP_OF_KIND[Appointment.Kind(kind)] for kind in kinds if kind in GROUP_OF_KIND}
    if not person.is_active:
        wanted = set()
    present = {group.name: group for group in person.groups.filter(name__in=GROUP_OF_KIND.values())}
    if wanted == set(present):
        return False
    person.groups.remove(*(group for name, group in present.items() if name not in wanted))
    person.groups.add(*(get_group(name) for name in wanted - set(present)))
    # Django keeps a person's permissions on the object; what was read before is no longer true.
    for cache in ("_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        person.__dict__.pop(cache, None)
    return True
