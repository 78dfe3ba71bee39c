"""How one chunk of people is saved: who is new, changed, moved or gone, by statements for many rows."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError
from django.db.models import F, Q

from organisations.actions.joining import INVITATION_LASTS
from organisations.actions.memberships import end_leading_of_leaver
from organisations.actions.turns import hold_places_of
from organisations.audit import write_logs
from organisations.bulk import add_rows, insert_rows, update_rows
from organisations.clock import today
from organisations.events import memberships_changed, memberships_went_on, person_renamed
from organisations.imports.planning import Known, Outcome, Step, may_end
from organisations.mail import post_invitations, queue_with_write
from organisations.models import Appointment, Away, ImportRun, Invitation, Membership, User

ONE_DAY = timedelta(days=1)
PERSON = (
    "key",
    "name",
    "email",
    "language",
    "is_active",
    "is_superuser",
    "created_at",
    "has_one_time_password",
    "password",
)
PLACE = ("person_id", "organisation_id", "role_id", "unit_id", "kind", "staff_number", "work_email", "started_on",
         "ended_on", "role_confirmed_at", "role_confirmed_by_id", "created_at")  # fmt: skip
INVITATION = ("organisation_id", "unit_id", "role_id", "kind", "email", "language", "is_for_lead", "token",
              "invited_by_id", "created_at", "expires_at", "unsent_why")  # fmt: skip
CHANGED = ["role", "unit", "kind", "staff_number", "work_email", "ended_on", "role_confirmed_at", "role_confirmed_by"]


class People:
    """Writes steps of one plan; the caller holds the transaction."""

    def __init__(self, run: ImportRun, known: Known, day: date, at: datetime) -> None:
        self.run, self.known, self.day, self.at = run, known, day, at
        self.by = run.started_by
        self.by_pk = run.started_by_id
        self.as_planned = {each.pk: each for each in known.here}
        self.last_here = {(each.person, each.role): each.ended_on for each in known.here if each.ended_on}

    def write(self, steps: Sequence[Step]) -> None:
        """Saves the steps. Raises IntegrityError when what they were planned on has changed."""
        if not steps:
            return
        known = self._known_people(steps)
        self._hold_places({step.person for step in steps if step.person})
        places = self._places([step.membership for step in steps if step.membership])
        people = self._new_people(steps)
        self._change_people(known)
        added = [step for step in steps if step.membership is None]
        pks = insert_rows(Membership, PLACE, [self._new_place(step, people) for step in added])
        logs = [(pk, "organisations.start_membership") for pk in pks]
        moved = self._move(places, [step for step in steps if step.outcome == Outcome.MOVED])
        ended = []
        for step in steps:
            if step.membership is None:
                continue
            place = places[step.membership]
            if step.outcome != Outcome.MOVED or place.started_on >= self.day:
                place.staff_number = step.row.staff_number or place.staff_number
                place.work_email = step.row.email or place.work_email
            if step.outcome == Outcome.ENDED:
                place.ended_on = step.row.ended_on
                ended.append(place)
            logs.append((place.pk, LOGGED[step.outcome]))
        update_rows(list(places.values()), CHANGED)
        self._clear_after_end(ended)
        write_logs(Membership, logs + [(pk, "organisations.change_role") for pk in moved], self.by, self.at)
        persons = {step.person for step in steps if step.person} | {*people.values()}
        memberships_changed.send(sender=Membership, person_ids=persons)
        self._invite([step for step in added if step.row.email and step.person not in self.known.people])

    def end(self, pks: Iterable[int], on: date | None) -> int:
        """Ends memberships of which no row speaks, unless no day is given; says how many."""
        if on is None:
            return 0
        ending = list(pks)
        self._hold_places(Membership.objects.filter(pk__in=ending).values_list("person_id", flat=True).distinct())
        held = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person")
        places = list(held.filter(pk__in=ending).order_by("pk"))
        still = [
            place
            for place in places
            if place.started_on <= on
            and (not place.ended_on or place.ended_on > on)
            and may_end(self.known.within, place.person.human_id, place.unit_id)
        ]
        for place in still:
            place.ended_on = on
        update_rows(still, ["ended_on"])
        self._clear_after_end(still)
        write_logs(Membership, [(place.pk, "organisations.end_membership") for place in still], self.by, self.at)
        memberships_changed.send(sender=Membership, person_ids={place.person_id for place in still})
        return len(still)

    def _hold_places(self, person_ids: Iterable[int]) -> None:
        hold_places_of(person_ids, and_of=[self.run.of_one.pk])

    def _places(self, pks: list[int]) -> dict[int, Membership]:
        """The memberships that the steps change; IntegrityError when one is not as it was when they were planned."""
        places = Membership.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk(pks)
        for pk in pks:
            was, place = self.as_planned[pk], places.get(pk)
            if place is None or (place.role_id, place.unit_id, place.kind, place.started_on, place.ended_on) != (
                was.role, was.unit, was.kind, was.started_on, was.ended_on,
            ):  # fmt: skip
                raise IntegrityError("a membership has changed since it was looked at")
        return places

    def _new_people(self, steps: Sequence[Step]) -> dict[str, int]:
        """Makes whoever is not known yet; the ids by address, or by staff number."""
        rows: dict[str, Step] = {}
        for step in steps:
            if step.person is None:
                rows.setdefault(_own(step), step)
        values = [
            (uuid.uuid4(), step.row.name, step.row.email, "en", True, False, self.at, False, _no_password())
            for step in rows.values()
        ]
        made = dict(zip(rows, insert_rows(User, PERSON, values), strict=True))
        addresses = [(made[own], step.row.email, False, True) for own, step in rows.items() if step.row.email]
        add_rows(EmailAddress, ("user_id", "email", "verified", "primary"), addresses)
        write_logs(User, [(pk, "organisations.create") for pk in made.values()], self.by, self.at)
        return made

    def _known_people(self, steps: Sequence[Step]) -> list[tuple[User, Step]]:
        """Whom the file calls otherwise or gives an address, held; nobody who has signed in."""
        wanted = {step.person: step for step in steps if step.person and (step.name or step.email)}
        held = User.objects.select_for_update(no_key=True).filter(pk__in=[*wanted], last_login__isnull=True)
        return [(person, wanted[person.pk]) for person in held.order_by("pk")]

    def _change_people(self, known: Sequence[tuple[User, Step]]) -> None:
        addresses = []
        for person, step in known:
            if step.email and not person.email:
                person.email = step.email
                addresses.append((person.pk, step.email, False, True))
            person.name = step.name or person.name
        people = [person for person, _step in known]
        update_rows(people, ["name", "email"])
        add_rows(EmailAddress, ("user_id", "email", "verified", "primary"), addresses)
        write_logs(User, [(person.pk, "organisations.change") for person in people], self.by, self.at)
        for person, step in known:
            if step.name:
                # Seldom: somebody whom nobody else knows and who has never signed in is spelled otherwise.
                person_renamed.send(sender=User, person=person, by=self.by, at=self.at)

    def _new_place(self, step: Step, people: dict[str, int]) -> tuple[Any, ...]:
        row, day = step.row, self.day
        person = step.person or people[_own(step)]
        start = min(row.started_on or day, row.ended_on or date.max)
        before = self.last_here.get((person, row.role))
        if before is not None and before >= start:
            start = before + ONE_DAY
        confirmed = (None, None) if person == self.by_pk else (self.at, self.by_pk)
        kind = row.kind or Membership.Kind.EMPLOYEE.value
        return (person, self.run.organisation_id, row.role, row.unit, kind, row.staff_number, row.email, start,
                row.ended_on, *confirmed, self.at)  # fmt: skip

    def _move(self, places: dict[int, Membership], steps: list[Step]) -> list[int]:
        """Begins the next membership of whoever moves; on its first day a membership is put right itself."""
        following: dict[int, tuple[Any, ...]] = {}
        for step in steps:
            assert step.membership is not None
            place, row = places[step.membership], step.row
            confirmed = (None, None) if step.person == self.by_pk else (self.at, self.by_pk)
            role, unit, kind = row.role, row.unit or place.unit_id, row.kind or place.kind
            if place.started_on >= self.day:
                place.role_id, place.unit_id, place.kind = role, unit, kind
                place.role_confirmed_at, place.role_confirmed_by_id = confirmed
                continue
            number, address = row.staff_number or place.staff_number, row.email or place.work_email
            following[place.pk] = (place.person_id, place.organisation_id, role, unit, kind, number, address, self.day,
                                   place.ended_on, *confirmed, self.at)  # fmt: skip
            place.ended_on = self.day - ONE_DAY
        # An open membership of a role leaves room for the next before that comes.
        update_rows([places[pk] for pk in following], ["ended_on"])
        made = insert_rows(Membership, PLACE, list(following.values()))
        after = dict(zip(following, made, strict=True))
        self._carry_away_over(after)
        # The third value is the role.
        same = {old: new for old, new in after.items() if places[old].role_id == following[old][2]}
        if same:
            memberships_went_on.send(sender=Membership, following=same, on=self.day)
        return made

    def _carry_away_over(self, following: dict[int, int]) -> None:
        """Splits time away that reaches beyond the day between the two memberships."""
        beyond = Away.objects.filter(membership__in=[*following]).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=self.day)
        )
        rows = list(beyond)
        add_rows(
            Away,
            ("membership_id", "started_on", "ended_on"),
            [(following[away.membership_id], max(away.started_on, self.day), away.ended_on) for away in rows],
        )
        Away.objects.filter(pk__in=[away.pk for away in rows if away.started_on >= self.day]).delete()
        Away.objects.filter(pk__in=[away.pk for away in rows if away.started_on < self.day]).update(
            ended_on=self.day - ONE_DAY
        )

    def _clear_after_end(self, places: list[Membership]) -> None:
        """Takes away what ends with a membership: later days away, and what somebody leads who is here no more."""
        if not places:
            return
        Away.objects.filter(
            membership__in=[place.pk for place in places], started_on__gt=F("membership__ended_on")
        ).delete()
        last = {place.person_id: place.ended_on for place in places if place.ended_on}
        here = Q(organisation=self.run.organisation_id) | Q(unit__organisation=self.run.organisation_id)
        leaders = Appointment.objects.filter(here).exclude(ended_on__lte=today()).values("person")
        leaving = User.objects.filter(Q(pk__in=leaders) | Q(merged_into__in=leaders), pk__in=[*last])
        for person in leaving:
            end_leading_of_leaver(person=person, organisation=self.run.of_one, on=last[person.pk])

    def _invite(self, steps: list[Step]) -> None:
        """Invites new people in one go: their place is there, the letter tells them how to sign in."""
        if not self.run.sends_invitations or not steps:
            return
        emails = [step.row.email for step in steps]
        older = Invitation.objects.filter(
            organisation=self.run.organisation_id,
            email__in=emails,
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        if self.run.is_of_units:
            # What the organisation's own lead offered, perhaps to lead it, is not theirs to take back.
            older = older.filter(invited_by=self.by_pk)
        older.update(withdrawn_at=self.at)
        rows = [
            (self.run.organisation_id, step.row.unit, step.row.role, step.row.kind or Membership.Kind.EMPLOYEE.value,
             step.row.email, "en", False, secrets.token_urlsafe(32), self.by_pk, self.at, self.at + INVITATION_LASTS,
             "")
            for step in {step.row.email: step for step in steps}.values()
        ]  # fmt: skip
        pks = insert_rows(Invitation, INVITATION, rows)
        write_logs(Invitation, [(pk, "organisations.invite") for pk in pks], self.by, self.at)
        queue_with_write(post_invitations, pks)


LOGGED = {
    Outcome.CHANGED: "organisations.change_membership",
    Outcome.MOVED: "organisations.change_role",
    Outcome.ENDED: "organisations.end_membership",
}


def _no_password() -> str:
    """What `make_password(None)` gives, without drawing each of its signs apart, which took most of the time."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)


def _own(step: Step) -> str:
    """What tells somebody new from everybody else in the file."""
    return f"@ {step.row.email}" if step.row.email else f"# {step.row.staff_number.casefold()}"
