"""Reads the environment variables that the README lists."""

import os
import secrets
from pathlib import Path


class MissingSetting(RuntimeError):
    """A variable that production cannot do without is not set."""


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


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
