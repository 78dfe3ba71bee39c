"""What an import would change, beside a small world in which plans are carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.imports.headcounts import Counted, place_of, plan_headcounts
from organisations.imports.planning import Here, Known, Outcome, Someone, Step, make_plan
from organisations.imports.rows import HeadcountRow, PersonRow
from organisations.imports.values import Why

TODAY = date(2026, 11, 21)
LONG_AGO = date(2026, 1, 5)
NURSE, DOCTOR, PORTER = 1, 2, 3


def row(number=2, name="Asha Khan", email="asha@own.example", staff_number="", role=NURSE, **more) -> PersonRow:
    return PersonRow(number, name, email, staff_number, role, **more)


def place(pk=1, person=1, role=NURSE, unit=None, kind="employee", staff_number="", work_email="", **more) -> Here:
    return Here(
        pk, person, role, unit, kind, staff_number, work_email, more.get("started_on", LONG_AGO), more.get("ended_on")
    )


ASHA = Someone(1, "Asha Khan", "asha@own.example")
KNOWN = Known(
    {1: ASHA}, [place(work_email="asha@own.example", staff_number="A1")], {"asha@own.example": 1}, {"own.example"}
)


def only(*rows: PersonRow, known: Known = KNOWN) -> Step:
    (step,) = make_plan(rows, known, TODAY).steps
    return step


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (row(), Outcome.UNCHANGED),
        (row(email="", staff_number="a1"), Outcome.CHANGED),
        (row(email="", staff_number="A1"), Outcome.UNCHANGED),
        (row(kind="employee", started_on=date(2020, 1, 1)), Outcome.UNCHANGED),
        (row(staff_number="B2"), Outcome.CHANGED),
        (row(email="new@own.example", staff_number="A1"), Outcome.CHANGED),
        (row(role=DOCTOR), Outcome.MOVED),
        (row(unit=7), Outcome.MOVED),
        (row(kind="agency"), Outcome.MOVED),
        (row(ended_on=TODAY), Outcome.ENDED),
        (row(role=DOCTOR, ended_on=LONG_AGO), Outcome.ENDED),
        (row(email="bo@own.example"), Outcome.NEW),
        (row(email="bo@own.example", ended_on=LONG_AGO), Outcome.UNCHANGED),
        (row(email="bo@own.example", ended_on=TODAY), Outcome.NEW),
        (row(email="", staff_number="B2"), Outcome.NEW),
    ],
)
def test_one_row(said, outcome):
    assert only(said).outcome == outcome


def test_the_name_stays_the_persons_once_they_have_signed_in():
    assert only(row(name="Asha B. Khan")).outcome == Outcome.UNCHANGED
    ours = replace(KNOWN, people={1: replace(ASHA, is_ours=True)})
    step = only(row(name="Asha B. Khan"), known=ours)
    assert (step.outcome, step.name) == (Outcome.CHANGED, "Asha B. Khan")


def test_somebody_without_address_gets_one():
    known = Known({1: Someone(1, "Asha Khan", "", is_ours=True)}, [place(staff_number="A1")])
    step = only(row(staff_number="A1"), known=known)
    assert (step.outcome, step.person, step.email) == (Outcome.CHANGED, 1, "asha@own.example")


def test_who_comes_back_is_the_same_person():
    left = Known({1: ASHA}, [place(work_email="asha@own.example", staff_number="A1", ended_on=date(2026, 6, 1))])
    assert (only(row(), known=left).outcome, only(row(), known=left).person) == (Outcome.BACK, 1)
    assert only(row(email="", staff_number="A1"), known=left).person == 1
    assert only(row(email="", staff_number="A1", name="Bo"), known=left).person is None


def test_an_account_elsewhere_is_joined_only_by_an_address_that_the_organisation_gives_out():
    elsewhere = Known({9: Someone(9, "Asha", "asha@own.example")}, [], {"asha@own.example": 9})
    step = only(row(), known=elsewhere)
    assert [each.why for each in step.refusals] == [Why.ADDRESS_ELSEWHERE]
    step = only(row(), known=replace(elsewhere, domains={"own.example"}))
    assert (step.outcome, step.person, step.name) == (Outcome.NEW, 9, "")


def test_who_gets_another_role_beside_one_that_lasts_is_not_back():
    ended = place(2, role=DOCTOR, work_email="asha@own.example", ended_on=date(2026, 6, 1))
    known = replace(KNOWN, here=[*KNOWN.here, ended])
    assert [each.outcome for each in make_plan([row(2), row(3, role=DOCTOR)], known, TODAY).steps] == [
        Outcome.UNCHANGED,
        Outcome.NEW,
    ]


@pytest.mark.parametrize(
    ("rows", "whys"),
    [
        ([row(2), row(3)], [None, Why.TWICE]),
        ([row(2), row(3, name="Bo")], [Why.ROWS_DISAGREE, Why.ROWS_DISAGREE]),
        ([row(2, unit=1), row(3, unit=2)], [Why.ROWS_DISAGREE, Why.ROWS_DISAGREE]),
        ([row(2, staff_number="X"), row(3, email="bo@own.example", staff_number="x")], [Why.NUMBER_TWICE] * 2),
        ([row(2, email="bo@own.example", staff_number="A1", name="Bo")], [Why.NUMBER_OF_ANOTHER]),
        (
            [row(2, email="bo@own.example", staff_number="A1"), row(3, email="bo@own.example")],
            [Why.ADDRESS_SHARED] * 2,
        ),
        ([row(2, role=DOCTOR), row(3, role=PORTER)], [Why.SEVERAL_ROLES] * 2),
        ([row(2), row(3, role=PORTER)], [None, None]),
        ([row(2, ended_on=date(2026, 1, 1))], [Why.ENDS_BEFORE_START]),
    ],
)
def test_what_is_refused_beside_other_rows(rows, whys):
    steps = make_plan(rows, KNOWN, TODAY).steps
    assert [step.refusals[0].why if step.refusals else None for step in steps] == whys


@pytest.mark.parametrize(
    ("rows", "beside"),
    [
        ([row(2), row(3), row(4)], [None, 2, 2]),
        ([row(2), row(7, name="Bo"), row(9)], [7, 2, 2]),
        ([row(2, role=DOCTOR, unit=1), row(4, role=DOCTOR, unit=2)], [4, 2]),
        ([row(3, staff_number="X"), row(5, email="bo@own.example", staff_number="x"), row(6)], [5, 3, 5]),
        ([row(2, email="bo@own.example", staff_number="A1"), row(3, email="bo@own.example")], [3, 2]),
        ([row(2, email="bo@own.example", staff_number="A1", name="Bo")], [None]),
    ],
)
def test_what_is_refused_because_of_another_row_names_the_first(rows, beside):
    steps = make_plan(rows, KNOWN, TODAY).steps
    assert [step.refusals[0].beside if step.refusals else None for step in steps] == beside


def test_a_number_of_somebody_else_here():
    bo = place(2, 2, work_email="bo@own.example", staff_number="B2")
    known = replace(KNOWN, people={1: ASHA, 2: Someone(2, "Bo", "")}, here=[*KNOWN.here, bo])
    assert only(row(staff_number="B2"), known=known).refusals[0].why == Why.NUMBER_OF_ANOTHER


def test_two_roles_of_one_person_are_two_places():
    known = replace(KNOWN, here=[*KNOWN.here, place(2, role=DOCTOR, work_email="asha@own.example")])
    plan = make_plan([row(2), row(3, role=DOCTOR, unit=4)], known, TODAY)
    assert [step.outcome for step in plan.steps] == [Outcome.UNCHANGED, Outcome.MOVED]
    assert make_plan([row(2, role=PORTER)], known, TODAY).steps[0].refusals[0].why == Why.SEVERAL_ROLES
    assert [each.pk for each in make_plan([row(2)], known, TODAY).missing] == [2]


def test_who_stands_in_no_row_is_missing_unless_they_left():
    left = place(2, 2, ended_on=date(2026, 6, 1))
    known = replace(KNOWN, here=[*KNOWN.here, left])
    assert [each.pk for each in make_plan([], known, TODAY).missing] == [1]


# --- any file -------------------------------------------------------------------------------------
ADDRESSES = ("", "asha@own.example", "bo@own.example", "cy@else.example")
DAYS = (None, LONG_AGO, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=30))


def any_rows():
    made = st.builds(
        PersonRow,
        number=st.just(0),
        name=st.sampled_from(("Asha", "Bo", "asha")),
        email=st.sampled_from(ADDRESSES),
        staff_number=st.sampled_from(("", "1", "2", "A")),
        role=st.sampled_from((NURSE, DOCTOR)),
        unit=st.sampled_from((None, 4, 5)),
        kind=st.sampled_from(("", "employee", "agency")),
        started_on=st.sampled_from((None, LONG_AGO, TODAY)),
        ended_on=st.sampled_from(DAYS),
    )
    is_one = made.filter(lambda each: each.email or each.staff_number).filter(
        lambda each: not each.started_on or not each.ended_on or each.started_on <= each.ended_on
    )
    return st.lists(is_one, max_size=6).map(numbered)


def numbered(rows):
    return [replace(each, number=number) for number, each in enumerate(rows, start=2)]


class Small:
    """A world of one organisation in which steps are carried out the plain way."""

    def __init__(self, known: Known) -> None:
        self.people = dict(known.people)
        self.here = list(known.here)
        self.accounts = dict(known.accounts)
        self.domains = known.domains

    def known(self) -> Known:
        return Known(dict(self.people), list(self.here), dict(self.accounts), self.domains)

    def carry_out(self, plan) -> None:
        new: dict[str, int] = {}
        for group in plan.groups:
            for step in (plan.steps[number] for number in group):
                if step.outcome in (Outcome.REFUSED, Outcome.UNCHANGED):
                    continue
                said = step.row
                pk = step.person or new.get(said.email or said.staff_number.casefold())
                if pk is None:
                    pk = 100 + len(self.people)
                    new[said.email or said.staff_number.casefold()] = pk
                    self.people[pk] = Someone(pk, said.name, said.email, is_ours=True)
                    assert said.email not in self.accounts or not said.email, "one address, two accounts"
                if step.name:
                    self.people[pk] = replace(self.people[pk], name=step.name)
                if step.email:
                    self.people[pk] = replace(self.people[pk], email=step.email)
                    self.accounts[step.email] = pk
                self.write(step, pk)

    def write(self, step: Step, person: int) -> None:
        said = step.row
        old = next((each for each in self.here if each.pk == step.membership), None)
        if old is None:
            start = min(said.started_on or TODAY, said.ended_on or TODAY)
            self.here.append(
                Here(
                    1000 + len(self.here),
                    person,
                    said.role,
                    said.unit,
                    said.kind or "employee",
                    said.staff_number,
                    said.email,
                    start,
                    said.ended_on,
                )
            )
            return
        at = self.here.index(old)
        kept = replace(
            old, staff_number=said.staff_number or old.staff_number, work_email=said.email or old.work_email
        )
        if step.outcome == Outcome.ENDED:
            kept = replace(kept, ended_on=said.ended_on)
        elif step.outcome == Outcome.MOVED:
            moved = replace(kept, role=said.role, unit=said.unit or old.unit, kind=said.kind or old.kind)
            if old.started_on < TODAY:
                self.here.append(replace(moved, pk=1000 + len(self.here), started_on=TODAY))
                kept = replace(old, ended_on=TODAY - timedelta(days=1))
            else:
                kept = moved
        self.here[at] = kept


WORLDS = st.sampled_from((Known(domains={"own.example"}), KNOWN))


@given(any_rows(), any_rows(), WORLDS)
def test_the_same_file_twice_changes_nothing(first, second, known):
    world = Small(known)
    world.carry_out(make_plan(first, world.known(), TODAY))
    once = make_plan(second, world.known(), TODAY)
    world.carry_out(once)
    again = make_plan(second, world.known(), TODAY)
    for before, after in zip(once.steps, again.steps, strict=True):
        # A row that was refused may be good now: who held its staff number has left by another row.
        if before.outcome != Outcome.REFUSED:
            assert after.outcome in (Outcome.UNCHANGED, Outcome.REFUSED)


@given(any_rows(), WORLDS, st.randoms())
def test_the_order_of_rows_makes_no_difference(rows, known, random):
    def unnumbered(step):
        return [replace(each, beside=None) for each in step.refusals]

    def said(some):
        plan = make_plan(some, known, TODAY)
        told = sorted(
            repr((replace(step.row, number=0), step.outcome, step.person, step.membership, unnumbered(step)))
            for step in plan.steps
        )
        return told, {each.pk for each in plan.missing}

    mixed = list(rows)
    random.shuffle(mixed)
    assert said(rows) == said(numbered(mixed))


@given(any_rows(), WORLDS)
def test_nobody_gets_a_role_twice(rows, known):
    world = Small(known)
    world.carry_out(make_plan(rows, world.known(), TODAY))
    still = [(each.person, each.role) for each in world.here if each.ended_on is None]
    assert len(still) == len(set(still))
    assert all(each.ended_on is None or each.ended_on >= each.started_on for each in world.here)


# --- headcounts -----------------------------------------------------------------------------------
def count(number=2, role=NURSE, kind="", people=10, counted_on=TODAY, source="Payroll") -> HeadcountRow:
    return HeadcountRow(number, role, kind, people, counted_on, source)


def test_headcounts_are_new_changed_the_same_or_refused():
    there = {
        (None, NURSE, "", TODAY): Counted(5, 10, "Payroll"),
        (None, DOCTOR, "", TODAY): Counted(6, 3, "Payroll"),
    }
    rows = [
        count(2),
        count(3, role=DOCTOR),
        count(4, role=None),
        count(5, role=PORTER),
        count(6, role=PORTER),
        count(7, kind="agency"),
        count(8, kind="agency", people=4),
        count(9, role=DOCTOR, kind="agency", source=""),
    ]
    steps = plan_headcounts(rows, there)
    assert [step.outcome.value for step in steps] == [
        "unchanged", "changed", "new", "new", "refused", "refused", "refused", "new",
    ]  # fmt: skip
    assert [step.headcount for step in steps[:3]] == [5, 6, None]
    refusals = [step.refusals[0] for step in steps if step.refusals]
    assert [(each.why, each.beside) for each in refusals] == [
        (Why.TWICE, 5), (Why.FIGURES_DISAGREE, 8), (Why.FIGURES_DISAGREE, 7),
    ]  # fmt: skip


@given(
    st.lists(
        st.builds(
            count,
            role=st.sampled_from((None, NURSE)),
            people=st.integers(0, 3),
            counted_on=st.sampled_from((TODAY, LONG_AGO)),
        ),
        max_size=6,
    ).map(numbered)
)
def test_the_same_headcounts_twice_change_nothing(rows):
    there = {
        place_of(step.row): Counted(1, step.row.people, step.row.source)
        for step in plan_headcounts(rows, {})
        if step.outcome == Outcome.NEW
    }
    assert {step.outcome for step in plan_headcounts(rows, there)} <= {Outcome.UNCHANGED, Outcome.REFUSED}
