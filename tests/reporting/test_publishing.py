"""What a report prints of its numbers: never a small count, no share of a hidden one, and bounds that hold."""

from __future__ import annotations

import uuid
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from organisations.rules import Known
from reporting.filters import EVERYTHING
from reporting.gaps import Gap, Lack
from reporting.publishing import make_payload
from reporting.rules import Counts, reach
from reporting.selectors.delivery import NOTHING, Delivery, DoneLine
from reporting.tables import Cell, Coverage, Evidence, Module, Row
from reporting.trend import Trend

DAY, THRESHOLD = date(2026, 11, 20), 5
MODULE = Module(uuid.uuid4(), "Seeing it")


@st.composite
def places(draw):
    """Required and current people, and a headcount or none, of some organisations."""
    required = draw(st.one_of(st.integers(0, 9), st.integers(20, 40)))
    current = draw(st.one_of(st.just(required), st.integers(0, required), st.integers(0, min(required, 6))))
    headcount = draw(st.one_of(st.none(), st.integers(0, 60)))
    return Counts(required, current, 0, 0, required - current), headcount


def known_of(counts: Counts, headcount: int | None) -> Known:
    unknown = None if headcount is None else max(headcount - counts.required, 0)
    return Known(headcount=headcount, registered=counts.required, unknown=unknown, at_least=headcount or 0)


def coverage_of(rows, evidence=None) -> Coverage:
    """A table of one module; nobody works in two places."""
    cells = [Cell(MODULE, counts, known_of(counts, headcount), is_asked=True) for counts, headcount in rows]
    required, current = (sum(getattr(each, name) for each, _head in rows) for name in ("required", "current"))
    total = Counts(required, current, 0, 0, required - current)
    everybody = known_of(total, None)
    return Coverage(
        day=DAY,
        modules=[MODULE],
        rows=[
            Row(number, f"Place {number}", f"place-{number}", "charity", [cell], cell.known, 0, 0, [])
            for number, cell in enumerate(cells)
        ],
        totals=[Cell(MODULE, total, everybody, is_asked=True, evidence=evidence)],
        people=total,
        everybody=everybody,
    )


def payload_of(rows, gaps=(), evidence=None):
    nothing = Delivery(DAY, DAY, [], [], DoneLine(None, "", NOTHING, {}))
    return make_payload(
        coverage_of(rows, evidence),
        nothing,
        [],
        Trend(()),
        gaps,
        partnership="Northshire",
        known_on=DAY,
        chosen=EVERYTHING,
        threshold=THRESHOLD,
    )


def number_in(words: str) -> int:
    return int("".join(letter for letter in words if letter.isdecimal()))


@given(rows=st.lists(places(), min_size=1, max_size=6))
def test_small_counts_and_their_shares_are_never_printed(rows):
    payload = payload_of(rows)
    (module,) = payload["modules"]
    for cell in (*module["rows"], module["total"], payload["people"]):
        printed, exact = cell["printed"], cell["exact"]
        for name in ("required", "current"):
            assert printed[name] not in range(1, THRESHOLD), cell
            assert not isinstance(printed[name], int) or printed[name] == exact[name]
        is_shown = isinstance(printed["required"], int) and isinstance(printed["current"], int)
        if is_shown:
            assert printed["coverage"] == ("–" if exact["coverage"] is None else f"{exact['coverage']}%")
            if 0 < exact["required"] - exact["current"] < THRESHOLD:
                raise AssertionError(f"The few who are not current can be worked out: {cell}")
        elif str(printed["current"]).endswith("or more"):
            assert number_in(printed["current"]) <= exact["current"]
            assert number_in(printed["coverage"]) <= exact["coverage"]
            if printed["reach"] != "hidden":
                counts = Counts(exact["required"], exact["current"])
                assert number_in(printed["reach"]) <= reach(counts, known_of(counts, exact["headcount"]))
        else:
            assert printed["coverage"] == printed["reach"] == "hidden"
        if not isinstance(printed["required"], int):
            assert printed["unknown"] == "hidden"


def test_that_nobody_is_current_is_a_gap_only_where_the_table_says_it():
    many, few, much = (Counts(30, 0, 0, 0, 30), 40), (Counts(3, 0, 0, 0, 3), 40), (Counts(30, 20, 0, 0, 10), 40)
    # The last one has no row: nothing of what was chosen is required there.
    gaps = [Gap(number, f"Place {number}", f"place-{number}", Lack.TRAINING) for number in range(4)]
    assert [name for name, _sentence in payload_of([many, few, much], gaps)["gaps"]] == ["Place 0"]


@given(rows=st.lists(places(), min_size=1, max_size=6), data=st.data())
def test_how_people_came_to_be_current_gives_no_small_count_away(rows, data):
    current = sum(counts.current for counts, _headcount in rows)
    assessed = data.draw(st.integers(0, current))
    attended = data.draw(st.integers(0, current - assessed))
    parts = (assessed, attended, current - assessed - attended)
    live = data.draw(st.integers(0, current))
    payload = payload_of(rows, evidence=Evidence(MODULE, current, live, *parts))
    (line,) = payload["evidence"]
    assert line["current"] == payload["modules"][0]["total"]["printed"]["current"]
    printed = [line[name] for name in ("assessed", "attended", "recognised")]
    for shown, part in zip([*printed, line["on_live_edition"]], [*parts, live], strict=True):
        assert shown == part or shown in ("<5", "hidden")
        assert shown not in range(1, THRESHOLD)
    if not isinstance(line["current"], int):
        assert {*printed, line["on_live_edition"]} == {"hidden"}
    # What is left over of the whole is never one part alone, and never the few who are on an older edition.
    assert sum(not isinstance(shown, int) for shown in printed) != 1
    if 0 < current - live < THRESHOLD:
        assert not isinstance(line["on_live_edition"], int)


def test_without_small_counts_it_is_printed_how_people_came_to_be_current():
    (line,) = payload_of([(Counts(60, 40, 0, 0, 20), 60)], evidence=Evidence(MODULE, 40, 30, 20, 12, 8))["evidence"]
    assert line == {
        "title": "Seeing it",
        "current": 40,
        "on_live_edition": 30,
        "assessed": 20,
        "attended": 12,
        "recognised": 8,
    }


def test_the_few_of_whom_no_completion_says_how_cannot_be_worked_out():
    (line,) = payload_of([(Counts(60, 40, 0, 0, 20), 60)], evidence=Evidence(MODULE, 40, 30, 20, 12, 6))["evidence"]
    shown = [line[name] for name in ("assessed", "attended", "recognised")]
    assert sum(part for part in shown if isinstance(part, int)) < 38
