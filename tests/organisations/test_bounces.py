"""What mail servers report of letters that did not arrive; and what anybody else sends to that address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.bounces import LONGEST, MOST_BOUNDARIES, Bounce, Why, read_bounce, why_of
from tests.organisations.reports_of_mail_servers import KEY, report

GONE = Bounce(KEY, Why.NO_ADDRESS)


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("header", ["X-Signpost-Letter", "Message-ID"])
def test_whose_letter_and_why(returned, header):
    assert read_bounce(report(returned=returned, header=header)) == GONE
    assert read_bounce(report(returned=returned, header=header).replace(b"\n", b"\r\n")) == GONE


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
@pytest.mark.parametrize("status", ["4.4.7", "5.1.1"])
def test_what_may_still_arrive_is_none(action, status):
    assert read_bounce(report(action=action, status=status)) is None


def test_a_server_that_has_given_up_keeps_the_code_of_its_last_attempt():
    assert read_bounce(report(status="4.4.1")) == Bounce(KEY, Why.UNREACHABLE)
    assert read_bounce(report(action="FAILED", status="5.2.2 (over quota)")) == Bounce(KEY, Why.FULL)
    assert read_bounce(report(status="2.0.0")) is None


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("5.1.1", Why.NO_ADDRESS),
        ("5.1.10", Why.NO_ADDRESS),
        ("5.1.8", Why.OTHER),
        ("5.2.1", Why.CLOSED),
        ("5.2.2", Why.FULL),
        ("5.4.4", Why.UNREACHABLE),
        ("5.7.1", Why.REFUSED),
        ("5.0.0", Why.OTHER),
        ("15.1.1", Why.OTHER),
        ("", Why.OTHER),
    ],
)
def test_the_code_in_a_word(status, why):
    assert why_of(status) == why


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"From: somebody\n\nWhen is the briefing? " + KEY.encode(),
        # An answer that quotes the letter is no report, and neither is a report about reading.
        report().replace(b"multipart/report", b"multipart/mixed"),
        report().replace(b"message/delivery-status", b"message/disposition-notification"),
        report().replace(b"X-Signpost-Letter", b"X-Other"),
        report("0123456789abcdef"),
        report(KEY + "0"),
        report().replace(KEY.encode(), KEY.upper().encode()),
        # The key counts in the headers of the letter only, not in what somebody writes about it.
        report("").replace(b"I'm sorry", b"X-Signpost-Letter: " + KEY.encode()),
    ],
)
def test_everything_else_is_none(raw):
    assert read_bounce(raw) is None


def test_the_start_of_an_endless_one_is_enough():
    assert read_bounce(report(returned="message/rfc822") + b"x" * (2 * LONGEST)) == GONE


def test_parts_within_parts_without_end():
    deep = b"".join(b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(5000))
    assert read_bounce(deep) is None


@given(st.binary(max_size=3000))
def test_arbitrary_bytes_never_crash(raw):
    assert read_bounce(raw) is None


@given(st.integers(0, 1500), st.integers(0, 1500), st.binary(max_size=60))
def test_a_report_that_was_damaged_never_crashes_and_never_names_another_letter(start, end, rubbish):
    whole = report(returned="message/rfc822")
    found = read_bounce(whole[:start] + rubbish + whole[end:])
    assert found is None or len(found.key) == 32


@given(st.sampled_from(["Content-Type", "Status", "Action", "X-Signpost-Letter", "charset="]), st.binary(max_size=40))
def test_a_header_with_rubbish_never_crashes(name, rubbish):
    found = read_bounce(report().replace(name.encode(), name.encode() + rubbish))
    assert found is None or found.key == KEY


def test_what_takes_long_to_take_apart_is_not_taken_apart(monkeypatch):
    read = []
    monkeypatch.setattr("organisations.bounces._read", read.append)
    around = b"".join(b'Content-Type: multipart/mixed; BOUNDARY="b%d"\n\n--b%d\n' % (n, n) for n in range(250))
    assert read_bounce(around + b"x\n" * 400_000) is None
    assert read == []
    assert report().lower().count(b"boundary") < MOST_BOUNDARIES / 2
