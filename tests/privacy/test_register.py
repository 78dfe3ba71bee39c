"""No table that refers to a person is forgotten."""

from __future__ import annotations

from django.apps import apps

from organisations.models import User
from privacy.acted import ACTED
from privacy.register import ELSEWHERE, SIGN_IN_APPS, everything

#: Tables that hang on rows about a person and say nothing of the person themselves, each with its reason.
NOT_ABOUT_THEM = {
    "account.EmailConfirmation": "a key of an address; goes with it",
    "socialaccount.SocialToken": "a key of a sign-in at an organisation; goes with it",
    "privacy.RetentionResult": "numbers of a run",
}


def links_to(model) -> set[str]:
    """Every link of every table that leads to a model, as app.Model.field."""
    found = set()
    for each in apps.get_models():
        for link in each._meta.get_fields():
            if link.is_relation and not link.auto_created and link.related_model is model:
                found.add(f"{link.model._meta.label}.{link.name}")
    return found


def described() -> set[str]:
    """The links that the register speaks of."""
    about = {f"{each.model}.{each.path}" for each in everything() if "__" not in each.path}
    return about | ACTED | set(ELSEWHERE)


def test_every_link_to_a_person_is_described():
    assert links_to(User) - described() == set(), "tell privacy/register.py what happens to these"
    assert described() - links_to(User) == set(), "these links are gone"


def test_every_table_below_a_table_about_a_person_is_described():
    """Lessons done hang on an enrolment, days away on a membership: they are about the person too."""
    known = {each.model for each in everything()} | set(NOT_ABOUT_THEM)
    missing = []
    for each in everything():
        if each.model.split(".")[0].startswith("wagtail"):
            continue
        links = links_to(apps.get_model(each.model))
        missing += [link for link in links if link.rsplit(".", 1)[0] not in known]
    assert missing == []


def test_every_row_goes_or_says_why_it_stays():
    for each in everything():
        assert each.is_removed or str(each.stays), each.model
        model = apps.get_model(each.model)
        names = {one.name for one in model._meta.fields}
        assert set(each.columns) | set(each.hidden) | set(each.emptied) <= names, each.model


def test_how_people_sign_in_goes_with_them():
    assert all(each.is_removed for each in everything() if each.model.split(".")[0] in SIGN_IN_APPS)
