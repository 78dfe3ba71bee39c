"""What a person's start page shows: where they stopped, what is required of them and why, what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.cards import EditionCard, LessonCard, live_cards
from courses.translated import DEFAULT
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import places_of
from records.models import Certificate, Completion, Evaluation
from records.rules.evaluations import LATER, moment_on
from records.rules.standing import State
from records.selectors.addresses import module_address
from records.selectors.learning import Learning, Titled, is_answering, learnings_of, module_title
from records.selectors.regrading import looked_at_lately
from records.selectors.standing import RequiredModule, requirements_of


@dataclass(frozen=True)
class CarryOn:
    """The work touched last, and the lesson to go on with."""

    learning: Learning
    lesson: LessonCard | None
    #: Whether the person stopped in the middle of the lesson's quiz.
    is_in_quiz: bool

    @property
    def number(self) -> int:
        """The lesson's number."""
        return (self.lesson and self.learning.progress.place_of(self.lesson.lesson_key)) or 0

    @property
    def lesson_title(self) -> Titled | None:
        """The lesson's title."""
        return Titled(self.lesson.served_title, self.lesson.served_language) if self.lesson else None


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
    looked_at_again: News | None = None


@dataclass(frozen=True)
class News:
    """That answers in a module were looked at again lately, because a question was corrected."""

    sentence: str
    #: Where the result is.
    url: str


@dataclass(frozen=True)
class MyLearning:
    """A person's start page."""

    has_membership: bool
    carry_on: CarryOn | None
    required: Sequence[Item]
    also: Sequence[Item]
    #: The module about which two questions are open once more, some time after it was completed.
    evaluation: Asked | None = None


@dataclass(frozen=True)
class Asked:
    """A completed module about which two questions are open."""

    pk: int
    title: Titled
    completed_on: date

    @property
    def url(self) -> str:
        """Where they are answered."""
        return reverse("records:evaluation", args=[self.pk])


@dataclass(frozen=True)
class Done:
    """When a module was completed, and the code of the certificate, where there is one."""

    pk: int
    completed_on: date
    code: str
    #: The module's title as it was recorded.
    title: str
    #: Whether it may be asked about: it was learned here, and the person has not answered some time later.
    may_be_asked: bool
    #: What `looked_at_lately` says.
    looked_at: int | None

    @property
    def url(self) -> str | None:
        """Where the certificate is."""
        return reverse("records:certificate", args=[self.code]) if self.code else None

    @property
    def sentence(self) -> str:
        """When it was, in words."""
        return _("Completed on %(day)s.") % {"day": date_format(self.completed_on)}


@dataclass(frozen=True)
class _Known:
    """All that was read, by module."""

    day: date
    live: dict[UUID, EditionCard]
    under_way: dict[UUID, Learning]
    done: dict[UUID, Done]


def my_learning_of(person: User, day: date) -> MyLearning:
    """The start page of a person on a day; a fixed number of queries, however much there is."""
    places = places_of(person, day)
    learnings = learnings_of(person, places.role_slugs, only_open=True, with_news_on=day)
    known = _Known(
        day=day,
        live={card.module_key: card for card in live_cards()},
        under_way={learning.module_key: learning for learning in learnings},
        done=_done_by(person, day),
    )
    required = requirements_of(person, day)
    required_keys = {each.module_key for each in required}
    to_go_on = next((learning for learning in learnings if learning.progress.total), None)
    return MyLearning(
        has_membership=bool(places.organisation_ids),
        carry_on=_carry_on(to_go_on) if to_go_on else None,
        required=[_required_item(each, known) for each in required],
        also=[_also_item(card, known) for key, card in known.live.items() if key not in required_keys],
        evaluation=_asked_again(known),
    )


def _asked_again(known: _Known) -> Asked | None:
    """Of several modules the one completed last: nobody is asked about more than one."""
    found = [
        (done, key)
        for key, done in known.done.items()
        if done.may_be_asked and moment_on(done.completed_on, known.day) == LATER
    ]
    if not found:
        return None
    done, key = max(found, key=lambda each: (each[0].completed_on, each[0].pk))
    card = known.live.get(key)
    return Asked(done.pk, module_title(card) if card else Titled(done.title, DEFAULT), done.completed_on)


def _carry_on(learning: Learning) -> CarryOn:
    lesson = learning.progress.next_undone
    return CarryOn(learning, lesson, is_in_quiz=lesson is not None and is_answering(learning, lesson))


