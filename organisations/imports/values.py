"""Cells as values: names, addresses, days and kinds. Whoever reads a value gets it clean or a `Refused`."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum

from organisations.rules import normal_domain

LONGEST_NAME = 150
LONGEST_EMAIL = 254
LONGEST_NUMBER = 50
LONGEST_SOURCE = 200
MOST_PEOPLE = 10_000_000
#: Days outside these are slips of the keyboard.
EARLIEST = date(1940, 1, 1)
#: How far ahead a first or last day may lie.
AHEAD = timedelta(days=366)


class Why(StrEnum):
    """Why a value, or a whole row, is refused."""

    NO_NAME = "no_name"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    INVISIBLE = "invisible"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    NO_EMAIL_OR_NUMBER = "no_email_or_number"
    BAD_EMAIL = "bad_email"
    NO_ROLE = "no_role"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_UNIT = "unknown_unit"
    AMBIGUOUS_UNIT = "ambiguous_unit"
    UNKNOWN_KIND = "unknown_kind"
    BAD_DAY = "bad_day"
    DAY_TOO_EARLY = "day_too_early"
    DAY_TOO_LATE = "day_too_late"
    ENDS_BEFORE_START = "ends_before_start"
    NO_PEOPLE = "no_people"
    BAD_PEOPLE = "bad_people"
    NO_DAY = "no_day"
    NO_SOURCE = "no_source"
    # --- seen only beside other rows and what is there
    TWICE = "twice"
    ROWS_DISAGREE = "rows_disagree"
    FIGURES_DISAGREE = "figures_disagree"
    NUMBER_TWICE = "number_twice"
    NUMBER_OF_ANOTHER = "number_of_another"
    ADDRESS_ELSEWHERE = "address_elsewhere"
    ADDRESS_SHARED = "address_shared"
    SEVERAL_ROLES = "several_roles"
    CLOSED = "closed"
    # --- in a file about organisations of a partnership
    NO_ORGANISATION = "no_organisation"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    AMBIGUOUS_ORGANISATION = "ambiguous_organisation"
    # --- in a file of who leads units
    NOT_YOURS = "not_yours"
    NO_UNIT = "no_unit"
    OTHER_UNIT = "other_unit"


class Refused(Exception):
    """A value that is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


#: Letters that show nothing although they count as letters or marks.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: Joiners: invisible, but names in Persian and several Indian scripts are spelled with them.
JOINERS = frozenset("\u200c\u200d")
#: More marks on one letter than any spelling has.
MOST_MARKS = 4


def clean_text(text: str, longest: int) -> str:
    """Text in one form and with single spaces; refuses what cannot be seen, turns the direction of text or is long."""
    if text.isascii() and text.isprintable():
        plain = " ".join(text.split())
    else:
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        _refuse_hidden(plain)
    if len(plain) > longest:
        raise Refused(Why.TOO_LONG)
    return plain


