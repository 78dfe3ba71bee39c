"""Keeps the message catalogues in step with the code."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.staff import FOR_STAFF

#: Named and positional placeholders, which a translation must carry over exactly.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")
IGNORED = ["node_modules/*", ".venv/*", "tests/*", "site/static/*", "site/staticfiles/*", "var/*", "media/*"]


def extract() -> polib.POFile:
    """Every text in the code, as an English catalogue. English itself needs none, so the file goes again."""
    here, folder = Path.cwd(), settings.BASE_DIR / "locale" / "en"
    os.chdir(settings.BASE_DIR)
    try:
        call_command("makemessages", locale=["en"], ignore_patterns=IGNORED, verbosity=0, no_wrap=True)
        return polib.pofile(str(folder / "LC_MESSAGES" / "django.po"))
    finally:
        os.chdir(here)
        shutil.rmtree(folder, ignore_errors=True)


def is_for_learners(entry: polib.POEntry) -> bool:
    """Whether the text stands anywhere that a learner or a visitor may read."""
    return any(not FOR_STAFF.match(name) for name, _line in entry.occurrences)


def texts_of(entry: polib.POEntry) -> list[str]:
    """The translation, or each of its plural forms."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def faults_in(catalogue: polib.POFile, wanted: list[polib.POEntry]) -> list[str]:
    """What a catalogue lacks or says with other placeholders than the English."""
    have = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    faults = []
    for entry in wanted:
        found = have.get((entry.msgctxt, entry.msgid))
        if found is None or "fuzzy" in found.flags or not all(texts_of(found)):
            faults.append(f"missing: {entry.msgid[:90]!r}")
            continue
        allowed = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural)}
        needed = set(PLACEHOLDER.findall(entry.msgid)) if not entry.msgid_plural else set()
        for text in texts_of(found):
            used = set(PLACEHOLDER.findall(text))
            if not needed <= used <= allowed:
                faults.append(f"other placeholders: {entry.msgid[:90]!r}")
                break
    return faults


class Command(BaseCommand):
    """Collects new texts into every catalogue, or with --check says what they lack.

    Learners read all seven languages; the screens of staff may still show English.
    """

    help = "Collect texts into locale/*.po; --check fails when a text is missing or its placeholders differ."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when something is missing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not shutil.which("xgettext"):
            message = "GNU gettext is not installed (Debian: apt-get install gettext)."
            if check and not os.environ.get("REQUIRE_ALL"):
                self.stdout.write(f"Not checked: {message}")
                return
            raise CommandError(message)
        wanted = extract()
        wrong = 0
        for code, _name in settings.LANGUAGES:
            if code == settings.LANGUAGE_CODE:
                continue
            path = settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"
            # A line a text: where a line breaks is no change of a text either.
            catalogue = polib.pofile(str(path), wrapwidth=0)
            if not check:
                self.renew(catalogue, wanted)
                catalogue.save(str(path))
            faults = faults_in(catalogue, [entry for entry in wanted if is_for_learners(entry)])
            for_staff = faults_in(catalogue, [entry for entry in wanted if not is_for_learners(entry)])
            wrong += len(faults)
            self.stdout.write(
                f"{code}: {len(wanted)} texts; to do {len(faults)} that learners read, {len(for_staff)} for staff"
            )
            for fault in faults[:10] if check else []:
                self.stdout.write(f"  {fault}")
        if check and wrong:
            raise CommandError(
                "Some texts that learners read have no translation yet: run `make messages` and fill in locale/*.po."
            )

    @staticmethod
    def renew(catalogue: polib.POFile, wanted: polib.POFile) -> None:
        """Adds what is new, drops what is gone, keeps every translation; nothing is guessed."""
        have = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
        kept_by_hand = [entry for entry in catalogue if "django" in (entry.tcomment or "")]
        entries = []
        for entry in wanted:
            found = have.get((entry.msgctxt, entry.msgid))
            fresh = polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgid_plural=entry.msgid_plural)
            fresh.comment, fresh.flags = entry.comment, [flag for flag in entry.flags if flag != "fuzzy"]
            # Files without line numbers: a moved line is no change of a text.
            fresh.occurrences = sorted({(name, "") for name, _line in entry.occurrences})
            if entry.msgid_plural:
                form = re.search(r"nplurals\s*=\s*(\d)", catalogue.metadata.get("Plural-Forms", ""))
                count = int(form.group(1)) if form else 2
                old = found.msgstr_plural if found else {}
                fresh.msgstr_plural = {number: old.get(number, "") for number in range(count)}
            else:
                fresh.msgstr = found.msgstr if found else ""
            entries.append(fresh)
        new = {(entry.msgctxt, entry.msgid) for entry in entries}
        entries += [entry for entry in kept_by_hand if (entry.msgctxt, entry.msgid) not in new]
        del catalogue[:]
        catalogue.extend(sorted(entries, key=lambda entry: (entry.msgctxt or "", entry.msgid)))
