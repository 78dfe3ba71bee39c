"""Every table that refers to a person: what that person is shown of it, and what is left of it once they are erased.

The export, the preview and the erasure all read this one list, and a test goes over every foreign key of the project:
a table that is not here fails it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.models import User


@dataclass(frozen=True)
class About:
    """Rows that are about one person."""

    model: str
    title: str | Promise
    #: The lookup that leads from a row to the person.
    path: str = "person"
    #: Secrets: named in the export, never shown.
    hidden: tuple[str, ...] = ()
    #: What a person reads of it without a computer; the data file holds everything.
    columns: tuple[str, ...] = ()
    #: Whether erasing the person takes the rows away.
    is_removed: bool = False
    #: Fields that erasing the person empties.
    emptied: Mapping[str, Any] = field(default_factory=dict)
    #: What stays, and why.
    stays: str | Promise = ""

    def rows(self, person_ids: Collection[int], addresses: Collection[str]) -> QuerySet[Any]:
        """The rows about these ids, which are one person, who is known by these lower-case addresses."""
        model: type[Model] = apps.get_model(self.model)
        where = Q(**{f"{self.path}__in": person_ids})
        if self.model in {"organisations.Invitation", "records.Attendance"}:
            # A letter knows its reader by address only, and so does a list from a room.
            for address in addresses:
                where |= Q(email__iexact=address)
        return model._default_manager.filter(where).order_by("pk")


DAYS_STAY = _("The days stay, without a name, so that past numbers stay true.")
NUMBERS_STAY = _("The row stays, without a name, so that past numbers stay true.")
WHO_DID_IT = _("What was done stays. Who did it reads “Removed person”.")

ABOUT: tuple[About, ...] = (
    About("account.EmailAddress", _("E-mail addresses"), "user", columns=("email", "verified"), is_removed=True),
    About(
        "organisations.Membership",
        _("Where you work or have worked"),
        columns=("organisation", "unit", "role", "kind", "staff_number", "work_email", "started_on", "ended_on"),
        emptied={"staff_number": "", "work_email": ""},
        stays=_("Role and days stay, without a name, so that past numbers stay true."),
    ),
    About(
        "organisations.Away",
        _("Days away"),
        "membership__person",
        columns=("started_on", "ended_on"),
        stays=DAYS_STAY,
    ),
    About(
        "organisations.Appointment",
        _("What you were appointed as"),
        columns=("kind", "partnership", "organisation", "unit", "started_on", "ended_on"),
        stays=_("The days stay, without a name, so that it is known that somebody was in charge."),
    ),
    About(
        "organisations.SignIn",
        _("Where you are signed in"),
        hidden=("session_key", "key"),
        columns=("browser", "system", "started_at", "last_seen_at"),
        is_removed=True,
    ),
    About(
        "organisations.SignInCode",
        _("A sign-in code from your lead"),
        "membership__person",
        hidden=("code_hash",),
        columns=("given_at", "expires_at"),
        is_removed=True,
    ),
    About(
        "organisations.ImportRow",
        _("A row of a file from your lead"),
        "membership__person",
        columns=("run", "outcome"),
        is_removed=True,
    ),
    About(
        "organisations.JoinRequest",
        _("Requests to join"),
        columns=("organisation", "role", "email", "requested_at", "decided_at", "outcome"),
        is_removed=True,
    ),
    About(
        "organisations.Invitation",
        _("Invitations sent to you"),
        "accepted_by",
        hidden=("token",),
        columns=("organisation", "role", "email", "created_at", "accepted_at", "withdrawn_at"),
        is_removed=True,
    ),
    About(
        "organisations.Merge",
        _("Accounts that were put together"),
        "kept",
        hidden=("moved_addresses",),
        columns=("organisation", "merged_at", "undone_at"),
        emptied={"moved_addresses": []},
        stays=NUMBERS_STAY,
    ),
    About(
        "organisations.NamesSeen",
        _("Who looked at your own page"),
        "about",
        columns=("organisation", "partnership", "place", "seen_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.Enrolment",
        _("Modules begun"),
        columns=("edition", "state", "started_at", "ended_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.LessonProgress",
        _("Lessons done"),
        "enrolment__person",
        columns=("enrolment", "done_at", "is_tested_out"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.LessonAskedAgain",
        _("Lessons that changed while you took a module"),
        "enrolment__person",
        columns=("enrolment", "since"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.AttemptDraft",
        _("Quizzes under way"),
        "enrolment__person",
        columns=("quiz_version", "started_at", "saved_at"),
        is_removed=True,
    ),
    About(
        "records.Attempt",
        _("Quizzes handed in"),
        "enrolment__person",
        columns=("quiz_version", "part", "number", "score", "is_passed", "confidence", "language", "submitted_at"),
        stays=_("The score stays, without a name. The answers go, with their times and language."),
    ),
    About(
        "records.RegradedAttempt",
        _("Quizzes that were looked at again"),
        "attempt__enrolment__person",
        columns=("attempt", "score_before", "was_passed", "score", "is_passed", "goes_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.ExtraAttempt",
        _("Attempts at a quiz that were added for you"),
        "enrolment__person",
        columns=("enrolment", "given_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.MoreTime",
        _("More time that you have for quizzes"),
        columns=("extra_percent", "given_at"),
        is_removed=True,
    ),
    About(
        "records.Completion",
        _("Modules completed"),
        columns=("title", "completed_on", "source", "score", "minutes", "voided_at", "void_reason"),
        stays=_("Module and day stay, without a name, so that past numbers stay true."),
    ),
    About(
        "records.LessonsNotDone",
        _("Roles whose own lessons you did not do"),
        "completion__person",
        columns=("completion", "role"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.Evaluation",
        _("What you said of a module"),
        "completion__person",
        columns=("completion", "moment", "helps", "knows_next", "answered_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.Waiver",
        _("What is not asked of you"),
        "membership__person",
        columns=("module_title", "started_on", "ended_on", "reason"),
        emptied={"reason": ""},
        stays=DAYS_STAY,
    ),
    About(
        "records.CompletionMembership",
        _("Where you worked when you completed a module"),
        "completion__person",
        columns=("completion", "organisation_name", "role_name"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.Recognition",
        _("Other training that counts"),
        "completion__person",
        columns=("completion", "organisation", "course", "reference", "reason"),
        emptied={"course": "", "reference": "-", "reason": ""},
        stays=NUMBERS_STAY,
    ),
    About(
        "records.Certificate",
        _("Certificates"),
        "completion__person",
        columns=("code", "completion", "issued_at", "valid_until", "revoked_at", "revoke_reason"),
        stays=_("Its code still works and says “valid, holder details removed”. The name goes."),
    ),
    About(
        "records.SessionInvitation",
        _("Your places at briefings"),
        columns=("session", "organisation", "answer", "answered_at"),
        stays=NUMBERS_STAY,
    ),
    About(
        "records.BriefingLetter",
        _("Letters to you about a briefing"),
        columns=("about", "goes_at", "posted_at"),
        is_removed=True,
    ),
    About(
        "records.Attendance",
        _("Briefings you were at"),
        hidden=("key",),
        columns=("session", "organisation", "name", "email", "checked_in_at", "confirmed_at", "void_reason"),
        stays=_("That somebody was there stays, without a name, so that past numbers stay true."),
    ),
    About(
        "records.Standing",
        _("What is required of you"),
        columns=(
            "organisation",
            "role",
            "requirement_version",
            "required_from",
            "required_to",
            "due_on",
            "satisfied_to",
        ),
        stays=NUMBERS_STAY,
    ),
    About(
        "reporting.MonthlyReader",
        _("That you get the monthly letter, or stopped it"),
        columns=("since", "stopped_at"),
        is_removed=True,
    ),
    About(
        "reporting.MonthlyLetter",
        _("Monthly letters to you"),
        columns=("month", "queued_at", "posted_at"),
        is_removed=True,
    ),
    About(
        "reporting.ReportLetter",
        _("Letters to you about a report"),
        columns=("report", "goes_at", "posted_at"),
        is_removed=True,
    ),
    About(
        "records.Reminder",
        _("Reminders"),
        columns=("organisation", "outcome", "goes_at"),
        is_removed=True,
    ),
    About(
        "privacy.ErasureRequest",
        _("Requests to remove your details"),
        columns=("state", "requested_at", "runs_from", "decided_at"),
        stays=_("That it was asked for and done stays, without a name."),
    ),
    About(
        "courses.Comment",
        _("Comments you wrote on submissions"),
        "author",
        columns=("submission", "text", "created_at"),
        stays=WHO_DID_IT,
    ),
    About(
        "courses.TranslationReview",
        _("Translations you signed off"),
        "signed_off_by",
        columns=("title", "language", "shown_name", "signed_off_at"),
        emptied={"shown_name": "Removed person"},
        stays=WHO_DID_IT,
    ),
    About("wagtailusers.UserProfile", _("Settings in the CMS"), "user", is_removed=True),
    About("wagtailadmin.EditingSession", _("Pages open in the CMS"), "user", is_removed=True),
    About("wagtailadmin.FormState", _("Unsaved forms in the CMS"), "user", is_removed=True),
    About("wagtailcore.PageSubscription", _("Pages you follow in the CMS"), "user", is_removed=True),
    About(
        "wagtailcore.Comment",
        _("Comments you wrote on pages"),
        "user",
        columns=("page", "text", "created_at"),
        stays=WHO_DID_IT,
    ),
    About(
        "wagtailcore.CommentReply",
        _("Answers you wrote to comments"),
        "user",
        columns=("text", "created_at"),
        stays=WHO_DID_IT,
    ),
    About(
        "wagtailcore.ModelLogEntry",
        _("What you did"),
        "user",
        columns=("action", "label", "timestamp"),
        stays=WHO_DID_IT,
    ),
    About(
        "wagtailcore.PageLogEntry",
        _("What you did to pages"),
        "user",
        columns=("action", "label", "timestamp"),
        stays=WHO_DID_IT,
    ),
)

#: Apps whose every table about a person is part of how that person signs in: all of it goes with the person.
SIGN_IN_APPS = frozenset({"account", "mfa", "socialaccount", "usersessions"})
#: The same of other apps, where the Wagtail in use has them.
SIGN_IN_TABLES = frozenset({"wagtailcore.APIToken"})
#: Fields of theirs that hold keys and tokens.
SECRETS = frozenset({"data", "token", "token_secret", "session_key", "key", "key_hash", "secret"})

#: Links that need no line of their own, each with its reason.
ELSEWHERE = {
    "organisations.User.merged_into": "whoever was merged into somebody is the same person: goes with them",
    "organisations.Merge.merged": "found through the one that goes on: both are the same person",
    "records.Certificate.person": "found through its completion, which never loses its person",
}


def everything() -> tuple[About, ...]:
    """The list, with the tables of however people sign in here."""
    listed = {each.model for each in ABOUT}
    found = []
    for model in apps.get_models():
        is_sign_in = model._meta.app_label in SIGN_IN_APPS or model._meta.label in SIGN_IN_TABLES
        if not is_sign_in or model._meta.label in listed:
            continue
        for link in model._meta.get_fields():
            if link.is_relation and not link.auto_created and link.related_model is User:
                secrets = tuple(each.name for each in model._meta.fields if each.name in SECRETS)
                found.append(
                    About(model._meta.label, str(model._meta.verbose_name), link.name, hidden=secrets, is_removed=True)
                )
    return (*ABOUT, *found)
