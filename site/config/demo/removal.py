"""Takes the demo away again, with everything that its people did.

The starter content stays: it is what every new installation begins with.
"""

from __future__ import annotations

import email
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django_tasks_db.models import DBTaskResult
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex, Revision

from config.demo import sign_ins
from config.demo.bank import remove_tags
from config.demo.closure import Closure
from config.demo.content import say_what_completes
from courses.models import Edition, Submission
from organisations.models import (
    Appointment,
    Invitation,
    JoinRequest,
    Membership,
    Merge,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    User,
)
from privacy.models import ErasureRequest, LastLetter
from quizzes.models import QuestionVersion, Quiz, QuizVersion
from records.models import Certificate, Completion, Enrolment


class NotRemoved(Exception):
    """The demo stays as it was; the text says why."""


@dataclass(frozen=True)
class Demo:
    """What the demo consists of: the places, and the people who are nowhere else."""

    partnerships: set[int]
    organisations: set[int]
    people: set[int]
    #: Addresses and domains to which its mail was sent.
    addresses: set[str]


def find_demo() -> Demo:
    """The demo of this installation; raises NotRemoved when no partnership is marked as one."""
    partnerships = set(Partnership.objects.filter(is_demo=True).values_list("pk", flat=True))
    if not partnerships:
        raise NotRemoved("No partnership here is marked as a demo.")
    joined = PartnershipMembership.objects.filter(organisation=OuterRef("pk"))
    organisations = set(
        Organisation.objects.filter(
            Q(is_demo=True)
            | Exists(joined.filter(partnership__in=partnerships))
            & ~Exists(joined.exclude(partnership__in=partnerships))
        ).values_list("pk", flat=True)
    )
    people = _people_of(partnerships, organisations)
    emails = User.objects.filter(pk__in=people).exclude(email="").values_list("email", flat=True)
    invited = Invitation.objects.filter(organisation__in=organisations).values_list("email", flat=True)
    domains = OrganisationDomain.objects.filter(organisation__in=organisations).values_list("domain", flat=True)
    addresses = {text.lower() for text in [*emails, *invited, *(f"@{domain}" for domain in domains)]}
    return Demo(partnerships, organisations, people, addresses)


def _people_of(partnerships: set[int], organisations: set[int]) -> set[int]:
    """Everybody who belongs to the demo in some way and to nothing else in any way."""
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    requests = JoinRequest.objects.filter(person=OuterRef("pk"))
    appointments = Appointment.objects.filter(person=OuterRef("pk"))
    in_demo = Q(partnership__in=partnerships) | Q(organisation__in=organisations)
    appointed = in_demo | Q(unit__organisation__in=organisations)
    inside = Q(organisation__in=organisations)
    people = User.objects.filter(
        Exists(memberships.filter(inside)) | Exists(requests.filter(inside)) | Exists(appointments.filter(appointed)),
        ~Exists(memberships.exclude(inside)),
        ~Exists(requests.exclude(inside)),
        # A link that is empty is no reason to be left out: count what is inside instead of excluding it.
        ~Exists(appointments.exclude(pk__in=Appointment.objects.filter(appointed).values("pk"))),
        is_superuser=False,
    )
    return set(people.values_list("pk", flat=True))


@transaction.atomic
def remove_demo(demo: Demo) -> int:
    """Removes the demo and all that its people wrote, did and were sent; says how many rows went.

    Raises NotRemoved, and changes nothing, when records of people outside the demo rest on it.
    """
    closure = Closure()
    written = _created_by(demo.people)
    pages = _pages_of(demo.people)
    keys = {page.translation_key for page in pages}
    closure.add(Partnership, demo.partnerships)
    closure.add(Organisation, demo.organisations)
    closure.add(User, demo.people)
    closure.add(Submission, _keys(Submission, Q(module_key__in=keys) | Q(submitted_by__in=demo.people)))
    closure.add(Edition, _keys(Edition, Q(module_key__in=keys)))
    closure.add(Revision, _keys(Revision, Q(user__in=demo.people)))
    _refuse_if_others_rest_on_it(closure, demo.people)
    log_of_pages = {pk for page in pages for pk in (page.pk, *page.get_descendants().values_list("pk", flat=True))}
    changed = _pages_with_revisions(closure.rows[Revision]) - log_of_pages
    removed = _remove_sessions(demo.people) + _remove_tasks(closure)
    for page in pages:
        # An earlier one may have been above it.
        if page := Page.objects.filter(pk=page.pk).first():
            page.delete()
    removed += closure.remove()
    removed += PageLogEntry.objects.filter(page__in=log_of_pages).delete()[0]
    _bring_drafts_back(changed)
    removed += _remove_written(written)
    removed += remove_tags()
    removed += _remove_tasks_about_nothing()
    say_what_completes("")
    transaction.on_commit(lambda: _remove_traces(demo.addresses))
    return removed


def _keys(model: type[models.Model], wanted: Q) -> set[Any]:
    return set(model._base_manager.filter(wanted).values_list("pk", flat=True))


def _pages_of(people: Iterable[int]) -> list[Page]:
    """Pages that people of the demo made; those that others' records rest on are found out later."""
    return list(Page.objects.filter(owner__in=people).order_by("path"))


def _created_by(people: Iterable[int]) -> list[models.Model]:
    """Whatever else they made in the CMS or on screens: quizzes, facts, roles, pictures, documents."""
    entries = ModelLogEntry.objects.filter(user__in=people, action__in=["wagtail.create", "organisations.create"])
    made: list[models.Model] = []
    for entry in entries.select_related("content_type"):
        model = entry.content_type.model_class() if entry.content_type else None
        if model is not None:
            made += model._base_manager.filter(pk=entry.object_id)
    for model in (get_image_model(), get_document_model()):
        made += model._base_manager.filter(uploaded_by_user__in=people)
    return [row for row in dict.fromkeys(made) if not isinstance(row, User | Organisation | Partnership)]


