"""Every letter is of a kind that waits for its week or of one that goes at once, and operators can read which."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from organisations.letter_kinds import letter_kinds

TEMPLATES = Path(settings.BASE_DIR) / "site" / "templates"
TABLE = Path(settings.BASE_DIR) / "docs" / "operators" / "letters.md"
ENDING = "_subject.txt"
#: allauth writes these: codes, and notices that something about signing in has changed.
ABOUT_SIGNING_IN = {"account/email", "mfa/email"}


def test_every_letter_there_is_a_template_for_has_its_kind():
    found = {str(path.relative_to(TEMPLATES)).removesuffix(ENDING) for path in TEMPLATES.rglob(f"*{ENDING}")}
    ours = {each for each in found if each.rsplit("/", 1)[0] not in ABOUT_SIGNING_IN}
    assert len(ours) < len(found)
    assert ours == {kind.template for kind in letter_kinds()}


def test_the_table_for_operators_says_the_same():
    rows = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if line.startswith("| `")]
    said = {name: cells[3].strip().startswith("yes") for cells in rows for name in re.findall("`(.+?)`", cells[0])}
    told = {kind.template: kind.finder is not None for kind in letter_kinds()}
    assert said == told | dict.fromkeys(ABOUT_SIGNING_IN, False)


def test_nothing_else_hands_letters_to_the_mail_server():
    """A letter that `post` does not send would be in neither group."""
    senders = re.compile(r"send_mail\(|send_mass_mail\(|mail_admins\(|EmailMessage\(|EmailMultiAlternatives\(")
    apps = ("organisations", "guidance", "quizzes", "courses", "records", "reporting", "privacy", "site/config")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in apps
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if senders.search(path.read_text())
    }
    assert found == {"organisations/mail.py", "organisations/adapter.py"}
