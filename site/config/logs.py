"""How lines of the server's log are written: without addresses, codes and what a database quotes from a row."""

from __future__ import annotations

import logging
import re

EMAIL = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
#: A code or token in an address opens what it belongs to; numbers of rows do not.
SECRET_IN_PATH = re.compile(r"(/(?:verify|certificates|invitations|key)/)(?!\d+/|new/|several/)[^/\s?\"']+")
QUERY = re.compile(r"(/[^\s?\"']*\?)[^\s\"']+")
#: PostgreSQL repeats the values of a row that it refuses.
DETAIL = re.compile(r"(DETAIL:).*?(?=\\n|\n|\"|$)")


def quiet(text: str) -> str:
    """The text without what could say who somebody is or open what is theirs."""
    text = DETAIL.sub(r"\1 (left out)", text)
    text = SECRET_IN_PATH.sub(r"\1…", text)
    text = QUERY.sub(r"\1…", text)
    return EMAIL.sub("(address)", text)


class Quiet:
    """Makes any formatter quiet: name it first among the classes."""

    def format(self, record: logging.LogRecord) -> str:
        """The formatted line, traceback and all, made quiet."""
        return quiet(super().format(record))  # type: ignore[misc]


class QuietFormatter(Quiet, logging.Formatter):
    """Lines of text."""
