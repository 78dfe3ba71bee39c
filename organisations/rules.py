"""Rules about e-mail addresses, domains and headcounts, without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: Mail services open to everybody: an address there says nothing about where a person works.
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "duck.com",
        "fastmail.com",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
        "zoho.com",
    }
)


def normal_email(text: str) -> str:
    """The form in which an address is kept and compared: lower case, no spaces around it."""
    return text.strip().lower()


def normal_domain(text: str) -> str:
    """A domain as mail systems compare it, or nothing when the text is none.

    People type "@Example.org", "name@example.org" and "example.org."; all mean example.org. A name in another
    script becomes its xn-- form, so that two spellings that merely look alike stay apart.
    """
    name = text.strip().rpartition("@")[2].rstrip(".")
    try:
        name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253:
        return ""
    is_plain = all(
        label.replace("-", "").isalnum() and not label.startswith("-") and not label.endswith("-") for label in labels
    )
    return name if is_plain else ""


def domain_of(email: str) -> str:
    """The domain of an address, or nothing when the text is no address."""
    name, sign, domain = email.strip().rpartition("@")
    return normal_domain(domain) if name and sign else ""


def is_of_domain(email: str, domain: str) -> bool:
    """Whether an address belongs to exactly this domain: a subdomain may belong to somebody else."""
    wanted = normal_domain(domain)
    return bool(wanted) and domain_of(email) == wanted


def is_public_domain(domain: str) -> bool:
    """Whether anybody at all can get an address there."""
    return normal_domain(domain) in PUBLIC_DOMAINS


# --- headcounts


@dataclass(frozen=True)
class Figure:
    """How many people were counted in a role (None: everybody) of a kind ("": every kind) on a day."""

    role_id: int | None
    kind: str
    people: int
    counted_on: date


@dataclass(frozen=True)
class HeadcountTotal:
    """How many people an organisation says it has, and how that is known."""

    people: int
    counted_on: date
    #: The number of roles added up where no figure is of the whole organisation; 0 where one is.
    roles: int = 0


def role_headcount(figures: Iterable[Figure]) -> tuple[int, date] | None:
    """People in one role: the figure of every kind, else the kinds added up, as of the oldest of them."""
    figures = list(figures)
    if whole := [figure for figure in figures if not figure.kind]:
        return whole[0].people, whole[0].counted_on
    if not figures:
        return None
    return sum(figure.people for figure in figures), min(figure.counted_on for figure in figures)


def headcount_total(figures: Iterable[Figure]) -> HeadcountTotal | None:
    """People in an organisation, from the newest figure per role and kind; None where none was given.

    A figure of the whole organisation stands for itself; otherwise its roles are added up and said to be so.
    """
    by_role: defaultdict[int | None, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_role[figure.role_id].append(figure)
    if whole := role_headcount(by_role.pop(None, [])):
        return HeadcountTotal(*whole)
    roles = [known for figures in by_role.values() if (known := role_headcount(figures))]
    if not roles:
        return None
    return HeadcountTotal(sum(people for people, _ in roles), min(day for _, day in roles), len(roles))
