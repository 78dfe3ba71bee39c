"""The server's log says what happened, not to whom."""

from __future__ import annotations

import logging

import pytest

from config.logs import QuietFormatter, quiet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No account for Jo.O'Neil+x@example.org.uk here", "No account for (address) here"),
        ("Not Found: /verify/ABCD-EFGH/", "Not Found: /verify/…/"),
        ("Not Found: /en/invitations/abc_DEF-123/", "Not Found: /en/invitations/…/"),
        ("GET /en/organisations/own/invitations/17/withdraw/", "GET /en/organisations/own/invitations/17/withdraw/"),
        ("GET /en/organisations/own/invitations/new/", "GET /en/organisations/own/invitations/new/"),
        ('"GET /verify/?code=ABCD HTTP/1.1" 200', '"GET /verify/?… HTTP/1.1" 200'),
        (
            "duplicate key\nDETAIL:  Key (lower(name))=(mina) already exists.\nnext",
            "duplicate key\nDETAIL: (left out)\nnext",
        ),
        (r'{"error": "x\nDETAIL: Failing row (1, Mina).\nCONTEXT"}', r'{"error": "x\nDETAIL: (left out)\nCONTEXT"}'),
        ("Forbidden: /en/learn/", "Forbidden: /en/learn/"),
    ],
)
def test_what_says_who_it_was_is_left_out(text, expected):
    assert quiet(text) == expected


def test_a_traceback_is_quiet_too():
    formatter = QuietFormatter("{message}", style="{")
    try:
        raise ValueError("mina@example.org is not known")
    except ValueError:
        record = logging.getLogger("x").makeRecord("x", 40, "f", 1, "failed for %s", ("mina@example.org",), True)
        import sys

        record.exc_info = sys.exc_info()
    said = formatter.format(record)
    assert "mina" not in said
    assert "failed for (address)" in said
    assert "ValueError: (address) is not known" in said
