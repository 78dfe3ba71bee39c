"""How coverage is counted, in plain words: the same on the page, in workbooks and in the board report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.filters import Chosen

#: Each word with what it means.
MEANINGS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (
        gettext_lazy("Required"),
        gettext_lazy(
            "People who work there on the day, in a role and of a kind that the module is required of. People who are "
            "away do not count. A person counts once in an organisation, and once in the total, also with two roles "
            "or two employers."
        ),
    ),
    (
        gettext_lazy("Current"),
        gettext_lazy(
            "Required, and completed in time: the completion is valid on the day. Current in all means current in "
            "every module that is required of the person."
        ),
    ),
    (
        gettext_lazy("Current on the live edition"),
        gettext_lazy(
            "Current, with a completion of the edition of the module that was live on the day, or of a later one."
        ),
    ),
    (
        gettext_lazy("Assessed, attended, recognised"),
        gettext_lazy(
            "How people who are current came to it, each by the newest completion: by the module and its quiz, by a "
            "briefing, or by training elsewhere that a lead recognised."
        ),
    ),
    (gettext_lazy("Expiring"), gettext_lazy("Current, with 30 days or fewer left. They are part of current.")),
    (
        gettext_lazy("Due and overdue"),
        gettext_lazy(
            "Not current. Due people still have time; for overdue people the last day has passed. If a module is "
            "required for several reasons, the earliest day counts."
        ),
    ),
    (
        gettext_lazy("Coverage"),
        gettext_lazy(
            "Current out of required. Shares are rounded down, so 100% means everybody. A dash means that nobody is "
            "required."
        ),
    ),
    (
        gettext_lazy("Unknown"),
        gettext_lazy(
            "People in the headcount who are not registered with us. We use the newest headcount up to the day. It is "
            "worked out for each organisation and role and then added up. If more people are registered than counted, "
            "some may have left: check leavers."
        ),
    ),
    (
        gettext_lazy("Reach"),
        gettext_lazy("Current out of everybody there is: the headcount, or the people required if they are more."),
    ),
)


def as_known(day: date, known_on: date) -> str:
    """Of which day the numbers are, and as known when."""
    words = _("Coverage on %(day)s, as known on %(known_on)s.")
    return words % {"day": date_format(day), "known_on": date_format(known_on)}


def everywhere() -> str:
    """The name of the row of totals."""
    return _("All of them, people counted once")


def said(chosen: Chosen) -> str:
    """What was chosen, in words."""
    if not chosen.said:
        return _("Everybody and every module: nothing was left out.")
    return "; ".join(f"{each.label}: {each.value}" for each in chosen.said)


def method_lines(day: date, known_on: date, chosen: Chosen) -> Iterator[tuple[str, str]]:
    """Day, choices and the meaning of each word."""
    yield _("Day"), as_known(day, known_on)
    yield _("Shown"), said(chosen)
    for word, meaning in MEANINGS:
        yield str(word), str(meaning)
