"""The only way to fetch a submission or a module for a person, and what stands against a deletion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import Comment, Edition, EditionLesson, ModulePage, Submission
from courses.translated import DEFAULT
from organisations.access import authority_of

if TYPE_CHECKING:
    from organisations.access import Person

#: Asked for pages about to be deleted, with all that lies below them; answers with what stands against it, in plain
#: words.
DeletionCheck = Callable[[Sequence[Page]], list[str]]
_deletion_checks: list[DeletionCheck] = []


def may_review(person: Person) -> bool:
    """Whether the person is a reviewer today; an operator is not one by being an operator."""
    return bool(authority_of(person).reviews_in)


def may_retire(person: Person) -> bool:
    """Whether the person may take a module out of use."""
    return may_review(person) or authority_of(person).is_operator


def may_see_submissions(person: Person) -> bool:
    """Whether the person takes part in writing or reviewing."""
    return authority_of(person).may_enter_cms


def refuse_others(person: Person) -> None:
    """Raises PermissionDenied for everyone who neither writes nor reviews nor keeps the installation."""
    if not may_see_submissions(person):
        raise PermissionDenied(_("This is for trainers and reviewers."))


def get_edition_for(person: Person, pk: int) -> Edition:
    """An edition, to read: for trainers, reviewers and operators."""
    refuse_others(person)
    edition = Edition.objects.select_related("author", "approved_by", "ended_by").filter(pk=pk).first()
    if edition is None:
        raise Http404(_("There is nothing at this address."))
    return edition


def get_edition_to_call_off(person: Person, pk: int) -> Edition:
    """An edition that people must learn again, to take that back: for reviewers."""
    if not may_review(person):
        raise PermissionDenied(_("Only a reviewer calls it off that people learn a module again."))
    return get_edition_for(person, pk)


def may_write(person: Person, page: Page) -> bool:
    """Whether the person may change this page in the CMS."""
    return page.permissions_for_user(person).can_edit()


def is_author(person: Person, submission: Submission) -> bool:
    """Whether the person wrote in what is handed in, or handed it in: then another person decides."""
    return submission.submitted_by_id == person.pk or submission.authors.filter(pk=person.pk).exists()


def get_submission_for(person: Person, pk: int) -> Submission:
    """A submission, to read: for trainers, reviewers and operators."""
    if not may_see_submissions(person):
        raise PermissionDenied(_("Submissions are for trainers and reviewers."))
    try:
        return Submission.objects.select_related("module", "submitted_by").get(pk=pk)
    except Submission.DoesNotExist as error:
        raise Http404(_("There is nothing at this address.")) from error


def get_comment_for(person: Person, pk: int) -> Comment:
    """A comment, to answer or resolve: for all who may read its submission."""
    comment = Comment.objects.select_related("submission", "answers").filter(pk=pk).first()
    if comment is None:
        raise Http404(_("There is nothing at this address."))
    get_submission_for(person, comment.submission_id)
    return comment


def get_submission_to_decide(person: Person, pk: int) -> Submission:
    """A submission, to approve or return: for reviewers who did not write in it."""
    submission = get_submission_for(person, pk)
    if not may_review(person):
        raise PermissionDenied(_("Only a reviewer decides about a submission."))
    if is_author(person, submission):
        raise PermissionDenied(_("Nobody decides about their own work. Please ask another reviewer."))
    return submission


def get_submission_to_withdraw(person: Person, pk: int) -> Submission:
    """A submission, to take back: for those who write in its module."""
    submission = get_submission_for(person, pk)
    if submission.module is None or not may_write(person, submission.module):
        raise PermissionDenied(_("Only its trainers withdraw a submission."))
    return submission


def get_module_for_trainer(person: Person, pk: int) -> ModulePage:
    """A module, to hand in: for those who write in it."""
    module = _module(pk)
    if not may_write(person, module):
        raise PermissionDenied(_("Only its trainers hand in a module."))
    return module


def get_translation_for(person: Person, pk: int, code: str) -> Edition:
    """What learners have of a module in a language, to be read beside the English: for those who write or review."""
    if not may_see_submissions(person):
        raise PermissionDenied(_("Translations are for trainers and reviewers."))
    edition = Edition.objects.filter(module=pk, is_live=True).select_related("module").first()
    if edition is None or code == DEFAULT or code not in edition.languages:
        raise Http404(_("There is nothing at this address."))
    return edition


def get_translation_to_sign_off(person: Person, pk: int, code: str) -> Edition:
    """The same, to sign it off: for reviewers who did not write any of it."""
    edition = get_translation_for(person, pk, code)
    if not may_review(person):
        raise PermissionDenied(_("Only a reviewer signs a translation off."))
    return edition


def get_module_to_retire(person: Person, pk: int) -> ModulePage:
    """A module, to take out of use: for reviewers and operators."""
    if not may_retire(person):
        raise PermissionDenied(_("Only a reviewer or an operator takes a module out of use."))
    return _module(pk)


def get_module_to_put_back(person: Person, pk: int) -> ModulePage:
    """A module, to put back in use: for reviewers, because learners meet it again."""
    if not may_review(person):
        raise PermissionDenied(_("Only a reviewer puts a module back in use."))
    return _module(pk)


def _module(pk: int) -> ModulePage:
    try:
        return ModulePage.objects.get(pk=pk)
    except ModulePage.DoesNotExist as error:
        raise Http404(_("There is nothing at this address.")) from error


def register_deletion_check(check: DeletionCheck) -> DeletionCheck:
    """Lets an app above say that pages must stay; called once, from its AppConfig.ready()."""
    if check not in _deletion_checks:
        _deletion_checks.append(check)
    return check


def deletion_obstacles(pages: Iterable[Page]) -> list[str]:
    """Why these pages, with everything below them, must not be deleted now; empty when they may."""
    pages = list(pages)
    # What an app above keeps stays for good; what is only in use may go when it no longer is.
    kept = [obstacle for check in _deletion_checks for obstacle in check(pages)]
    return kept or _in_use([each for page in pages for each in page.get_descendants(inclusive=True)])


def _in_use(pages: Sequence[Page]) -> list[str]:
    ids = [page.pk for page in pages]
    editions = Edition.objects.filter(is_live=True, module__in=ids)
    lessons = EditionLesson.objects.filter(edition__is_live=True, lesson__in=ids).exclude(edition__in=editions)
    return [
        *(
            _("Not deleted: learners use the module “%(title)s”. Take it out of use first.") % {"title": edition.title}
            for edition in editions.only("title")
        ),
        *(
            _("Not deleted: learners use the lesson “%(title)s”. Hand the module in without it first.")
            % {"title": lesson.title}
            for lesson in lessons.only("title")
        ),
    ]
