"""What a test wrote for good is gone when the next one begins."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from home.models import HomePage
from tests import starting_rows
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, RoleFactory, UserFactory


def everything():
    """What is there at the start, as the installation made it."""
    groups = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}
    return groups, set(Permission.objects.values_list("pk", "name")), list(HomePage.objects.values())


@pytest.mark.django_db(transaction=True)
def test_what_was_written_changed_and_deleted_is_as_at_the_start():
    before = everything()
    module, role = make_module(), RoleFactory(slug="housing-officer")
    MembershipFactory(role=role)
    Permission.objects.filter(codename="add_user").delete()
    Group.objects.filter(pk=Group.objects.first().pk).update(name="renamed")
    HomePage.objects.update(title="Another title")
    starting_rows.put_back()
    assert everything() == before
    assert not type(module).objects.exists()
    assert not type(role).objects.exists()
    # What is refused is refused as before.
    UserFactory(email="dana@riverside.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="dana@riverside.example")
