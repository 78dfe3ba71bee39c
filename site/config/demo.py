"""The demo: a small invented partnership with starter content, and who can sign in to it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

#: One-word names of the sign-ins, in the order in which they are shown.
PEOPLE = ("learner", "trainer", "reviewer", "organisation lead", "partnership lead")


def sign_ins_file() -> Path:
    """Where this installation's demo passwords are kept; git ignores the folder."""
    return Path(settings.VAR_DIR) / "demo_sign_ins.json"


def new_password() -> str:
    """Random for each installation."""
    return secrets.token_urlsafe(12)


def sign_ins() -> str:
    """The sign-ins as lines for the screen."""
    rows = json.loads(sign_ins_file().read_text())
    return "\n".join(f"  {row['as']:<18} {row['email']:<38} {row['password']}" for row in rows)


def load(say: Callable[[str], None]) -> None:
    """Loads starter content and the demo partnership where they are missing."""
