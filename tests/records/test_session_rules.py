"""Codes, windows, what a briefing completes, and names that look alike."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.rules_names import are_alike, plain_name
from records.rules.certificates import ALPHABET
from records.rules.enough import completes
from records.rules.sessions import (
    is_open_at,
    new_session_code,
    normalise_session_code,
    tidy,
)

START = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=2)


def test_a_code_has_eight_signs_that_nobody_misreads():
    code = new_session_code(secrets.choice)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set("01IOLUEA") & set(ALPHABET)


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8), st.sampled_from([" ", "-", "", "–"]))
def test_a_code_is_read_however_it_is_typed(code, between):
    typed = between.join([code[:4].lower(), code[4:]])
    assert normalise_session_code(typed) == code


@given(st.text(max_size=200))
def test_what_is_no_code_is_empty(text):
    found = normalise_session_code(text)
    assert found == "" or (len(found) == 8 and set(found) <= set(ALPHABET))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (START - timedelta(minutes=46), False),
        (START - timedelta(minutes=45), True),
        (START, True),
        (END + timedelta(minutes=60), True),
        (END + timedelta(minutes=61), False),
    ],
)
def test_the_code_works_around_the_session_only(at, is_open):
    assert is_open_at(at, START, END) is is_open


@pytest.mark.parametrize(
    ("setting", "has_quiz", "enough"),
    [
        ("", True, False),
        ("", False, True),
        ("enough", True, True),
        ("enough", False, True),
        ("never", True, False),
        ("never", False, False),
    ],
)
def test_the_quiz_is_still_needed_unless_the_trainer_says_otherwise(setting, has_quiz, enough):
    assert completes(setting, has_counting_quiz=has_quiz) is enough


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitlock", "dana whitlock"),
        ("Whitlock, Dana", "Dana Whitlock"),
        ("Zoë Müller", "Zoe Muller"),
        ("D. Whitlock", "Dana Whitlock"),
        ("Dana Whitlock", "Dana Maria Whitlock"),
        ("أحمد حسن", "أحمد حسن"),
    ],
)
def test_names_that_may_be_one_persons(one, other):
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitlock", "Sam Whitlock"),
        ("Dana", "Dana Whitlock"),
        ("D. W.", "Dana Whitlock"),
        ("", "Dana Whitlock"),
        ("Dana Dana", "Dana Whitlock"),
    ],
)
def test_names_that_are_not(one, other):
    assert not are_alike(one, other)
    assert not are_alike(other, one)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_goes_both_ways_and_never_breaks(one, other):
    assert are_alike(one, other) == are_alike(other, one)
    if len(plain_name(one).split()) > 1 and any(len(word) > 1 for word in plain_name(one).split()):
        assert are_alike(one, one)


@given(st.text(max_size=80))
def test_tidy_leaves_one_line_without_hidden_signs(text):
    kept = tidy(text)
    assert "\n" not in kept
    assert "\u202e" not in kept
    assert "\u0000" not in kept
    assert tidy(kept) == kept
