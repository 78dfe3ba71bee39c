"""The demo's passwords: made for one installation, kept in a file that only its owner reads."""

from __future__ import annotations

import json
import secrets
from os.path import relpath
from pathlib import Path

from django.conf import settings

from config.demo.places import SIGN_INS
from organisations.models import User


def file() -> Path:
    """Where this installation's demo passwords are kept; git ignores the folder."""
    return Path(settings.VAR_DIR) / "demo_sign_ins.json"


def give_passwords(people: dict[str, User]) -> None:
    """Gives each person of the sign-ins, by name, a new password and keeps it."""
    rows = []
    for who in SIGN_INS:
        person, password = people[who.name], secrets.token_urlsafe(12)
        person.set_password(password)
        person.save(update_fields=["password"])
        rows.append({"as": who.title, "email": person.email, "password": password})
    file().parent.mkdir(parents=True, exist_ok=True)
    file().touch(mode=0o600)
    file().write_text(json.dumps(rows, ensure_ascii=False, indent=2))


def as_lines() -> str:
    """The sign-ins for the screen."""
    rows = json.loads(file().read_text())
    lines = [f"  {row['as']:<18} {row['email']:<38} {row['password']}" for row in rows]
    return "\n".join(["Sign in as (all invented):", *lines, f"  also kept in {relpath(file())}"])