def _done_by(person: User, day: date) -> dict[UUID, Done]:
    """The newest completion of each module. Training elsewhere that was recognised has no certificate."""
    certificate = Certificate.objects.filter(completion=OuterRef("pk"), superseded_at__isnull=True).order_by("-pk")
    said = Evaluation.objects.filter(completion=OuterRef("pk"), moment=LATER)
    completions = (
        Completion.objects.filter(same_person(person), voided_at__isnull=True)
        .order_by("completed_on", "pk")
        .values_list(
            "module_key",
            "pk",
            "completed_on",
            Subquery(certificate.values("code")[:1]),
            "title",
            "source",
            Exists(said),
            looked_at_lately("enrolment", day),
        )
    )
    return {
        key: Done(
            pk, completed_on, code or "", title, source != Completion.Source.RECOGNISED and not is_said, looked_at
        )
        for key, pk, completed_on, code, title, source, is_said, looked_at in completions
    }


def _news(learning: Learning | None, done: Done | None) -> News | None:
    """Of what goes on, or else of what was completed last."""
    told = (learning and learning.looked_at) or (done and done.looked_at)
    if not told:
        return None
    if told > 0:
        sentence = _(
            "We corrected a question in a quiz of this module and looked at your answers again. You have passed the "
            "quiz."
        )
    else:
        sentence = _(
            "We corrected a question in a quiz of this module and looked at your answers again. Your score has "
            "changed."
        )
    return News(sentence, reverse("records:result", args=[abs(told)]))


def _required_item(required: RequiredModule, known: _Known) -> Item:
    card = known.live.get(required.module_key)
    learning = known.under_way.get(required.module_key)
    done = known.done.get(required.module_key)
    if required.state == State.CURRENT:
        sentences = [done.sentence] if done else []
    else:
        sentences = [str(reason) for reason in required.reasons[:1]]
        sentences += [_minutes(card)] if card else []
    if required.is_again:
        sentences.append(_again(required))
    elif required.due_on:
        sentences.append(_("Due %(day)s.") % {"day": date_format(required.due_on)})
    elif required.satisfied_to:
        sentences.append(_("Valid until %(day)s.") % {"day": date_format(required.satisfied_to)})
    if learning:
        sentences.append(_("You have started it."))
    elif card is None and not required.is_current:
        sentences.append(_("It is not open at the moment, so there is nothing for you to do."))
    state, label = _tag(required, known.day)
    return Item(
        title=module_title(card) if card else Titled(required.title, DEFAULT),
        url=_url(card, learning),
        sentences=[sentence for sentence in sentences if sentence],
        state=state,
        state_label=label,
        certificate_url=done.url if done else None,
        looked_at_again=_news(learning, done),
    )


def _again(required: RequiredModule) -> str:
    """That the module has changed, and by when to learn it again."""
    day = required.due_on or required.satisfied_to
    if required.due_on:
        words = _("It has changed. It was to be learned again by %(day)s.")
    else:
        words = _("It has changed. Please learn it again by %(day)s.")
    return words % {"day": date_format(day) if day else ""}


def _also_item(card: EditionCard, known: _Known) -> Item:
    learning = known.under_way.get(card.module_key)
    done = known.done.get(card.module_key)
    if learning:
        state, label = "soon", _("Started")
    elif done:
        state, label = "completed", _("Completed")
    else:
        state, label = "open", _("Not started")
    sentences = [done.sentence] if done else [_minutes(card), _languages(card)]
    return Item(
        title=module_title(card),
        url=_url(card, learning),
        sentences=[sentence for sentence in sentences if sentence],
        state=state,
        state_label=label,
        certificate_url=done.url if done else None,
        looked_at_again=_news(learning, done),
    )


def _tag(required: RequiredModule, day: date) -> tuple[str, str]:
    if required.is_again and required.is_current:
        return "soon", _("Learn again")
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


def _url(card: EditionCard | None, learning: Learning | None) -> str | None:
    if learning:
        return learning.url
    return module_address(card.module_key, card.path) if card and card.path else None


def _minutes(card: EditionCard) -> str:
    if not card.minutes:
        return ""
    return ngettext("%(count)d minute.", "%(count)d minutes.", card.minutes) % {"count": card.minutes}


def _languages(card: EditionCard) -> str:
    if len(card.languages) < 2:
        return ""
    names = [translation.get_language_info(code)["name_translated"] for code in card.languages]
    return _("In %(languages)s.") % {"languages": get_text_list(names, _("and"))}
