"""Who is to be told of a briefing: that their organisation is asked, that it is cancelled or moved; and whom no letter
reaches in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from organisations.clock import today
from organisations.letter_limits import last_of, left_or_leaves, told_in_time
from organisations.models import Appointment, Organisation
from organisations.querysets import human_of
from records.models import BriefingLetter, Session, SessionInvitation

Answer, About = SessionInvitation.Answer, BriefingLetter.About


def who_comes(session: Session) -> dict[int, SessionInvitation]:
    """Everybody who comes to a session, each once, with why: a place of their own, or an organisation that they lead
    and that said it comes. Two queries."""
    found: dict[int, SessionInvitation] = {}
    places: dict[int, SessionInvitation] = {}
    for each in session.invitations.filter(answer=Answer.ACCEPTED).select_related("person").order_by("pk"):
        if each.person is not None:
            found.setdefault(each.person.human_id, each)
        else:
            places[each.organisation_id] = each
    for pk, organisation in leads_of(places):
        found.setdefault(pk, places[organisation])
    return found


def leads_of(organisation_ids: Collection[int]) -> list[tuple[int, int]]:
    """The leads of these organisations today, each with the organisation: one query."""
    leads = Appointment.objects.active_on(today()).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation__in=organisation_ids
    )
    return list(leads.order_by("pk").values_list(human_of(), "organisation"))


def letters_that_wait(person_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """When letters about briefings to these people that wait leave: what is new goes into them; one query."""
    waiting = BriefingLetter.objects.filter(person__in=person_ids, posted_at__isnull=True, goes_at__gt=at)
    rows = waiting.order_by().values("person").annotate(first=Min("goes_at"))
    return {row["person"]: row["first"] for row in rows}


def untold_in(organisation: Organisation, at: datetime) -> list[BriefingLetter]:
    """People of an organisation whom no letter reaches in time and nobody has told, by briefing and by name: for their
    own lead; one query."""
    return _by_briefing(_untold(at).filter(invitation__organisation=organisation))


def told_in(organisation: Organisation, at: datetime) -> list[BriefingLetter]:
    """Those whom a lead has told instead, in the same order; one query."""
    return _by_briefing(_told(at).filter(invitation__organisation=organisation).select_related("told_by"))


def _by_briefing(letters: QuerySet[BriefingLetter]) -> list[BriefingLetter]:
    return list(
        letters.select_related("person", "invitation__session").order_by(
            "invitation__session__starts_at", "invitation__session", "person__name", "pk"
        )
    )


def untold_among(organisations: Collection[Organisation], at: datetime) -> dict[int, int]:
    """How many people of each of these organisations no letter reaches in time; one query."""
    rows = _untold(at).filter(invitation__organisation__in=organisations).order_by()
    counted = rows.values("invitation__organisation").annotate(people=Count("person", distinct=True))
    return {row["invitation__organisation"]: row["people"] for row in counted}


def untold_by_organisation(session: Session, at: datetime) -> list[tuple[str, int]]:
    """How many they are in each organisation, by its name; one query."""
    rows = _untold(at).filter(invitation__session=session).order_by().values_list("invitation__organisation__name")
    return list(rows.annotate(people=Count("pk")).order_by("invitation__organisation__name"))


def unasked_in(session: Session, at: datetime) -> list[str]:
    """Organisations that have not answered, and none of whose leads the newest letter reaches before the day, by name.

    Whoever plans it rings them. One query.
    """
    letters = BriefingLetter.objects.filter(~Exists(_newer()), invitation=OuterRef("pk"), about=About.ASKED)
    leads = Appointment.objects.active_on(today()).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation=OuterRef("organisation"), person__is_active=True
    )
    waiting = session.invitations.filter(
        Q(Exists(letters)) | ~Exists(leads),
        ~Exists(letters.filter(told_in_time(at))),
        person__isnull=True,
        answer=Answer.NONE,
        session__state=Session.State.PLANNED,
        session__starts_at__gt=at,
    )
    return list(waiting.order_by("organisation__name").values_list("organisation__name", flat=True))


def letters_to_tell(organisation: Organisation, letter_ids: Collection[int], at: datetime) -> QuerySet[BriefingLetter]:
    """Of these letters, those on the list of the organisation's lead."""
    return _untold(at).filter(invitation__organisation=organisation, pk__in=letter_ids)


def _untold(at: datetime) -> QuerySet[BriefingLetter]:
    return _unreached(at).filter(told_at__isnull=True)


def _told(at: datetime) -> QuerySet[BriefingLetter]:
    return _unreached(at).filter(told_at__isnull=False)


def _unreached(at: datetime) -> QuerySet[BriefingLetter]:
    """The newest letters to people with a place that came too late, or that will not come before it is too late."""
    return BriefingLetter.objects.filter(
        ~Exists(_newer()),
        invitation__person__isnull=False,
        invitation__answer=Answer.ACCEPTED,
        invitation__session__ends_at__gte=at,
    ).exclude(told_in_time(at))


def _newer() -> QuerySet[BriefingLetter]:
    """Letters after one to the same person, of the same kind and about the same invitation."""
    same = {name: OuterRef(name) for name in ("invitation", "person", "about")}
    return BriefingLetter.objects.filter(**same, pk__gt=OuterRef("pk"))


def last_letters_of_briefings(person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]:
    """When the last letter about a briefing to each of these left or leaves: 1 query."""
    return last_of(BriefingLetter.objects.filter(left_or_leaves(timezone.now())), person_ids, are_posted=are_posted)