def _refuse_hidden(text: str) -> None:
    marks = 0
    for place, letter in enumerate(text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category[0] == "M" else 0
        if letter == "\ufffd":
            raise Refused(Why.UNREADABLE)
        if letter in JOINERS and _joins(text, place):
            continue
        hidden = category[0] == "C" or category in ("Zl", "Zp") or letter in BLANK_LETTERS
        if hidden or marks > MOST_MARKS or "\ufe00" <= letter <= "\ufe0f" or "\u180b" <= letter <= "\u180f":
            raise Refused(Why.INVISIBLE)


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands between two letters of a script that is spelled with it."""
    beside = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(beside) == 2 and all(
        "\u0590" <= letter < "\u2000" and unicodedata.category(letter)[0] in "LM" for letter in beside
    )


def clean_name(text: str) -> str:
    """How a person is called; refuses none, one without a letter, and what `clean_text` refuses."""
    name = clean_text(text, LONGEST_NAME)
    if not name:
        raise Refused(Why.NO_NAME)
    if not any(letter.isalpha() for letter in name):
        raise Refused(Why.NAME_WITHOUT_LETTERS)
    return name


LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def clean_email(text: str) -> str:
    """An address in small letters, or nothing; refuses what is no address."""
    address = text.strip().strip("\u00a0").removeprefix("mailto:").lower()
    if not address:
        return ""
    local, _sign, domain = address.rpartition("@")
    if len(address) > LONGEST_EMAIL or len(local) > 64 or not LOCAL_PART.fullmatch(local):
        raise Refused(Why.BAD_EMAIL)
    name = normal_domain(domain)
    ending = name.rpartition(".")[2]
    if (
        not name
        or name != domain
        or len(ending) < 2
        or ending.isdecimal()
        or any(len(part) > 63 for part in name.split("."))
    ):
        raise Refused(Why.BAD_EMAIL)
    return address


MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
#: Day, month and year, as people in Britain write them.
BRITISH = re.compile(r"(\d{1,2})[./\-\s](\d{1,2}|[a-z]{3,9})[./\-,\s]{1,2}(\d{4}|\d{2})")
INTERNATIONAL = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
#: A time of day that programs write behind a day.
TIME_OF_DAY = re.compile(r"[t\s]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|z)?$")
#: Spreadsheets count days from here.
SPREADSHEET_DAYS_FROM = date(1899, 12, 30)


def read_day(text: str) -> date | None:
    """A day, or nothing: 3/4/2027 is 3 April. Refuses what is no day of the calendar."""
    plain = TIME_OF_DAY.sub("", " ".join(text.casefold().split()))
    if not plain:
        return None
    try:
        if found := INTERNATIONAL.fullmatch(plain):
            year, month, day = (int(part) for part in found.groups())
            return date(year, month, day)
        if found := BRITISH.fullmatch(plain):
            month_text = found[2]
            month = MONTHS[month_text] if month_text.isalpha() else int(month_text)
            year = int(found[3])
            return date(year + 2000 if year < 70 else year + 1900 if year < 100 else year, month, int(found[1]))
        if plain.isascii() and plain.isdecimal() and 15_000 <= int(plain[:9]) <= 80_000:
            return SPREADSHEET_DAYS_FROM + timedelta(days=int(plain))
    except (ValueError, KeyError):
        pass
    raise Refused(Why.BAD_DAY)


def clean_day(text: str, latest: date) -> date | None:
    """A day between 1940 and the latest, or nothing; refuses others."""
    day = read_day(text)
    if day is not None and day < EARLIEST:
        raise Refused(Why.DAY_TOO_EARLY)
    if day is not None and day > latest:
        raise Refused(Why.DAY_TOO_LATE)
    return day


#: How files call the ways to belong to an organisation.
KIND_WORDS = {
    "employee": ("employee", "employed", "staff", "permanent", "perm", "fixed term", "temporary", "officer",
                 "police officer", "police staff", "full time", "part time", "substantive", "worker",
                 "apprentice", "salaried"),
    "agency": ("agency", "agency worker", "agency staff", "bank", "bank staff", "temp", "locum", "supply"),
    "volunteer": ("volunteer", "unpaid", "special constable", "special", "trustee", "volunteering"),
    "student": ("student", "placement", "student on placement", "intern", "work experience"),
    "elected": ("elected", "elected member", "councillor", "cllr", "mayor"),
    "contractor": ("contractor", "consultant", "self employed", "freelance", "third party", "supplier"),
}  # fmt: skip
KINDS = {word: kind for kind, words in KIND_WORDS.items() for word in words}


def read_kind(folded_text: str) -> str:
    """The kind that a folded word stands for, or nothing; refuses words that stand for none."""
    if not folded_text:
        return ""
    if folded_text not in KINDS:
        raise Refused(Why.UNKNOWN_KIND)
    return KINDS[folded_text]


def read_people(text: str) -> int:
    """A number of people; "1,200" and "1 200" are numbers. Refuses none, less than none and parts of people."""
    plain = re.sub(r"[,\s\u00a0](?=\d{3}\b)", "", text.strip())
    if not plain:
        raise Refused(Why.NO_PEOPLE)
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 8 or int(plain) > MOST_PEOPLE:
        raise Refused(Why.BAD_PEOPLE)
    return int(plain)
