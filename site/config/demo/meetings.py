"""The briefings of the demo as they were held, a request that waits, and two reports for the board."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from config.demo.people import World, at_nine
from config.demo.places import BRIEFINGS
from courses.models import Edition
from organisations.models import User
from records.models import Attendance, Completion, Session
from records.rules.sessions import new_session_code
from reporting.actions import comment_on_report, prepare_report, publish_report, share_report
from reporting.models import Report
from tests.factories.records import AttendanceFactory, BriefingRequestFactory, SessionFactory

How = Attendance.How
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
    BriefingRequestFactory(
        partnership=world.partnership,
        organisation=world.organisations["Kestrel Language Circle"],
        module=edition.module,
        title=edition.title,
        people=9,
        asked_at=at_nine(world.today - timedelta(days=70)),
    )


def load_reports(world: World, lead: User, commenting: User) -> None:
    """One that is published, with a comment, and one that the organisations are looking at."""

    def prepare(day: date, at: date) -> Report:
        report = prepare_report(
            partnership=world.partnership,
            day=day,
            delivery_from=day - timedelta(days=364),
            delivery_to=day,
            scope="",
            by=lead,
            at=at_nine(at),
        )
        return share_report(report=report, by=lead, at=at_nine(at))

    def days_ago(days: int) -> date:
        return world.today - timedelta(days=days)

    published = prepare(days_ago(PUBLISHED_DAY), days_ago(SHARED))
    comment_on_report(
        part=published.parts.get(organisation=world.organisations["Riverside Council"]),
        text="Two housing teams joined us in the spring. They take the module this autumn.",
        by=commenting,
        at=at_nine(days_ago(SHARED - 1)),
    )
    publish_report(report=published, by=lead, at=at_nine(days_ago(PUBLISHED)))
    prepare(days_ago(2), days_ago(1))
