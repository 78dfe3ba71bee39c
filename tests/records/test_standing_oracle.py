"""The rules against the oracle, over histories that nobody would think of."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from records.rules.days import FOREVER, Days
from records.rules.standing import Counted, Done, Member, Refresher, Version, state_on, stretches, validity
from tests.records.oracle import Oracle, months_later

START = date(2024, 1, 30)
# A short span, so that edges often fall on one another.
moments = st.integers(0, 90).map(lambda number: START + timedelta(days=number))
lengths = st.integers(0, 90)


@st.composite
def runs(draw, *, is_open_allowed=True):
    first = draw(moments)
    if is_open_allowed and draw(st.booleans()):
        return Days(first)
    return Days(first, first + timedelta(days=draw(lengths)))


@st.composite
def members(draw):
    found = []
    for key in range(1, draw(st.integers(1, 3)) + 1):
        run = draw(runs())
        # Often soon after the one before, so that clocks chain.
        if found and found[-1].days.last != FOREVER and draw(st.booleans()):
            first = found[-1].days.last + timedelta(days=draw(st.sampled_from([0, 1, 8, 29, 30, 31])))
            run = Days(first, max(run.last, first))
        away = tuple(draw(st.lists(runs(), max_size=2)))
        found.append(Member(key, draw(st.integers(1, 2)), draw(st.sampled_from(["employee", "volunteer"])), run, away))
    return found


@st.composite
def versions(draw):
    found = []
    first = draw(moments)
    for key in range(1, draw(st.integers(1, 3)) + 1):
        last = first + timedelta(days=draw(lengths))
        found.append(
            Version(
                key=key,
                days=Days(first, last),
                roles=draw(st.sampled_from([None, frozenset({1}), frozenset({1, 2})])),
                kinds=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"employee"})])),
                due_days=draw(st.sampled_from([0, 1, 14, 30, 90])),
                valid_for_months=draw(st.sampled_from([None, 1, 1, 2, 6])),
                window_days=draw(st.sampled_from([0, 14, 60])),
                is_counted_from_expiry=draw(st.booleans()),
                due_by=draw(st.sampled_from([None, first, first + timedelta(days=20), first + timedelta(days=100)])),
                fixed_on=draw(st.none() | st.sampled_from([date(2023, 4, 1), date(2024, 1, 31), date(2024, 3, 15)])),
            )
        )
        first = last + timedelta(days=draw(st.sampled_from([1, 1, 1, 2, 40])))
    if draw(st.booleans()):
        last = found[-1]
        found[-1] = Version(
            **{name: getattr(last, name) for name in Version.__slots__ if name != "days"}, days=Days(last.days.first)
        )
    return found


belongings = st.one_of(st.just([Days(date.min)]), st.lists(runs(), min_size=1, max_size=2))
later = st.integers(-90, 150).map(lambda number: START + timedelta(days=number))


@st.composite
def completions(draw):
    found = []
    for on in draw(st.lists(later, max_size=4)):
        back = draw(st.sampled_from([None, None, 0, 1, 20, 45]))
        found.append(
            Done(
                on=on,
                edition=draw(st.integers(0, 3)),
                counted_from=None if back is None else on - timedelta(days=back),
                not_for=draw(st.sampled_from([frozenset(), frozenset(), frozenset({1}), frozenset({1, 2})])),
                source=draw(st.sampled_from(["assessed", "attended", "recognised"])),
            )
        )
    return found


@st.composite
def refreshers(draw):
    editions = draw(st.sampled_from([(), (), (2,), (3,), (2, 3)]))
    return [Refresher(each, draw(later), draw(st.sampled_from([None, None, frozenset({1})]))) for each in editions]


def days_of_interest(everyone, terms, belonging, completed, again, found):
    """The days around every edge, and the days a clock moves to without a write."""
    edges = {START, *(each.on for each in completed), *(each.by for each in again)}
    for run in [
        *belonging,
        *(each.days for each in (*everyone, *terms)),
        *(away for each in everyone for away in each.away),
    ]:
        edges |= {run.first, run.last}
    for each in found:
        edges |= {each.required_from, each.due_on, each.required_to or START, each.satisfied_to or START}
    near = [date(2020, 6, 1) < edge < date(2030, 1, 1) and edge for edge in edges]
    return sorted({edge + timedelta(days=by) for edge in near if edge for by in (-1, 0, 1, 31, 400)})


def check_what_it_shows(stretch, oracle, day):
    """It says so from the newest completion on; before that something completed later is the newest of the stretch."""
    if stretch.shown_on <= day:
        assert (stretch.shown_source, stretch.shown_edition) == oracle.shown(day)
    else:
        last = min(stretch.required_to or FOREVER, stretch.satisfied_to or FOREVER)
        assert max(each.on for each in oracle.completed if each.on <= last) == stretch.shown_on <= last


@settings(max_examples=500)
@given(everyone=members(), terms=versions(), belonging=belongings, completed=completions(), again=refreshers())
def test_stretches_say_what_a_walk_through_the_days_says(everyone, terms, belonging, completed, again):
    found = stretches(everyone, terms, belonging, completed, again)
    oracle = Oracle(everyone, terms, belonging, completed, again)
    for day in days_of_interest(everyone, terms, belonging, completed, again, found):
        for member in everyone:
            for number, version in enumerate(terms):
                said = [
                    each
                    for each in found
                    if (each.member, each.version) == (member.key, version.key)
                    and each.required_from <= day <= (each.required_to or FOREVER)
                ]
                assert len(said) <= 1
                answer = None
                if said:
                    state = state_on(said[0], day)
                    is_current = state in ("current", "expiring")
                    answer = str(state), (said[0].satisfied_to or FOREVER) if is_current else said[0].due_on
                    if is_current:
                        check_what_it_shows(said[0], oracle, day)
                assert answer == oracle.ask(member, number, day), (day, member, version)


@settings(max_examples=200)
@given(everyone=members(), terms=versions(), belonging=belongings, completed=completions(), again=refreshers())
def test_stretches_of_a_member_and_version_never_overlap_and_meet_only_at_an_expiry(
    everyone, terms, belonging, completed, again
):
    by_place = {}
    for each in stretches(everyone, terms, belonging, completed, again):
        by_place.setdefault((each.member, each.version), []).append(each)
    for rows in by_place.values():
        rows.sort(key=lambda each: each.required_from)
        for one, after in pairwise(rows):
            assert one.required_to is not None
            assert one.required_to < after.required_from
            if one.required_to + timedelta(days=1) == after.required_from and one.satisfied_to == one.required_to:
                assert after.due_on == one.satisfied_to


@settings(max_examples=200)
@given(terms=versions(), completed=st.lists(later, max_size=4))
def test_a_completion_is_valid_for_no_less_than_its_own_months(terms, completed):
    for version in terms:
        runs_of_days = validity(version, [Counted(day, day, FOREVER) for day in sorted(completed)])
        for day in completed:
            last = FOREVER if version.valid_for_months is None else months_later(day, version.valid_for_months)
            if version.fixed_on and version.valid_for_months:
                last = day
            assert any(run.first <= day and last <= run.last for run in runs_of_days)