def _refuse_if_others_rest_on_it(closure: Closure, people: set[int]) -> None:
    for model in (Enrolment, Completion, Certificate):
        others = model._base_manager.filter(pk__in=closure.rows[model]).exclude(person__in=people)
        if count := others.exclude(person=None).count():
            raise NotRemoved(
                f"{count} {model._meta.verbose_name_plural} of people outside the demo rest on what the demo holds."
            )


def _remove_sessions(people: set[int]) -> int:
    wanted = {str(pk) for pk in people}
    theirs = [each.pk for each in Session.objects.iterator() if each.get_decoded().get(SESSION_KEY) in wanted]
    return Session.objects.filter(pk__in=theirs).delete()[0]


#: Tasks that carry the number of a row.
TASKS: dict[str, type[models.Model]] = {
    "organisations.mail.post_invitation": Invitation,
    "organisations.mail.post_decision": JoinRequest,
    "organisations.mail.post_merged": Merge,
    "organisations.mail.post_second_factor_reset": User,
    "privacy.mail.post_asked": ErasureRequest,
    "privacy.mail.post_refused": ErasureRequest,
}
#: Tasks that carry the app, the model and the number of a row.
WAGTAIL_TASKS = (
    "modelsearch.tasks.insert_or_update_object_task",
    "wagtail.images.tasks.set_image_focal_point_task",
    "wagtail.tasks.update_reference_index_task",
)


def _remove_tasks(closure: Closure) -> int:
    """Letters of the demo that wait, and the traces of all tasks that are done."""
    gone = [
        task.pk
        for task in DBTaskResult.objects.filter(task_path__in=TASKS, finished_at=None)
        if set(task.args_kwargs["args"]) & closure.rows[TASKS[task.task_path]]
    ]
    # Nobody is behind a last letter any more; the demo is known by its addresses.
    LastLetter.objects.filter(address__endswith=".example").delete()
    return DBTaskResult.objects.filter(Q(pk__in=gone) | Q(finished_at__isnull=False)).delete()[0]


def _remove_tasks_about_nothing() -> int:
    """Waiting tasks of Wagtail that name a row by app, model and number, where there is no such row any more."""
    gone = []
    for task in DBTaskResult.objects.filter(finished_at=None, task_path__in=WAGTAIL_TASKS):
        app, model, pk = task.args_kwargs["args"]
        if not apps.get_model(app, model)._base_manager.filter(pk=pk).exists():
            gone.append(task.pk)
    return DBTaskResult.objects.filter(pk__in=gone).delete()[0]


def _pages_with_revisions(revisions: set[int]) -> set[int]:
    pages = Page.objects.filter(Q(latest_revision__in=revisions) | Q(live_revision__in=revisions))
    return set(pages.values_list("pk", flat=True))


def _bring_drafts_back(pages: set[int]) -> None:
    """Pages that stay have for their draft the newest one that is left, or else what is live."""
    for page in Page.objects.filter(pk__in=pages):
        newest = page.revisions.order_by("-created_at", "-pk").first()
        Page.objects.filter(pk=page.pk).update(
            latest_revision=newest,
            latest_revision_created_at=newest.created_at if newest else None,
            has_unpublished_changes=newest is not None and newest.pk != page.live_revision_id,
            draft_title=page.title,
        )


def _remove_written(written: list[models.Model]) -> int:
    """Removes what nobody else uses; the rest stays, without a name on it."""
    removed = 0
    for row in written:
        model, pk = type(row), row.pk
        if not model._base_manager.filter(pk=pk).exists() or _is_used(row):
            continue
        closure = Closure()
        if isinstance(row, Quiz):
            closure.add(QuizVersion, _keys(QuizVersion, Q(quiz_key=row.key)))
            closure.add(QuestionVersion, _keys(QuestionVersion, Q(places__quiz_version__quiz_key=row.key)))
        try:
            with transaction.atomic():
                # Through the model, so that files and search follow.
                removed += row.delete()[0]
        except models.ProtectedError:
            continue
        closure.add(model, [pk])
        removed += closure.remove()
    return removed


def _is_used(row: models.Model) -> bool:
    if ReferenceIndex.get_references_to(row).exists():
        return True
    if isinstance(row, Quiz):
        versions = QuizVersion.objects.filter(quiz_key=row.key)
        return versions.filter(Q(edition_lessons__isnull=False) | Q(attempts__isnull=False)).exists()
    relations: list[Any] = [relation for relation in row._meta.related_objects if relation.many_to_many]
    return any(getattr(row, each.get_accessor_name()).exists() for each in relations if each.get_accessor_name())


def _remove_traces(addresses: set[str]) -> None:
    """What lies beside the database: passwords, letters in files, the cache."""
    sign_ins.file().unlink(missing_ok=True)
    cache.clear()
    for file in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        recipients = _recipients(file.read_text(errors="replace"))
        if recipients and all(to in addresses or f"@{to.rpartition('@')[2]}" in addresses for to in recipients):
            file.unlink()
    logging.getLogger(__name__).info("The demo has been removed.")


def _recipients(text: str) -> set[str]:
    """The addresses in a file of letters, as Django writes it: one after another, with a line of dashes between."""
    letters = [email.message_from_string(part.lstrip()) for part in text.split("-" * 79)]
    headers = [value for letter in letters for value in letter.get_all("To", [])]
    return {address.lower() for _name, address in getaddresses(headers) if address}
