"""The briefings of the demo, held, under way and to come, who asks for one, and three reports for the board."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from config.demo.people import World, at_nine
from config.demo.places import BRIEFINGS
from courses.models import Edition
from organisations.models import User
from records.models import Attendance, BriefingRequest, Completion, Session, SessionInvitation
from records.rules.sessions import new_session_code
from reporting.actions import comment_on_report, prepare_report, publish_report, share_report
from reporting.models import Report
from reporting.working_days import working_day_after
from tests.factories.records import (
    AttendanceFactory,
    BriefingRequestFactory,
    SessionFactory,
    SessionInvitationFactory,
)

How, Asked = Attendance.How, BriefingRequest.State
Answer = SessionInvitation.Answer
#: Of each briefing: who came without giving a name, and whose organisation is not listed.
UNNAMED, ELSEWHERE = 2, "Lantern Street Shelter"
#: Days ago: the published report's day, and when it was shared and published.
PUBLISHED_DAY, SHARED, PUBLISHED = 61, 58, 50


def load_briefings(world: World, edition: Edition, trainer: User) -> None:
    """Each morning in a room with those who came: by name, without a name, and from elsewhere."""
    for number, briefing in enumerate(BRIEFINGS):
        starts_at = at_nine(world.today - timedelta(days=briefing.days_ago))
        place = world.organisations[briefing.place]
        session = SessionFactory(
            partnership=world.partnership,
            edition=edition,
            place=f"{briefing.place}, training room",
            starts_at=starts_at,
            host=place,
            state=Session.State.HELD,
            code=new_session_code(secrets.choice),
            trainers=[trainer],
        )
        confirmed = {
            "session": session,
            "how": How.CODE,
            "checked_in_at": starts_at,
            "confirmed_at": session.ends_at,
            "confirmed_by": trainer,
        }
        came = Completion.objects.filter(
            source=Completion.Source.ATTENDED, completed_on=starts_at.date(), memberships__organisation=place
        ).exclude(person=trainer)
        rows = [
            AttendanceFactory.build(**confirmed, person=each.person, name="", organisation=place, completion=each)
            for each in came.select_related("person").distinct()
        ]
        rows += [
            AttendanceFactory.build(**confirmed, name="", is_unnamed=True, organisation=place)
            for _each in range(UNNAMED)
        ]
        if number % 2:
            rows.append(AttendanceFactory.build(**confirmed, name=f"Guest {number}", organisation_text=ELSEWHERE))
        Attendance.objects.bulk_create(rows)


def load_briefings_to_come(world: World, edition: Edition, trainer: User, lead: User) -> None:
    """One that is to come and answers a request, one under way, one whose list waits to be confirmed, and requests."""
    council = world.organisations["Riverside Council"]
    common = {"partnership": world.partnership, "edition": edition, "trainers": [trainer], "created_by": trainer}

    def plan(place: str, starts_at: datetime, **more: object) -> Session:
        host = world.organisations[place]
        values = {"place": f"{place}, training room", "code": new_session_code(secrets.choice), "host": host, **more}
        return SessionFactory(starts_at=starts_at, **common, **values)

    asked_at = at_nine(world.today - timedelta(days=6))
    to_come = plan("Riverside Council", at_nine(working_day_after(world.today, 7)), capacity=12)
    this_hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    under_way = plan("Riverside Port Office", this_hour, ends_at=this_hour + timedelta(hours=2))
    to_confirm = plan("Riverside Fire and Rescue", at_nine(world.today - timedelta(days=1)))
    _invite(to_come, asked_at, trainer, lead, world)
    _check_in(to_confirm, world)
    _check_in(under_way, world)
    ask = {"partnership": world.partnership, "module": edition.module, "title": edition.title}
    answered = {"decided_at": asked_at, "decided_by": trainer}
    for place, days_ago, people, more in (
        ("Kestrel Language Circle", 70, 9, {}),
        ("Fair Harvest Growers", 33, 14, {"when": "A morning in the quiet season"}),
        (council.name, 20, 12, {"state": Asked.PLANNED, "session": to_come, "asked_by": lead, **answered}),
        ("Millrace Homes", 45, 4, {"state": Asked.DECLINED, "reason": "Please join the briefing at the council."}),
    ):
        extra = {**answered, **more} if more.get("state") else more
        asked_on = at_nine(world.today - timedelta(days=days_ago))
        BriefingRequestFactory(
            organisation=world.organisations[place], people=people, asked_at=asked_on, **ask, **extra
        )


def _invite(session: Session, asked_at: datetime, trainer: User, lead: User, world: World) -> None:
    """One organisation comes, and one of its people has a place; one does not; one has not said."""
    invited = {"session": session, "invited_at": asked_at, "invited_by": trainer}
    council = {"organisation": world.organisations["Riverside Council"], "answer": Answer.ACCEPTED}
    answered_at = asked_at + timedelta(days=1)
    SessionInvitationFactory(**invited, **council, people=12, answered_at=answered_at, answered_by=lead)
    colleague = world.person("Amir Haddad")
    SessionInvitationFactory(**invited, **council, person=colleague, answered_at=answered_at, answered_by=colleague)
    SessionInvitationFactory(
        **invited,
        organisation=world.organisations["Harbour Light"],
        answer=Answer.DECLINED,
        answered_at=answered_at,
    )
    SessionInvitationFactory(**invited, organisation=world.organisations["Millrace Homes"])


def _check_in(session: Session, world: World) -> None:
    """Some by their accounts, one whose name a lead may know, one from elsewhere, and one without a name."""
    came = {"session": session, "checked_in_at": session.starts_at, "organisation": session.host}
    people = [
        each.person
        for each in world.memberships
        if each.organisation is session.host and each.ended_on is None and each.person.email
    ]
    for person in people[2:6]:
        AttendanceFactory(**came, person=person)
    AttendanceFactory(**came, name=people[7].name, how=How.DEVICE)
    AttendanceFactory(**came, name="", is_unnamed=True)
    AttendanceFactory(**{**came, "organisation": None}, name="Guest Wren", organisation_text=ELSEWHERE)


def load_reports(world: World, lead: User, commenting: User) -> None:
    """One that is published, with a comment, one that the organisations are looking at, and one that is begun."""

    def prepare(day: date, at: date) -> Report:
        return prepare_report(
            partnership=world.partnership,
            day=day,
            delivery_from=day - timedelta(days=364),
            delivery_to=day,
            scope="",
            by=lead,
            at=at_nine(at),
        )

    def days_ago(days: int) -> date:
        return world.today - timedelta(days=days)

    def share(day: date, at: date) -> Report:
        report = share_report(report=prepare(day, at), by=lead, at=at_nine(at))
        # Its letters left then: whoever loads the demo at night would read that nobody was told.
        report.letters.filter(goes_at__lte=timezone.now()).update(posted_at=F("goes_at"))
        return report

    published = share(days_ago(PUBLISHED_DAY), days_ago(SHARED))
    comment_on_report(
        part=published.parts.get(organisation=world.organisations["Riverside Council"]),
        text="Two housing teams joined us in the spring. They take the module this autumn.",
        by=commenting,
        at=at_nine(days_ago(SHARED - 1)),
    )
    publish_report(report=published, by=lead, at=at_nine(days_ago(PUBLISHED)))
    share(days_ago(2), days_ago(1))
    prepare(days_ago(1), days_ago(0))
