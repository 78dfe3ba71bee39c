"""Rules about e-mail addresses and domains, without a database."""

from __future__ import annotations

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
