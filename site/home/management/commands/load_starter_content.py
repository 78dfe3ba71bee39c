"""Loads the courses, contacts and facts that come with Signpost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.actions.starter import Fate, Outcome, load_starter_content
from courses.starter_content import FOLDER, StarterContent, StarterContentError, read_starter_content
from home.actions import prepare_site

PLURALS = {
    "source": "Sources",
    "contact": "Contacts",
    "fact": "Facts",
    "role": "Roles",
    "course": "Courses",
    "module": "Modules",
}
LEFT_ALONE = {
    Fate.CHANGED_HERE: "Left alone, because somebody changed it here",
    Fate.REMOVED_HERE: "Left out, because somebody removed it here",
    Fate.TAKEN: "Left out, because something else stands in its place",
}


class Command(BaseCommand):
    """Safe to run again: loads what is missing, brings up to date what nobody touched, and says what it left alone."""

    help = "Load the starter content: courses with quizzes, contacts, facts and roles. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the files are whole")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files are")

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        try:
            content = read_starter_content(folder)
            if check:
                self.stdout.write(f"The starter content is whole: {described(content)}.")
                return
            prepare_site()
            outcomes = load_starter_content(content=content, by=None, at=timezone.now())
        except StarterContentError as error:
            points = "\n".join(f"- {problem}" for problem in error.problems)
            raise CommandError(f"The starter content cannot be loaded:\n{points}") from error
        self.report(outcomes)

    def report(self, outcomes: list[Outcome]) -> None:
        """What came, what was brought up to date, what was left alone."""
        for fate in (Fate.NEW, Fate.UPDATED):
            counts = Counter(outcome.kind for outcome in outcomes if outcome.fate is fate)
            for kind, count in counts.items():
                self.stdout.write(f"{PLURALS[kind]}: {count} {fate}.")
        for outcome in outcomes:
            if outcome.fate in LEFT_ALONE:
                self.stdout.write(f"{LEFT_ALONE[outcome.fate]}: {outcome.kind} “{outcome.name}”.")
        if not any(outcome.fate in (Fate.NEW, Fate.UPDATED) for outcome in outcomes):
            self.stdout.write("Nothing to load: everything new is here already.")


def described(content: StarterContent) -> str:
    """How much of each kind there is."""
    parts = ("sources", "contacts", "facts", "roles", "courses", "modules")
    return ", ".join(f"{len(getattr(content, part))} {part}" for part in parts)
