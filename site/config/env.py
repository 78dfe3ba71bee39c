"""Reads the environment variables that the README lists."""

import json
import os
import secrets
from pathlib import Path


class MissingSetting(RuntimeError):
    """A variable that production cannot do without is not set."""


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def needed(name: str, *, because: str) -> str:
    """The variable; without it the start stops with its name and the reason."""
    if value := text(name):
        return value
    raise MissingSetting(f"Set {name}, because {because}.")


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes and on, in any case."""
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty entries."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def whole_number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with the variable's name."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise MissingSetting(f"{name} must be a whole number, not {value!r}.") from error


def openid_providers(name: str) -> list[dict[str, object]]:
    """The organisations with a sign-in of their own, a JSON list, as allauth takes them.

    Each names organisation (its short name), name, server_url, client_id, secret and domains; address_is_proved and
    proves_second_factor are false unless said. Anything amiss stops the start with the variable's name.
    """
    apps: list[dict[str, object]] = []
    try:
        for each in json.loads(text(name, "[]")):
            domains = [domain.strip().lower() for domain in each["domains"]]
            if not each["server_url"].startswith("https://") or not domains:
                raise ValueError("an address without https, or no domain")
            apps.append(
                {
                    "provider_id": each["organisation"],
                    "name": each["name"],
                    "client_id": each["client_id"],
                    "secret": each["secret"],
                    "settings": {
                        "server_url": each["server_url"],
                        "domains": domains,
                        "address_is_proved": each.get("address_is_proved") is True,
                        "proves_second_factor": each.get("proves_second_factor") is True,
                    },
                }
            )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MissingSetting(f"{name} is not as docs/operators/sign-in.md describes it: {error!r}") from error
    return apps


def secret_key(*, debug: bool, folder: Path) -> str:
    """SECRET_KEY, or in development one made for this installation and kept in `folder`."""
    if key := text("SECRET_KEY"):
        return key
    if not debug:
        raise MissingSetting("Set SECRET_KEY to a long random text, or DEBUG=1 on a development machine.")
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()
