"""What a person's start page shows: where they stopped, what is required of them and why, what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Edition, EditionLesson
from courses.selectors import live_editions
from courses.translated import DEFAULT
from organisations.models import User
from organisations.selectors import active_memberships_of
from records.models import Certificate
from records.rules.standing import State
from records.selectors.addresses import module_address
from records.selectors.learning import Learning, Titled, learnings_of, module_title
from records.selectors.standing import RequiredModule, requirements_of


@dataclass(frozen=True)
class CarryOn:
    """The work touched last, and the lesson to go on with."""

    learning: Learning
    lesson: EditionLesson | None

    @property
    def number(self) -> int:
        """The lesson's number."""
        return (self.lesson and self.learning.progress.place_of(self.lesson.lesson_key)) or 0

    @property
    def lesson_title(self) -> Titled | None:
        """The lesson's title."""
        return Titled(self.lesson.served_title, self.lesson.served_language) if self.lesson else None

    @property
    def is_in_quiz(self) -> bool:
        """Whether the person stopped in the middle of the lesson's quiz."""
        return self.lesson is not None and self.lesson.lesson_key in self.learning.drafts


@dataclass(frozen=True)
class Item:
    """A module in a list: what it is called, what is asked, and how it stands."""

    title: Titled
    url: str | None
    #: Why, how long, by when: whole sentences.
    sentences: Sequence[str]
    #: What the tag knows: completed, overdue, soon or open.
    state: str
    state_label: str
    certificate_url: str | None = None


@dataclass(frozen=True)
class MyLearning:
    """A person's start page."""

    has_membership: bool
    carry_on: CarryOn | None
    required: Sequence[Item]
    also: Sequence[Item]


@dataclass(frozen=True)
class _Known:
    """All that was read, by module."""

    day: date
    live: dict[UUID, Edition]
    under_way: dict[UUID, Learning]
    certificates: dict[UUID, Certificate]


def my_learning_of(person: User, day: date) -> MyLearning:
    """The start page of a person on a day; five queries, however much there is."""
    memberships = active_memberships_of(person, day)
    learnings = learnings_of(person, {each.role.slug for each in memberships}, only_open=True)
    known = _Known(
        day=day,
        live={edition.module_key: edition for edition in live_editions()},
        under_way={learning.module_key: learning for learning in learnings},
        certificates=_certificates_of(person),
    )
    required = requirements_of(person, day)
    required_keys = {each.module_key for each in required}
    to_go_on = next((learning for learning in learnings if learning.progress.total), None)
    return MyLearning(
        has_membership=bool(memberships),
        carry_on=CarryOn(to_go_on, to_go_on.progress.next_undone) if to_go_on else None,
        required=[_required_item(each, known) for each in required],
        also=[_also_item(edition, known) for key, edition in known.live.items() if key not in required_keys],
    )


def _certificates_of(person: User) -> dict[UUID, Certificate]:
    """The newest certificate of each module."""
    certificates = (
        Certificate.objects.filter(
            completion__person=person, completion__voided_at__isnull=True, superseded_at__isnull=True
        )
        .select_related("completion")
        .order_by("completion__completed_on", "pk")
    )
    return {each.completion.module_key: each for each in certificates}


def _required_item(required: RequiredModule, known: _Known) -> Item:
    edition = known.live.get(required.module_key)
    learning = known.under_way.get(required.module_key)
    certificate = known.certificates.get(required.module_key)
    if required.state == State.CURRENT:
        sentences = [_completed_on(certificate)] if certificate else []
    else:
        sentences = [str(reason) for reason in required.reasons[:1]]
        sentences += [_minutes(edition)] if edition else []
    if required.due_on:
        sentences.append(_("Due %(day)s.") % {"day": date_format(required.due_on)})
    if required.satisfied_to:
        sentences.append(_("Valid until %(day)s.") % {"day": date_format(required.satisfied_to)})
    if learning:
        sentences.append(_("You have started it."))
    elif edition is None and not required.is_current:
        sentences.append(_("It is not open at the moment, so there is nothing for you to do."))
    state, label = _tag(required, known.day)
    return Item(
        title=module_title(edition) if edition else Titled(required.title, DEFAULT),
        url=_url(edition, learning),
        sentences=[sentence for sentence in sentences if sentence],
        state=state,
        state_label=label,
        certificate_url=_certificate_url(certificate),
    )


def _also_item(edition: Edition, known: _Known) -> Item:
    learning = known.under_way.get(edition.module_key)
    certificate = known.certificates.get(edition.module_key)
    if learning:
        state, label = "soon", _("Started")
    elif certificate:
        state, label = "completed", _("Completed")
    else:
        state, label = "open", _("Not started")
    sentences = [_completed_on(certificate)] if certificate else [_minutes(edition), _languages(edition)]
    return Item(
        title=module_title(edition),
        url=_url(edition, learning),
        sentences=[sentence for sentence in sentences if sentence],
        state=state,
        state_label=label,
        certificate_url=_certificate_url(certificate),
    )


def _tag(required: RequiredModule, day: date) -> tuple[str, str]:
    match required.state:
        case State.OVERDUE:
            return "overdue", _("Overdue")
        case State.DUE:
            return "open", _("To do")
        case State.EXPIRING if required.satisfied_to:
            left = (required.satisfied_to - day).days
            if left == 0:
                return "soon", _("Expires today")
            return "soon", ngettext("Expires in %(count)d day", "Expires in %(count)d days", left) % {"count": left}
        case _:
            return "completed", _("Completed")


def _url(edition: Edition | None, learning: Learning | None) -> str | None:
    if learning:
        return learning.url
    if edition is None or edition.module is None:
        return None
    return module_address(edition.module_key, edition.module.url_path)


def _certificate_url(certificate: Certificate | None) -> str | None:
    return reverse("records:certificate", args=[certificate.code]) if certificate else None


def _completed_on(certificate: Certificate) -> str:
    return _("Completed on %(day)s.") % {"day": date_format(certificate.completion.completed_on)}


def _minutes(edition: Edition) -> str:
    minutes = edition.content.get("minutes") or 0
    return ngettext("%(count)d minute.", "%(count)d minutes.", minutes) % {"count": minutes} if minutes else ""


def _languages(edition: Edition) -> str:
    if len(edition.languages) < 2:
        return ""
    names = [translation.get_language_info(code)["name_translated"] for code in edition.languages]
    return _("In %(languages)s.") % {"languages": get_text_list(names, _("and"))}
